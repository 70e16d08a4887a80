import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { days, hours, minutes } from '../../../collector/lib/duration.ts';
import { makeHandover } from '../../../tag/late/handover.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShop } from '../../harness/shop-front.ts';
import { CARTSTACK, IMPACT, PIXEL, postback, testSeal, VT } from '../../harness/sites.ts';

const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;
let open: Shop | undefined;
afterEach(() => open?.store.close());

async function shopWith(connections: readonly string[] = [IMPACT], site?: string): Promise<Shop> {
  open = await openShop({
    file: join(folder(), 'clickthread.db'),
    connections,
    ...(site === undefined ? {} : { site }),
  });
  return open;
}

const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';
const order = {
  ...{ orderId: 'O1', total: '112.00', discount: '15.00', coupons: ['15BUCKSOFF'], visitor: 'visitor-1' },
  items: [
    { sku: 'A', name: 'Product 1', quantity: 2, price: '14.00' },
    { sku: 'B', name: 'Product 2', quantity: 3, price: '33.00' },
  ],
};
const landing = (param: string, at: number, value = CLICK) => ({
  visitor: 'visitor-1',
  touches: [{ param, value, at }],
});
const clicked = { ...order, clicks: { irclickid: CLICK } };

describe('click, then sale', () => {
  test('becomes one order with its winner, its reason and one delivery', async () => {
    const shop = await shopWith();
    await shop.browser('touch', landing('irclickid', shop.clock.now() - hours(2)));
    expect(await shop.browser('conversion', order)).toEqual({
      status: 200,
      body: { orderId: 'O1', result: 'accepted' },
    });
    const stored = await shop.store.order('shop', 'O1');
    expect(stored).toMatchObject({
      ...{ reporter: 'browser', shopConfirmed: false, visitor: '~visitor-1' },
      order: { orderId: 'O1', total: 11200, discount: 1500, currency: 'USD' },
      attribution: { winner: { connection: 'impact', param: 'irclickid', value: CLICK }, rule: 'last-touch' },
    });
    expect(await shop.deliveries()).toMatchObject([
      {
        ...{ connection: 'impact', kind: 'conversion', seq: 0, state: 'due', nextAt: shop.clock.now() },
        deadlineAt: shop.clock.now() + days(60),
        report: {
          click: { param: 'irclickid', value: CLICK },
          credited: true,
          channel: 'impact',
          order: { personal: {} },
        },
      },
    ]);
    expect(await shop.story()).toEqual(["reported by the shopper's browser"]);
  });

  test('without a click nobody is told, and the order says so', async () => {
    const shop = await shopWith();
    await shop.browser('conversion', order);
    expect(await shop.deliveries()).toEqual([]);
    expect((await shop.store.order('shop', 'O1'))?.attribution).toMatchObject({ winner: null, rule: 'none' });
  });

  test('reported again, by three reloads and a second tab, stays one', async () => {
    const shop = await shopWith();
    await shop.browser('conversion', clicked);
    for (let reload = 0; reload < 3; reload += 1) {
      expect((await shop.browser('conversion', clicked)).body).toMatchObject({ result: 'duplicate' });
    }
    expect((await shop.browser('conversion', { ...clicked, visitor: 'visitor-2' })).body).toMatchObject({
      result: 'duplicate',
    });
    expect(await shop.deliveries()).toHaveLength(1);
    expect(await shop.story()).toHaveLength(1);
  });

  test('on another device is found by the customer id and by the e-mail that the shop named for the first browser', async () => {
    const shop = await shopWith();
    await shop.browser('touch', landing('irclickid', shop.clock.now()));
    await shop.browser('conversion', { ...order, orderId: 'O0' });
    await shop.shop({ orderId: 'O0', total: '112.00', customer: { id: 'C1', email: 'Jane@Example.com' } });
    shop.clock.pass(hours(1));
    for (const [orderId, customer] of [
      ['O1', { id: 'C1' }],
      ['O2', { email: ' jane@example.com ' }],
    ] as const) {
      await shop.browser('conversion', { ...order, orderId, visitor: 'visitor-9' });
      await shop.shop({ orderId, total: '112.00', customer });
      expect((await shop.store.order('shop', orderId))?.attribution).toMatchObject({
        winner: { connection: 'impact' },
        touches: [{ source: 'customer' }],
      });
    }
  });

  test('whose customer only a browser names is tied to nobody, and finds nobody', async () => {
    const shop = await shopWith();
    const customer = { id: 'C1', email: 'jane@example.com' };
    await shop.browser('touch', landing('irclickid', shop.clock.now()));
    await shop.browser('conversion', { ...order, orderId: 'BAIT', total: '0', customer });
    await shop.shop({ orderId: 'O1', total: '112.00', customer });
    await shop.browser('conversion', { ...order, orderId: 'O2', visitor: 'visitor-9', customer });
    for (const orderId of ['O1', 'O2'])
      expect((await shop.store.order('shop', orderId))?.attribution.winner, orderId).toBeNull();
  });

  test('a hand-over counts once the page that made it was heard, once, and for three minutes', async () => {
    vi.stubGlobal('__CT_SERVED__', true);
    const shop = await shopWith();
    const token = () => makeHandover(`1^visitor-1^irclickid^${CLICK}^${shop.clock.now().toString(36)}`);
    const take = (handover: string, visitor: string) => shop.browser('touch', { visitor, handover });
    const given = token();
    expect(await take(given, 'visitor-2')).toMatchObject({ status: 425, body: { errors: [{ field: 'handover' }] } });
    expect(await shop.browser('touch', { give: given }, { visitor: 'cookie-01' })).toMatchObject({ status: 204 });
    expect((await take(given, 'visitor-2')).status).toBe(204);
    expect(await take(given, 'visitor-3')).toMatchObject({ status: 409, body: { errors: [{ field: 'handover' }] } });
    expect(await shop.store.touchesOf('shop', '~visitor-2')).toMatchObject([{ value: CLICK }]);
    expect(await shop.store.touchesOf('shop', '~visitor-3')).toEqual([]);
    const late = token();
    await shop.browser('touch', { give: late });
    shop.clock.pass(minutes(3) + 1);
    expect((await take(late, 'visitor-4')).status).toBe(409);
  });

  test('nobody but a page of the site makes a hand-over', async () => {
    vi.stubGlobal('__CT_SERVED__', true);
    const shop = await shopWith();
    const evil = makeHandover('1^visitor-1^irclickid^EVIL^mu9w1s00');
    for (const origin of ['null', 'https://evil.example'])
      expect((await shop.browser('touch', { give: evil }, { origin })).status).toBe(403);
    expect((await shop.browser('touch', { visitor: 'visitor-2', handover: evil })).status).toBe(425);
    expect(await shop.store.touchesOf('shop', '~visitor-2')).toEqual([]);
  });
});

describe('withdrawn consent', () => {
  const said = { marketing: 'denied', source: 'tcf', at: 1_790_000_000_000, tcString: 'CPx.YA' };
  const consent = { ...said, email: 'jane@example.com' };

  test('is kept before it is answered, once, as it was said and without more', async () => {
    const shop = await shopWith();
    const body = { visitor: 'visitor-1', touches: [], consent };
    expect(await shop.browser('touch', body)).toMatchObject({ status: 204 });
    expect(await shop.browser('touch', body)).toMatchObject({ status: 204 });
    expect(await shop.store.withdrawalsOf('shop', '~visitor-1')).toEqual([
      { site: 'shop', visitor: '~visitor-1', at: shop.clock.now(), consent: said },
    ]);
  });

  test('is nothing that an ordinary landing leaves behind', async () => {
    const shop = await shopWith();
    for (const marketing of ['granted', 'unknown'])
      await shop.browser('touch', { visitor: 'visitor-1', touches: [], consent: { marketing } });
    await shop.browser('touch', { visitor: 'visitor-1', touches: [] });
    expect(await shop.store.withdrawalsOf('shop', '~visitor-1')).toEqual([]);
  });
});

describe('two reports of one order', () => {
  test("the shop's word replaces money, codes, and lines that don't add up to it, and keeps the click that only the browser knew", async () => {
    const shop = await shopWith();
    await shop.browser('conversion', clicked);
    const reply = await shop.shop({ orderId: 'O1', total: '100.00', status: 'approved' });
    expect(reply).toMatchObject({ result: 'updated' });
    expect(await shop.store.order('shop', 'O1')).toMatchObject({
      ...{ shopConfirmed: true, order: { total: 10000, items: [], coupons: [] } },
      attribution: { winner: { value: CLICK } },
    });
    const [sale] = await shop.of('conversion');
    expect(sale?.report.order.total).toBe(10000);
    expect(await shop.deliveries()).toHaveLength(1);
    expect((await shop.story()).slice(1)).toEqual([
      'changed and confirmed by the shop',
      'the lines that the browser told did not add up to the total that the shop named: left out',
    ]);
  });

  test("the browser's later report completes the shop's and changes no money", async () => {
    const shop = await shopWith();
    await shop.shop({ orderId: 'O1', total: '112.00', discount: '15.00' });
    expect((await shop.browser('conversion', clicked)).body).toMatchObject({ result: 'updated' });
    const stored = await shop.store.order('shop', 'O1');
    expect(stored?.order).toMatchObject({ total: 11200, items: [{ sku: 'A' }, { sku: 'B' }], coupons: [] });
    expect(stored?.attribution.winner?.connection).toBe('impact');
    expect(await shop.states()).toEqual({ 'impact conversion 0': 'due' });
  });

  test('a click that comes after the report has left changes the credit of nobody', async () => {
    const shop = await shopWith([IMPACT, postback('awin', 'awc')]);
    await shop.browser('conversion', clicked);
    await shop.relayed({ state: 'delivered' });
    await shop.browser('conversion', { ...order, touches: [{ param: 'awc', value: 'later', at: shop.clock.now() }] });
    expect((await shop.store.order('shop', 'O1'))?.attribution.winner?.connection).toBe('impact');
    expect((await shop.of('conversion', 'awin')).filter(({ state }) => state !== 'skipped')).toEqual([]);
  });

  test("in two currencies: another browser's word changes nothing, the shop's is the record's", async () => {
    const shop = await shopWith();
    await shop.browser('conversion', { ...clicked, status: 'pending' });
    expect(await shop.browser('conversion', { ...clicked, currency: 'EUR' })).toMatchObject({ status: 200 });
    expect((await shop.store.order('shop', 'O1'))?.order).toMatchObject({ currency: 'USD', total: 11200 });
    expect(await shop.shop({ orderId: 'O1', total: '98.00', currency: 'EUR' })).toMatchObject({ result: 'updated' });
    const [sale] = await shop.of('conversion');
    expect(sale).toMatchObject({ state: 'due', report: { order: { total: 9800, currency: 'EUR' } } });
  });

  test('personal fields are kept sealed and only where a destination of the site uses them', async () => {
    const customer = { email: 'jane@example.com', phone: '+15550100', lastName: 'Doe' };
    const shop = await shopWith();
    await shop.browser('conversion', { ...clicked, customer }, { ip: '203.0.113.9', userAgent: 'Browser/1' });
    const sealed = (await shop.store.order('shop', 'O1'))!.personal!;
    expect(JSON.parse(testSeal.open(sealed))).toEqual({ email: 'jane@example.com' });
  });
});

describe('release', () => {
  test('by the shop: the browser alone releases nothing, the shop’s report does', async () => {
    const shop = await shopWith([IMPACT], 'release: shop');
    await shop.browser('conversion', clicked);
    expect(await shop.of('conversion')).toMatchObject([
      { state: 'waiting', reason: expect.stringContaining("the shop's own report") },
    ]);
    expect(await shop.relayed({ state: 'delivered' })).toEqual([]);
    await shop.shop({ orderId: 'O1', total: '112.00' });
    expect(await shop.states()).toEqual({ 'impact conversion 0': 'due' });
  });

  test('pending waits for approval, which may come late', async () => {
    const shop = await shopWith();
    await shop.shop({ ...clicked, status: 'pending' });
    expect(await shop.of('conversion')).toMatchObject([
      { state: 'waiting', reason: expect.stringContaining('approve') },
    ]);
    shop.clock.pass(days(5));
    await shop.patch({ status: 'approved' });
    const [sale] = await shop.of('conversion');
    expect(sale).toMatchObject({ state: 'due', nextAt: shop.clock.now(), report: { at: shop.clock.now() - days(5) } });
  });

  test('consent: unknown waits, denied skips, granted sends', async () => {
    const shop = await shopWith();
    for (const [orderId, marketing, state] of [
      ['O1', 'unknown', 'waiting'],
      ['O2', 'denied', 'skipped'],
      ['O3', 'granted', 'due'],
    ] as const) {
      await shop.browser('conversion', { ...clicked, orderId, consent: { marketing } });
      expect(await shop.states(orderId)).toEqual({ 'impact conversion 0': state });
    }
  });

  test('an order without e-mail is skipped where the vendor needs one, with that reason, and sent when it comes', async () => {
    const shop = await shopWith([CARTSTACK]);
    await shop.browser('conversion', { ...clicked, customer: { email: 'not an address' } });
    expect(await shop.of('conversion', 'cartstack')).toMatchObject([
      { state: 'skipped', reason: expect.stringContaining('no usable e-mail address') },
    ]);
    await shop.shop({ orderId: 'O1', total: '112.00', customer: { email: 'jane@example.com' } });
    expect(await shop.states()).toEqual({ 'cartstack conversion 0': 'due' });
  });

  test('every destination hears of the order in its own way', async () => {
    const shop = await shopWith([IMPACT, CARTSTACK, VT, PIXEL, postback('awin', 'awc')]);
    const { body } = await shop.browser('conversion', { ...clicked, customer: { email: 'jane@example.com' } });
    expect(await shop.states()).toMatchObject({
      'impact conversion 0': 'due',
      'cartstack conversion 0': 'due',
      'vt conversion 0': 'due',
    });
    const fire = (body as { fire?: { delivery: string }[] }).fire ?? [];
    for (const { delivery } of fire) await shop.browser('fired', { orderId: 'O1', delivery, ok: true });
    expect(Object.values(await shop.states())).not.toContain('sending');
  });
});

test('what a stranger sends first does not stand for the shop’s own refused order of the same words', async () => {
  const shop = await shopWith();
  const wrong = { orderId: 'O1', total: 'a lot', currency: 'USD' };
  expect((await shop.browser('conversion', wrong)).status).toBe(422);
  for (let times = 0; times < 2; times += 1) await shop.shop(wrong);
  const kept = await shop.store.quarantine({});
  expect(kept.map(({ route, seen }) => [route, seen])).toEqual([
    ['orders', 2],
    ['conversion', 1],
  ]);
});

test('an order that was refused is kept once, sealed, and names its errors', async () => {
  const shop = await shopWith();
  const wrong = { ...clicked, total: 'a lot' };
  for (let times = 0; times < 3; times += 1) expect((await shop.browser('conversion', wrong)).status).toBe(422);
  const kept = await shop.store.quarantine({});
  expect(kept).toMatchObject([{ site: 'shop', route: 'conversion', seen: 3, errors: [{ field: 'total' }] }]);
  expect(kept[0]?.body.includes('a lot')).toBe(false);
  expect(JSON.parse(testSeal.open(kept[0]!.body))).toEqual(wrong);
  expect(await shop.store.order('shop', 'O1')).toBeUndefined();
});
