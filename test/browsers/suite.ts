/** What every engine must pass: the whole journey, the linker, and orders that arrive though the shopper is gone. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Engine, Tab } from '../harness/browser-engine.ts';
import { pageHtml, smallOrder } from '../harness/browser-html.ts';
import { eventually, pause } from '../harness/browser-wait.ts';
import { openWorld, type World } from '../harness/browser-world.ts';
import { controlOf } from '../sandbox/control.ts';

const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';
const TRIES = 12;
/** The script is there and has taken over from the stub. */
const LOADED = `await new Promise((resolve) => { (function look() { '_' in clickthread ? resolve() : setTimeout(look, 10); })(); });`;

export function engineSuite(launch: () => Promise<Engine>): void {
  let world: World;
  let engine: Engine;
  let tab: Tab;
  beforeAll(async () => {
    engine = await launch();
    world = await openWorld();
    world.pages.put('/thanks', pageHtml({ tag: world.tag() }));
    world.pages.put('/elsewhere', pageHtml());
    world.pages.put('/far', pageHtml({ tag: world.tag('127.0.0.1') }));
  });
  beforeEach(async () => {
    tab = await engine.newTab();
  });
  afterEach(async () => {
    world.door.delay = 0;
    await tab.close();
  });
  afterAll(async () => {
    await engine?.quit();
    await world?.stop();
  });

  const address = () => tab.run<string>('return location.href');
  const until = (part: string) =>
    eventually(part, async () => (await address().catch(() => '')).includes(part), 15_000);
  /** Also while one page is giving way to the next. */
  const clicks = () =>
    tab
      .run<string[]>(
        `${LOADED} const { touches = [] } = await new Promise((resolve) => clickthread('journey', resolve)); return touches.map((touch) => touch.value);`,
      )
      .catch((): string[] => []);

  it('follows a click to the sale, over another domain, and tells impact.com once', async () => {
    await tab.goto(`${world.shop.shopUrl}/?irclickid=${CLICK}`);
    await eventually('the click', async () => (await clicks()).includes(CLICK));
    await tab.click('#product-link');
    await until('/product');
    await tab.run(`${LOADED} await new Promise((resolve) => clickthread('journey', resolve));`);
    await tab.click('#checkout-link');
    await until(`${world.shop.checkoutUrl}/checkout`);
    await eventually('a clean address', async () => (await address()) === `${world.shop.checkoutUrl}/checkout`);
    await eventually('the click', async () => (await clicks()).includes(CLICK));
    await tab.click('#pay');
    await until('/thanks');
    const order = await world.settled('O1234567');
    expect(order.attribution.winner).toMatchObject({ connection: 'impact', param: 'irclickid', value: CLICK });

    for (const _ of [1, 2]) await tab.goto(`${world.shop.checkoutUrl}/thanks?order=O1234567`);
    await pause(500);
    const { received, recorded } = await controlOf(() => world.sandbox, 'impact').state();
    const sent = received.filter(({ path }) => path === '/Advertisers/IRdemo/Conversions');
    expect(sent.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))).toMatchObject([
      {
        ...{ ClickId: CLICK, OrderId: 'O1234567', EventDate: '2024-08-02T07:55:24Z' },
        ...{ ItemSubTotal1: '28.00', ItemSubTotal2: '99.00', OrderDiscount: '15.00' },
      },
    ]);
    expect(recorded).toMatchObject([{ orderId: 'O1234567', amount: '112.00', duplicates: 0 }]);
  });

  it.each([
    ['a link that was added late', `<div id="late"></div>`, `late.innerHTML = '<a id="go" href="FAR">go</a>'`],
    ['a child element of a link', `<a href="FAR"><b id="go">go</b></a>`, ''],
    ['a GET form', `<form action="FAR"><button id="go">go</button></form>`, ''],
    ['a POST form', `<form method="post" action="FAR"><button id="go">go</button></form>`, ''],
    [
      'a link inside a shadow root',
      `<div id="host"></div>`,
      `host.attachShadow({ mode: 'open' }).innerHTML = '<a href="FAR">go</a>'`,
    ],
    ['decorate()', '', `setTimeout(() => { location.href = clickthread('decorate', 'FAR'); })`],
  ])('carries the journey by %s', async (way, body, script) => {
    const click = `Way.${way.length}`;
    const far = `${world.pages.other}/far`;
    world.pages.put('/near', pageHtml({ tag: world.tag(), body: body.replace('FAR', far) }));
    await tab.goto(`${world.pages.shop}/near?irclickid=${click}`);
    await eventually('the click', async () => (await clicks()).includes(click));
    await tab.run(script.replace('FAR', far));
    if (way.includes('shadow')) await tab.run(`setTimeout(() => host.shadowRoot.querySelector('a').click())`);
    else if (way !== 'decorate()') await tab.click('#go');
    await until(far);
    await eventually('the click', async () => (await clicks()).includes(click));
    expect((await address()).replace(/\?$/, '')).toBe(far);
  });

  it.each([
    ['navigates away', `location.href = '/elsewhere'`],
    ['closes', ''],
  ])(
    'delivers 12 of 12 orders when the page %s right after the call, with the collector slowed by 400 ms',
    async (how, leave) => {
      const lost: string[] = [];
      for (let i = 0; i < TRIES; i++) {
        const orderId = `${how}-${i}`.replace(/\W/g, '-');
        const buyer = await engine.newTab();
        world.door.delay = 0;
        await buyer.goto(`${world.pages.shop}/thanks`);
        await buyer.run(LOADED);
        world.door.delay = 400;
        await buyer.run(`clickthread('conversion', ${JSON.stringify(smallOrder(orderId))}); ${leave}`);
        if (leave === '') await buyer.close();
        const arrived = eventually(orderId, async () => (await world.order(orderId)) !== undefined, 4_000);
        if (!(await arrived.catch(() => false))) lost.push(orderId);
        if (leave !== '') await buyer.close();
      }
      expect(lost).toEqual([]);
    },
  );
}
