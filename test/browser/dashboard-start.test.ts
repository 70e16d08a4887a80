/** From an empty data folder to a told order, as somebody does it who has never seen the dashboard: in a real browser, the network played by its stand-in. */
import { expect, test } from 'vitest';
import { openTab, page, useBrowser, world } from '../harness/browser-suite.ts';
import { enter, goTo, linkFor, seriousFaults } from '../harness/dashboard.ts';
import { controlOf } from '../sandbox/control.ts';

useBrowser(() => []);

test('a shop is set up, its pages are heard, and a rehearsed order is followed from its click to the verdict', async () => {
  world.pages.put('/', {
    html: '<title>Home | Garden</title><meta property="og:price:currency" content="EUR"><a href="https://pay.example/checkout">Pay</a>',
  });
  page.setDefaultTimeout(15_000);
  await page.goto(await linkFor('owner'));

  // The shop: nothing is there yet, so this is where an owner begins.
  await page.getByRole('heading', { level: 1, name: 'Set up' }).waitFor();
  await page.getByLabel('Address of the shop').fill(world.pages.shop);
  await page.getByRole('button', { name: 'Find it' }).click();
  const name = page.getByLabel('Name of the shop');
  await name.waitFor();
  expect(await name.inputValue()).toBe('Garden');
  expect(await page.getByLabel('Hosts of the shop').inputValue()).toBe(`localhost:${world.pages.port}`);
  expect(await page.getByLabel('Other domains').inputValue()).toBe('pay.example');
  expect(await page.getByLabel('Currency of orders').inputValue()).toBe('EUR');
  expect(await page.getByLabel('Time zone').inputValue()).not.toBe('');
  await page.getByRole('radio', { name: /they wait/ }).waitFor();
  await page.getByRole('radio', { name: /always/ }).check();
  expect(await page.getByRole('radio', { name: /they wait/ }).count()).toBe(0);
  const short = page.getByLabel('A short name for the shop');
  await short.fill('garden');
  await page.getByLabel('Currency of orders').fill('EUX');
  await page.getByRole('button', { name: 'Save and go on' }).click();
  await page.getByRole('alert').getByText('must be an ISO 4217 code').waitFor();
  expect(await short.inputValue()).toBe('garden');
  await page.getByLabel('Currency of orders').fill('EUR');
  await page.getByRole('button', { name: 'Save and go on' }).click();

  // Its pages: the tag is copied, a visitor comes, and the page here tells so without being loaded again.
  await page.getByRole('heading', { level: 2, name: 'Its pages' }).waitFor();
  expect(await page.getByRole('main').locator('pre').first().innerText()).toContain('/t/garden.js"></script>');
  await page.getByText('No page has fetched the tag yet').waitFor();
  world.pages.put('/', `<script async src="${world.tag('localhost', 'garden')}.js"></script>`);
  const setup = page;
  await openTab();
  await page.goto(`${world.pages.shop}/?irclickid=a-real-click`);
  await setup.getByText(new RegExp(`Seen localhost:${world.pages.port} (now|\\d+ seconds? ago)`)).waitFor();
  await page.close();
  await setup.getByRole('link', { name: 'Next', exact: true }).click();
  const main = setup.getByRole('main');

  // The first network, played by the stand-in on this machine.
  await main.getByLabel('Which system?').selectOption('impact');
  await main.getByLabel('Account SID').fill('IRdemo');
  await main.getByLabel('Auth token').fill('demo-token');
  await main.getByLabel('Program').fill('1000');
  await main.getByLabel(/Action tracker|Event type/i).fill('9876');
  await main.getByLabel('Where the stand-ins listen').fill(world.sandbox.url);
  await main.getByRole('button', { name: 'Save and go on' }).click();

  // Its test runs at once.
  await setup.getByRole('heading', { level: 2, name: 'Connection test' }).waitFor();
  await main.getByRole('status').getByText('The settings are complete').waitFor();
  await main.getByRole('status').getByText('accepts the credentials').waitFor();
  expect(await main.getByRole('status').getByText('mend').count()).toBe(0);
  await main.getByRole('link', { name: 'Next', exact: true }).click();

  // The rehearsal.
  await main.getByText('It goes to the stand-in for impact.com').waitFor();
  await main.getByRole('button', { name: 'Report a first order' }).click();
  await main.getByText('im_ref=rehearsal-click-1').waitFor();
  await main.getByRole('listitem').filter({ hasText: 'Verdict' }).getByText('heard').waitFor({ timeout: 60_000 });
  expect(await main.getByRole('listitem').filter({ hasText: 'Credited to' }).innerText()).toContain('impact');
  const order = await world.settled('REHEARSAL-1', 'garden');
  expect(order.deliveries).toMatchObject([{ connection: 'impact', kind: 'conversion' }]);
  await setup.reload();
  await main.getByText('im_ref=rehearsal-click-1').waitFor();
  await main.getByRole('link', { name: 'Next', exact: true }).click();

  // What is left: the stand-in is left for the network itself, the rehearsal undone.
  await main.getByText('The tag is in the pages.').waitFor();
  await main.getByRole('button', { name: 'Speak to the network itself' }).click();
  await setup.getByRole('dialog').getByRole('button', { name: 'Leave it' }).click();
  await main.getByRole('button', { name: 'Undo the rehearsal' }).click();
  await setup.getByRole('dialog').getByRole('button', { name: 'Undo the rehearsal' }).click();
  await setup.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await world.order('REHEARSAL-1', 'garden')).toMatchObject({ status: 'cancelled' });
  await main.getByRole('button', { name: 'Speak to the network itself' }).click();
  await setup.getByRole('dialog').getByRole('button', { name: 'Speak to the network itself' }).click();
  await main.getByText('impact.com is connected.').waitFor();
  const settings = await world.admin<{ settings: { baseUrl: string; campaignId: string } }>(
    'GET',
    '/sites/garden/connections/impact',
  );
  expect(settings.settings).toMatchObject({ campaignId: '1000' });
  expect(settings.settings.baseUrl).not.toContain('127.0.0.1');
  await main.getByRole('link', { name: 'Go to what is to do' }).click();
  await setup.getByRole('heading', { level: 1, name: 'To do' }).waitFor();
});

test('the steps bar nobody, on a phone either, and a shop that is there already is not overwritten', async () => {
  await enter('owner', '#/start');
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    for (const place of ['#/start', '#/start/garden/tag', '#/start/garden/connect', '#/start/garden/done/impact']) {
      await goTo(place);
      expect({ place, width, faults: await seriousFaults(page) }).toEqual({ place, width, faults: [] });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect({ place, width, wide: Math.max(0, wide) }).toEqual({ place, width, wide: 0 });
    }
  }
  await goTo('#/start');
  await page.getByLabel('Address of the shop').fill(world.pages.shop);
  await page.getByRole('button', { name: 'Find it' }).click();
  await page.getByLabel('A short name for the shop').fill('garden');
  await page.getByRole('button', { name: 'Save and go on' }).click();
  await page.getByRole('alert').getByText('there is a site garden already').waitFor();
});

/** What has the focus, as somebody without a mouse meets it: its name, whether it can be seen, and that something has it at all. */
const focused = () =>
  page.evaluate(() => {
    const at = document.activeElement as HTMLInputElement;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at);
    const name =
      [at.getAttribute('aria-label'), at.labels?.[0]?.textContent, at.textContent, at.value].find(Boolean) ?? '';
    const box = at.getBoundingClientRect();
    return {
      name: name.trim().replace(/\s+/g, ' '),
      lost: at === document.body,
      seen:
        at === document.body ||
        (box.width > 0 && ((outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none')),
    };
  });

/** Presses Tab until the focus is on what is called so. Each stop on the way can be seen. */
async function tabTo(name: RegExp): Promise<void> {
  for (let stop = 0; stop < 90; stop += 1) {
    await page.keyboard.press('Tab');
    // A page that is just being drawn again may not have its outline yet.
    await expect.poll(focused, { message: `on the way to ${name}`, timeout: 5000 }).toMatchObject({ seen: true });
    if (name.test((await focused()).name)) return;
  }
  throw new Error(`Tab never came to ${name}`);
}

/** Types into the field of that name what it is to hold. */
async function type(name: RegExp, text: string): Promise<void> {
  await tabTo(name);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
}

async function press(name: RegExp, key = 'Enter'): Promise<void> {
  await tabTo(name);
  await page.keyboard.press(key);
}

test('the whole way is walked by keyboard alone: a shop, its network, a rehearsed order, what is to do, sent again, signed out', async () => {
  world.pages.put('/', { html: '<title>Keys</title>' });
  await enter('owner', '#/start');
  await type(/^Address of the shop/, world.pages.shop);
  await page.keyboard.press('Enter');
  await page.getByLabel('Name of the shop').waitFor();
  await type(/^Hosts of the shop/, 'keys.example');
  await type(/^Currency of orders/, 'EUR');
  await type(/^A short name for the shop/, 'keys');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 2, name: 'Its pages' }).waitFor();
  expect(await focused()).toMatchObject({ lost: false });
  await press(/^Next$/);
  await tabTo(/^Which system\?/);
  await page.keyboard.type('impact');
  await type(/^Account SID/, 'IRdemo');
  await type(/^Auth token/, 'demo-token');
  await type(/^Program/, '1000');
  await type(/^(Action tracker|Event type)/i, '9876');
  await type(/^Where the stand-ins listen/, world.sandbox.url);
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText('accepts the credentials').waitFor();
  await press(/^Next$/);
  await controlOf(() => world.sandbox, 'impact').script([{ kind: 'unauthorized', times: 50 }]);
  await press(/^Report a first order$/);
  await page.getByText('im_ref=rehearsal-click-1').waitFor();
  await world.settled('REHEARSAL-1', 'keys');

  // Letters lead; a dialog holds the keys until Escape closes it, and the focus is where it was.
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await page.getByText('A connection is held').waitFor();
  await tabTo(/^Send again/);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('/');
  expect(page.url()).toContain('#/todo');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect((await focused()).name).toMatch(/^Send again/);
  await controlOf(() => world.sandbox, 'impact').script([]);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Send again' }).waitFor();
  await press(/^Send again/);
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect((await world.settled('REHEARSAL-1', 'keys')).deliveries).toMatchObject([
    { state: expect.stringMatching(/^(delivered|confirmed)$/) },
  ]);
  await page.keyboard.press('/');
  await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor();
  await expect.poll(async () => (await focused()).name).toMatch(/^Order, click id/);
  await page.keyboard.press('Tab');
  // A menu that Escape closes gives the focus back to its own button.
  await press(/^More$/);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  expect(await focused()).toMatchObject({ name: 'More', seen: true });
  await press(/^Sign out$/);
  await page.getByRole('navigation').waitFor({ state: 'detached' });
  await page.getByRole('heading', { level: 1 }).waitFor();
});
