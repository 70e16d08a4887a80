/** An order that the shop has several names for: a page reports one, a webhook another, in either order, and it is one order that is told once. */
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { CommandReply } from '../../../../collector/intake/command.ts';
import { days, minutes, seconds } from '../../../../collector/lib/duration.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShop } from '../../../harness/shop-front.ts';
import { CARTSTACK, IMPACT } from '../../../harness/sites.ts';

const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;
let open: Shop | undefined;
afterEach(() => open?.store.close());

async function shopWith(site = '', connections = [IMPACT]): Promise<Shop> {
  open = await openShop({ file: join(folder(), 'clickthread.db'), connections, site });
  return open;
}

/** The number that the shopper sees, and what the shop calls the order inside. */
const SHOWN = 'WS-1';
const INSIDE = '4711';
const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';

const pixel = (shop: Shop, orderId: string, more: object = {}) =>
  shop.browser('conversion', {
    ...{ orderId, total: '95.00', currency: 'USD', visitor: 'visitor-1' },
    touches: [{ param: 'irclickid', value: CLICK, at: shop.clock.now() - minutes(5) }],
    ...more,
  });
/** The shop's own server: the whole order, with its other names. */
const webhook = (shop: Shop, more: object = {}) =>
  shop.shop({
    ...{ orderId: SHOWN, aliases: [INSIDE], total: '95.00', currency: 'USD' },
    ...{ placedAt: new Date(shop.clock.now()).toISOString(), ...more },
  });
const send = (shop: Shop) => shop.relayed({ state: 'delivered' });

const ids = async (shop: Shop): Promise<string[]> =>
  (await shop.store.findOrders({ site: 'shop' })).map(({ order }) => order.orderId).sort();
/** Every report that any network was told or is to be told, by the number that it bears. */
const reports = async (shop: Shop): Promise<string[]> =>
  (await shop.store.deliveries({ site: 'shop' }))
    .filter(({ state }) => state !== 'skipped')
    .map(({ kind, report, orderId }) => `${kind} ${orderId === report.order.orderId ? orderId : 'astray'}`)
    .sort();
const namesOf = async (shop: Shop, orderId: string): Promise<string[]> =>
  (await shop.store.aliasesOf([{ site: 'shop', orderId }])).map(({ alias }) => alias);

type Step = (shop: Shop) => Promise<unknown>;
const page =
  (orderId: string): Step =>
  (shop) =>
    pixel(shop, orderId);
const hook: Step = (shop) => webhook(shop);
const sent: Step = (shop) => send(shop);
const later: Step = async (shop) => void shop.clock.pass(seconds(30));

/** What comes in which order → the number that the one order goes by, and what networks are told. */
const ARRIVALS: [name: string, site: string, steps: Step[], number: string][] = [
  ['the webhook alone', '', [hook], SHOWN],
  ['the page alone, by the shown number', '', [page(SHOWN)], SHOWN],
  ['the page alone, by the inner one', '', [page(INSIDE)], INSIDE],
  ['the page by the inner one, then the webhook', '', [page(INSIDE), later, hook], SHOWN],
  ['the page, told, then the webhook', '', [page(INSIDE), sent, later, hook], INSIDE],
  ['the page, told, then the webhook twice', '', [page(INSIDE), sent, hook, later, hook], INSIDE],
  ['the webhook, then the page by the inner one', '', [hook, later, page(INSIDE)], SHOWN],
  ['the webhook, told, then the page', '', [hook, sent, later, page(INSIDE)], SHOWN],
  ['the page both ways, then the webhook', '', [page(INSIDE), later, page(SHOWN), later, hook], SHOWN],
  ['the page both ways, one told, then the webhook', '', [page(INSIDE), sent, later, page(SHOWN), hook], INSIDE],
  ['the page, then the webhook, where the shop releases', 'release: shop', [page(INSIDE), later, hook], SHOWN],
  ['the webhook, then the page, where the shop releases', 'release: shop', [hook, page(INSIDE), page(SHOWN)], SHOWN],
];

describe('one order is told once', () => {
  test.each(ARRIVALS)('%s', async (_name, site, steps, number) => {
    const shop = await shopWith(site);
    for (const step of steps) {
      await step(shop);
    }
    await send(shop);
    expect(await ids(shop)).toEqual([number]);
    const isCredited = steps.some((step) => step !== hook && step !== sent && step !== later);
    expect(await reports(shop)).toEqual(isCredited ? [`conversion ${number}`] : []);
    if (steps.includes(hook)) {
      const names = [SHOWN, INSIDE];
      expect(await namesOf(shop, number)).toEqual(names.filter((name) => name !== number));
      for (const name of names)
        expect(await shop.store.order('shop', name)).toMatchObject({ order: { orderId: number }, shopConfirmed: true });
      // Later words by either name are that order's.
      for (const name of names) {
        shop.clock.pass(minutes(1));
        await shop.patch({ total: name === SHOWN ? '50.00' : '40.00' }, name);
        await send(shop);
      }
      expect((await shop.store.order('shop', INSIDE))?.order.total).toBe(4000);
      expect(await ids(shop)).toEqual([number]);
    }
  });

  test('page and webhook in one commit', async () => {
    const shop = await shopWith();
    const body = { orderId: INSIDE, total: '95.00', currency: 'USD', visitor: 'visitor-1' };
    const touches = [{ param: 'irclickid', value: CLICK, at: shop.clock.now() - 1000 }];
    const order = { orderId: SHOWN, total: 9500, currency: 'USD', coupons: [], items: [], personal: {} };
    await shop.together(
      { ...body, touches },
      {
        ...{ type: 'order', site: 'shop', reporter: 'shop', aliases: [INSIDE], warnings: [], touches: [] },
        valid: {
          order: { ...order, placedAt: shop.clock.now(), status: 'approved' },
          ...{ clicks: [], given: { status: true, items: false, placedAt: true } },
        },
      },
    );
    expect(await ids(shop)).toEqual([SHOWN]);
    expect(await reports(shop)).toEqual([`conversion ${SHOWN}`]);
    expect((await shop.story(SHOWN)).join('\n')).toContain('it was reported as 4711 before');
    expect(await shop.story(INSIDE)).toEqual([]);
  });

  test('the credit, the visitor and the story of what the page said come along', async () => {
    const shop = await shopWith('release: shop');
    await pixel(shop, INSIDE, { customer: { email: 'ada@shop.example' } });
    await webhook(shop);
    expect(await shop.store.order('shop', SHOWN)).toMatchObject({
      ...{ visitor: '~visitor-1', receivedAt: shop.clock.now() },
      attribution: { winner: { connection: 'impact', value: CLICK } },
    });
    const story = await shop.story(SHOWN);
    expect(story[0]).toBe("reported by the shopper's browser");
    expect(story.join('\n')).toContain('nobody was told of that: one order, WS-1');
    const sums = await shop.store.saleSums({ site: 'shop', since: 0, until: shop.clock.now() + days(1) });
    expect(sums.reduce((sum, { orders }) => sum + orders, 0)).toBe(1);
  });

  test('of what was told under the inner number explain says why it goes on so', async () => {
    const shop = await shopWith();
    await pixel(shop, INSIDE);
    await send(shop);
    expect(await webhook(shop)).toMatchObject({ orderId: INSIDE, result: 'updated' });
    expect((await shop.story(INSIDE)).join('\n')).toContain(
      'the shop calls it WS-1; a network was told of it as 4711: it goes on under that number and is not told again',
    );
    shop.clock.pass(minutes(5));
    await shop.patch({ status: 'refunded' }, SHOWN);
    expect(await send(shop)).toEqual(['reversal']);
  });

  test('a further network is told under the number that the first one knows', async () => {
    const shop = await shopWith();
    await pixel(shop, INSIDE);
    await send(shop);
    await shop.apply([IMPACT, CARTSTACK], '');
    await webhook(shop);
    expect(new Set((await shop.deliveries(INSIDE)).map(({ report }) => report.order.orderId))).toEqual(
      new Set([INSIDE]),
    );
  });
});

describe('told twice before the shop said so', () => {
  async function toldTwice(): Promise<Shop> {
    const shop = await shopWith();
    await pixel(shop, INSIDE);
    await send(shop);
    shop.clock.pass(minutes(1));
    // An older collector, or a connection that named no other number.
    await shop.shop({ orderId: SHOWN, total: '95.00', currency: 'USD', clicks: { irclickid: CLICK } });
    await send(shop);
    expect(await reports(shop)).toEqual([`conversion ${INSIDE}`, `conversion ${SHOWN}`]);
    shop.clock.pass(minutes(1));
    await webhook(shop, { placedAt: undefined });
    return shop;
  }

  test('nothing more is told twice, and both say why', async () => {
    const shop = await toldTwice();
    await send(shop);
    expect(await reports(shop)).toEqual([`conversion ${INSIDE}`, `conversion ${SHOWN}`]);
    expect((await shop.story(SHOWN)).join('\n')).toContain(
      'the shop says that 4711 is this order; networks were told of both',
    );
    expect((await shop.story(INSIDE)).join('\n')).toContain('the shop says that this is order WS-1');
    shop.clock.pass(minutes(1));
    await shop.patch({ total: '50.00' }, INSIDE);
    await pixel(shop, INSIDE);
    await webhook(shop, { placedAt: undefined, total: '50.00' });
    await send(shop);
    expect(await reports(shop)).toEqual([`conversion ${INSIDE}`, `conversion ${SHOWN}`, `modification ${SHOWN}`]);
  });

  test('a person takes the one back that is too many', async () => {
    const shop = await toldTwice();
    const by = 'mia';
    await shop.ingest([
      { type: 'change', site: 'shop', orderId: INSIDE, patch: { status: 'cancelled', amounts: {} }, by },
    ]);
    expect(await send(shop)).toEqual(['reversal']);
    expect((await shop.of('reversal', 'impact', INSIDE)).length).toBe(1);
    expect((await shop.store.order('shop', SHOWN))?.order.status).toBe('approved');
  });
});

describe('names that are somebody else’s', () => {
  const warned = (reply: CommandReply): string => ('warnings' in reply ? JSON.stringify(reply.warnings) : '');

  test('a name of another order of the shop is not taken over', async () => {
    const shop = await shopWith();
    await webhook(shop);
    const reply = await webhook(shop, { orderId: 'WS-2', aliases: [INSIDE, '4712'], total: '10.00' });
    expect(warned(reply)).toContain('4711, which is a name of order WS-1 already');
    expect((await shop.store.order('shop', INSIDE))?.order.orderId).toBe(SHOWN);
    expect(await namesOf(shop, 'WS-2')).toEqual(['4712']);
    expect((await shop.story('WS-2')).join('\n')).toContain('which is a name of order WS-1 already');
  });

  test('nor the own number of one', async () => {
    const shop = await shopWith();
    await webhook(shop, { orderId: '1042', aliases: ['5000'] });
    shop.clock.pass(days(1));
    const reply = await webhook(shop, { orderId: '980', aliases: ['1042'], total: '10.00' });
    expect(warned(reply)).toContain("1042, which is the shop's own number of another order");
    expect((await shop.store.order('shop', '1042'))?.order.total).toBe(9500);
    expect(await ids(shop)).toEqual(['1042', '980']);
  });

  test('a number that is an order’s own is no name of last year’s order any more', async () => {
    const shop = await shopWith();
    await webhook(shop, { orderId: '980', aliases: ['1042'], total: '10.00' });
    shop.clock.pass(days(300));
    // The page is first, and its number is the id of an old order.
    await pixel(shop, '1042');
    await webhook(shop, { orderId: '1042', aliases: ['5000'] });
    await send(shop);
    expect(await ids(shop)).toEqual(['1042', '980']);
    expect(await reports(shop)).toEqual(['conversion 1042']);
    expect(await namesOf(shop, '1042')).toEqual(['5000']);
  });

  test('also where the old order cost the same: what the page said goes over with the number', async () => {
    const shop = await shopWith('release: shop');
    await webhook(shop, { orderId: '980', aliases: ['1042'] });
    shop.clock.pass(days(300));
    await pixel(shop, '1042');
    expect(await ids(shop)).toEqual(['980']);
    expect(await reports(shop)).toEqual([]);
    await webhook(shop, { orderId: '1042', aliases: ['5000'] });
    expect(await ids(shop)).toEqual(['1042', '980']);
    expect(await shop.store.order('shop', '1042')).toMatchObject({
      attribution: { winner: { connection: 'impact', value: CLICK } },
    });
    expect((await shop.store.order('shop', '980'))?.words.heard).toEqual([]);
    expect((await shop.story('980')).join('\n')).toContain('1042 is the number of another order');
  });

  test('an old order’s id gathers no page’s order of today', async () => {
    const shop = await shopWith();
    const placedAt = new Date(shop.clock.now()).toISOString();
    shop.clock.pass(days(300));
    await pixel(shop, '1042');
    const reply = await webhook(shop, { orderId: '980', aliases: ['1042'], total: '10.00', placedAt });
    expect(warned(reply)).toContain('1042, under which pages reported an order of another time and amount');
    expect(await ids(shop)).toEqual(['1042', '980']);
  });

  test('a browser names no order anew', async () => {
    const shop = await shopWith();
    await webhook(shop);
    const { body } = await pixel(shop, 'X-1', { aliases: [SHOWN], total: '1.00' });
    expect(JSON.stringify(body)).toContain('aliases');
    expect(await ids(shop)).toEqual([SHOWN, 'X-1']);
    expect(await namesOf(shop, 'X-1')).toEqual([]);
  });
});

describe('what else leads to the order', () => {
  test('a change that came before it under the other name', async () => {
    const shop = await shopWith();
    await shop.patch({ status: 'cancelled' }, INSIDE);
    await pixel(shop, SHOWN);
    await webhook(shop);
    expect((await shop.store.order('shop', SHOWN))?.order.status).toBe('cancelled');
    expect(await shop.store.pendingChanges('shop', INSIDE)).toEqual([]);
  });

  test('the setting that names orders, turned round', async () => {
    const shop = await shopWith();
    await webhook(shop);
    await pixel(shop, SHOWN);
    shop.clock.pass(minutes(1));
    await webhook(shop, { orderId: INSIDE, aliases: [SHOWN], total: '50.00', placedAt: undefined });
    expect(await ids(shop)).toEqual([SHOWN]);
    expect((await shop.store.order('shop', INSIDE))?.order.total).toBe(5000);
  });

  test('what a page reports of it years later, if it is the same order', async () => {
    const shop = await shopWith();
    await webhook(shop);
    shop.clock.pass(days(300));
    const { body } = await pixel(shop, INSIDE, { visitor: 'visitor-2' });
    expect(body).toMatchObject({ orderId: SHOWN, result: 'duplicate', warnings: [{ field: 'orderId' }] });
  });

  test('the list of reports by either name, and no other site’s', async () => {
    const shop = await shopWith();
    await webhook(shop, { clicks: { irclickid: CLICK } });
    for (const orderId of [SHOWN, INSIDE]) expect(await shop.store.deliveries({ orderId })).toHaveLength(1);
    expect(await shop.store.deliveries({ orderId: INSIDE, site: 'other' })).toEqual([]);
    expect(await shop.store.order('other', INSIDE)).toBeUndefined();
    expect(await shop.store.sitesOfOrder(INSIDE)).toEqual(['shop']);
    expect(await shop.store.orderIdsBy('shop', { by: 'id', beginsWith: '47' }, 10)).toEqual([SHOWN]);
  });
});
