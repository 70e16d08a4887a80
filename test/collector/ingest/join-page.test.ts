/** One page that names one order twice: by two trackers, under two numbers, in two posts, the leaner report first. */
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { cookielessVisitor } from '../../../collector/model/visitor.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShop } from '../../harness/shop-front.ts';
import { IMPACT } from '../../harness/sites.ts';

const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;
let open: Shop | undefined;
afterEach(() => open?.store.close());

async function shopWith(): Promise<Shop> {
  open = await openShop({ file: join(folder(), 'clickthread.db'), connections: [IMPACT] });
  return open;
}

const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';
const items = [{ item_id: 'A', item_name: 'a', price: 10, quantity: 1 }];
const layer = (more: object = {}) => ({
  source: 'layer',
  data: { event: 'purchase', ecommerce: { transaction_id: '8142', value: 10, currency: 'USD', ...more } },
});
const gla = (more: object = {}) => ({
  source: 'layer',
  data: ['event', 'purchase', { send_to: 'GLA', transaction_id: '81141', value: 10, currency: 'USD', items, ...more }],
});
const call = { orderId: 'S-8142', total: '10.00', currency: 'USD' };
const touchesOf = (shop: Shop) => [{ param: 'irclickid', value: CLICK, at: shop.clock.now() - 1000 }];
/** `cookie`: who the visitor is by the collector's own cookie, where it came. */
const post = (shop: Shop, body: object, visitor = 'visitor-1', cookie?: string) =>
  shop.browser(
    'conversion',
    { visitor, touches: touchesOf(shop), ...body },
    cookie === undefined ? {} : { visitor: cookie },
  );
/** A landing without a cookie; its answer brings the one that is returned. */
async function land(shop: Shop, visitor = 'visitor-1'): Promise<string> {
  await shop.browser('touch', { visitor, touches: touchesOf(shop) });
  return (await shop.store.touchesOf('shop', cookielessVisitor(visitor))).pop()!.visitor;
}
/** What impact.com is told when everybody had their time. */
async function told(shop: Shop): Promise<string[]> {
  shop.clock.pass(10_000);
  const now = shop.clock.now();
  const claims = await shop.store.claim({
    site: 'shop',
    connection: 'impact',
    now,
    leaseMs: 60_000,
    limit: 100,
    owner: 'test',
  });
  return claims.map(({ delivery }) => `${delivery.orderId} ${delivery.report.order.total}`);
}

describe('what was found in a page', () => {
  test('is told when the page had its time; what the page reports itself, at once', async () => {
    const shop = await shopWith();
    await post(shop, { found: [layer()] });
    await post(shop, { ...call, orderId: 'OTHER', total: '99.00' });
    const due = async (id: string) => (await shop.deliveries(id))[0]!.nextAt! - shop.clock.now();
    expect([await due('8142'), await due('OTHER')]).toEqual([1500, 0]);
  });

  test('gives way to a fuller report of the same page, as a whole', async () => {
    const shop = await shopWith();
    await post(shop, { found: [layer({ value: 8, coupon: undefined })] });
    await post(shop, { found: [layer({ items, coupon: 'PARTNER10', tax: 2, value: 12 })] });
    expect((await shop.store.order('shop', '8142'))?.order).toMatchObject({
      total: 1200,
      tax: 200,
      coupons: ['PARTNER10'],
      items: [{ sku: 'A' }],
    });
    await post(shop, { found: [layer({ value: 8 })] });
    expect((await shop.store.order('shop', '8142'))?.order.total).toBe(1200);
    expect(await told(shop)).toEqual(['8142 1200']);
  });

  test('stands once the page had its time, and is completed only', async () => {
    const shop = await shopWith();
    await post(shop, { found: [layer({ value: 8 })] });
    shop.clock.pass(1501);
    await post(shop, { found: [layer({ items, coupon: 'PARTNER10', value: 12 })] });
    expect((await shop.store.order('shop', '8142'))?.order).toMatchObject({ total: 800, coupons: ['PARTNER10'] });
  });

  test('gives way to the page’s own call, and to nobody else’s', async () => {
    const shop = await shopWith();
    await post(shop, { found: [layer({ items, coupon: 'LEAN' })] });
    await post(shop, { ...call, orderId: '8142', total: '11.00' }, 'visitor-2');
    expect((await shop.store.order('shop', '8142'))?.order.total).toBe(1000);
    await post(shop, { ...call, orderId: '8142', total: '12.00' });
    expect((await shop.store.order('shop', '8142'))?.order.total).toBe(1200);
  });
});

describe('one order under two numbers', () => {
  test.each<[string, object[], string[]]>([
    ['the call, then the layer', [call, { found: [layer()] }], ['S-8142 1000']],
    ['the layer, then the call', [{ found: [layer()] }, call], ['S-8142 1000']],
    ['two trackers, one post each', [{ found: [gla()] }, { found: [layer({ items })] }], ['81141 1000']],
    [
      'two trackers, then both in one post',
      [{ found: [layer()] }, { found: [layer(), gla({ coupon: 'A' })] }],
      ['81141 1000'],
    ],
    ['the same again', [call, { found: [layer()] }, { found: [layer()] }, call], ['S-8142 1000']],
    ['both in one post, the call among them', [{ ...call, found: [layer()] }], ['S-8142 1000']],
  ])('is told once: %s', async (_, posts, expected) => {
    const shop = await shopWith();
    for (const body of posts) expect((await post(shop, body)).status).toBe(200);
    expect(await told(shop)).toEqual(expected);
  });

  test('says so in the story of the number that gave way', async () => {
    const shop = await shopWith();
    await post(shop, { found: [layer()] });
    await post(shop, call);
    expect(await shop.states('8142')).toEqual({ 'impact conversion 0': 'skipped' });
    expect(await shop.story('8142')).toContain('the same page names this order S-8142: told under that number');
    expect((await post(shop, { found: [layer()] })).body).toMatchObject({ orderId: 'S-8142', result: 'duplicate' });
  });

  test('keeps the number that a network knows', async () => {
    const shop = await shopWith();
    await post(shop, { found: [layer()] });
    shop.clock.pass(3000);
    await shop.relayed({ state: 'delivered' });
    await post(shop, { ...call, found: [layer()] });
    expect(await told(shop)).toEqual([]);
    expect(await shop.store.order('shop', 'S-8142')).toBeUndefined();
  });

  test.each<[string, object[], number]>([
    ['one tracker names both', [{ found: [layer()] }, { found: [layer({ transaction_id: '8143' })] }], 0],
    ['the page calls twice', [call, { ...call, orderId: 'S-8143' }], 0],
    ['the totals differ', [call, { found: [layer({ value: 11 })] }], 0],
    ['the currencies differ', [call, { found: [layer({ currency: 'EUR' })] }], 0],
    [
      'the goods differ',
      [{ found: [gla()] }, { found: [layer({ items: [{ ...items[0], price: 5, quantity: 2 }] })] }],
      0,
    ],
    ['there is time between', [call, { found: [layer()] }], 1501],
  ])('are two where %s', async (_, [first, second], pause) => {
    const shop = await shopWith();
    await post(shop, first!);
    shop.clock.pass(pause);
    await post(shop, second!);
    expect(await told(shop)).toHaveLength(2);
  });

  test('are two where two visitors report them', async () => {
    const shop = await shopWith();
    await post(shop, call);
    await post(shop, { found: [layer()] }, 'visitor-2');
    expect(await told(shop)).toHaveLength(2);
  });

  test('becomes an order of its own again by the shop’s word', async () => {
    const shop = await shopWith();
    await post(shop, { found: [layer()] });
    await post(shop, call);
    await shop.shop({ orderId: '8142', total: '10.00', currency: 'USD' });
    expect((await shop.store.order('shop', '8142'))?.shopConfirmed).toBe(true);
  });
});

/** Whoever guesses the next number may say that it is another one of theirs: nobody's sale goes with it. */
describe.each(['browser', 'shop'])('a number that a stranger joined with another one, release: %s', (release) => {
  const guess = (more: object = {}) => ({ found: [layer({ transaction_id: '8142', ...more })] });
  const theirs = (total: string) => ({ orderId: 'MINE-1', total, currency: 'USD' });
  const EVIL = [{ param: 'irclickid', value: 'EVILCLICK-1', at: 1 }];
  const sale = { orderId: '8142', total: '112.00', currency: 'USD' };
  const open8142 = async (): Promise<Shop> => {
    open = await openShop({
      file: join(folder(), 'clickthread.db'),
      connections: [IMPACT],
      site: `release: ${release}`,
    });
    return open;
  };
  const join8142 = async (shop: Shop, total: string): Promise<void> => {
    await post(shop, { ...guess({ value: Number(total) }), touches: EVIL }, 'stranger-1', 'stranger-cookie-1');
    await post(shop, { ...theirs(total), touches: EVIL }, 'stranger-1', 'stranger-cookie-1');
    expect((await shop.store.order('shop', '8142'))?.words.sameAs).toBe('MINE-1');
  };
  const buy = (shop: Shop) => post(shop, sale, 'buyer-1', 'buyer-cookie-1');
  const winnerOf = async (shop: Shop) => (await shop.store.order('shop', '8142'))?.attribution.winner?.value;

  test('is told as its buyer and its shop have it', async () => {
    const shop = await open8142();
    await join8142(shop, '10.00');
    shop.clock.pass(60_000);
    expect((await buy(shop)).body).toMatchObject({ orderId: '8142' });
    if (release === 'shop') await shop.shop(sale);
    expect(await told(shop)).toContain('8142 11200');
    expect(await winnerOf(shop)).toBe(CLICK);
  });

  test('of the very amount, is its buyer’s as soon as the shop speaks', async () => {
    const shop = await open8142();
    await join8142(shop, '112.00');
    await buy(shop);
    expect(await told(shop)).not.toContain('8142 11200');
    await shop.shop(sale);
    const { contest, words } = (await shop.store.order('shop', '8142'))!;
    expect(words.heard.map(({ id }) => id)).toContain('buyer-cookie-1');
    expect([contest?.kind, await winnerOf(shop)]).toEqual(['hold', undefined]);
  });

  test('takes along nothing that another browser said of it before', async () => {
    const shop = await open8142();
    await post(shop, { ...guess(), touches: EVIL }, 'stranger-1', 'stranger-cookie-1');
    await buy(shop);
    await post(shop, { ...theirs('10.00'), touches: EVIL }, 'stranger-1', 'stranger-cookie-1');
    expect((await shop.store.order('shop', '8142'))?.words.sameAs).toBeUndefined();
    await shop.shop(sale);
    expect(await told(shop)).toContain('8142 11200');
    expect(await winnerOf(shop)).toBe(CLICK);
  });
});

test('one page that is opened again on another device is one sale still, under whichever of its numbers it is told first', async () => {
  const shop = await shopWith();
  for (const [visitor, first, second] of [
    ['visitor-1', { found: [layer()] }, call],
    ['visitor-2', call, { found: [layer()] }],
    ['visitor-3', { found: [layer()] }, call],
  ] as const) {
    await post(shop, first, visitor);
    await post(shop, second, visitor);
    shop.clock.pass(60_000);
  }
  expect(await told(shop)).toEqual(['S-8142 1000']);
});

describe('a page that is a landing, too, whose answer brings the cookie between two reports of one order', () => {
  test.each<[string, object[], string[]]>([
    ['the call, then the layer', [call, { found: [layer()] }], ['S-8142 1000']],
    ['the layer, then the call', [{ found: [layer()] }, call], ['S-8142 1000']],
    ['two trackers', [{ found: [gla()] }, { found: [layer({ items })] }], ['81141 1000']],
    ['three reports', [{ found: [layer()] }, { found: [layer({ items })] }, { found: [gla()] }], ['8142 1000']],
    ['the fuller one last', [{ found: [layer({ value: 8 })] }, { found: [layer({ items, tax: 2 })] }], ['8142 1200']],
    ['two orders', [call, { ...call, orderId: 'S-8143' }], ['S-8142 1000', 'S-8143 1000']],
  ])('tells it once: %s', async (_, [first, ...later], expected) => {
    const shop = await shopWith();
    const cookie = await land(shop);
    await post(shop, first!);
    for (const body of later) await post(shop, body, 'visitor-1', cookie);
    expect(await told(shop)).toEqual(expected);
    const [orderId] = expected[0]!.split(' ');
    expect((await shop.store.order('shop', orderId!))?.attribution?.winner).toMatchObject({ value: CLICK });
  });

  test('is one visitor as long as the page has its time', async () => {
    const shop = await shopWith();
    const cookie = await land(shop);
    await post(shop, call);
    shop.clock.pass(1501);
    await post(shop, { found: [layer()] }, 'visitor-1', cookie);
    expect(await told(shop)).toHaveLength(2);
  });

  const whoseAndHow = async (shop: Shop, orderId: string) => {
    const { visitor, order, words, gate } = (await shop.store.order('shop', orderId))!;
    return { visitor, order, gate, sameAs: words.sameAs };
  };

  test.each<[string, object]>([
    ['another number', { ...call, orderId: 'X-1' }],
    ['the same number', { ...call, orderId: '8142', total: '12.00' }],
    ['both numbers', { ...call, orderId: 'X-1', found: [layer()] }],
  ])('a stranger’s cookie beside its id neither suppresses, dates nor changes it: %s', async (_, body) => {
    const shop = await shopWith();
    await land(shop);
    const stranger = await land(shop, 'visitor-9');
    await post(shop, { found: [layer({ items })] });
    const before = await whoseAndHow(shop, '8142');
    shop.clock.pass(500);
    await post(shop, body, 'visitor-1', stranger);
    expect(await whoseAndHow(shop, '8142')).toEqual(before);
    expect(await told(shop)).toContain('8142 1000');
  });

  test('whoever holds its id has no part in the orders of a visitor who is known by a cookie', async () => {
    const shop = await shopWith();
    const cookie = await land(shop);
    await post(shop, { ...call, orderId: 'EARLIER', total: '5.00' }, 'visitor-1', cookie);
    shop.clock.pass(60_000);
    await post(shop, { ...call, orderId: 'X-1' });
    await post(shop, { found: [layer()] }, 'visitor-1', cookie);
    expect(await told(shop)).toEqual(['EARLIER 500', 'X-1 1000', '8142 1000']);
    expect((await whoseAndHow(shop, '8142')).visitor).toBe(cookie);
  });
});

test('what was left out of a report is in the order’s story, once', async () => {
  const shop = await shopWith();
  for (let times = 0; times < 2; times += 1) await post(shop, { ...call, tax: 'n/a', items: [{ sku: 'A' }] });
  const story = await shop.story('S-8142');
  expect(story.filter((text) => text.endsWith('left out'))).toEqual([
    'items[0].price is missing: send the unit price; left out',
    'tax must be a decimal amount with a dot and no grouping, such as "1234.50"; left out',
  ]);
});
