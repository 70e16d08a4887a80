/**
 * Every network of the catalogue on one built collector: a visitor lands by the network's own link on a page with the built tag and buys, the
 * shop refunds a part and then the whole, and the network's books in the sandbox say what it was told. An hour takes a moment.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Delivery } from '../../collector/model/delivery.ts';
import { destinations } from '../../collector/destinations/index.ts';
import { NETWORKS, settingsOf } from '../harness/networks.ts';
import type { TagPage } from '../harness/tag-page.ts';
import { openHastyWorld, PATIENCE, type HastyWorld } from '../harness/hasty-world.ts';

/** Of the books: some fields of the record, or the words of what a person does there. */
type Books = Record<string, unknown>;
type Told = { state: Delivery['state']; books: Books } | 'by hand';

interface Row {
  /** Cookies that the landing leaves beside the tag's own. */
  cookies?: Record<string, string>;
  sale: { state: Delivery['state']; books: Books };
  part: Told;
  whole: Told;
  /** What the network doesn't take, and what becomes of it. Without words it swallows it, and its books stay empty. */
  refused?: { click: string; vendor?: Record<string, unknown>; state: Delivery['state']; words?: string };
}

const HEX = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
const BAD = 'ffffffffffffffffffffffffffffffff';
const unverified = (books: Books): Row['sale'] => ({ state: 'unverified', books });
const delivered = (books: Books): Row['sale'] => ({ state: 'delivered', books });
const confirmed = (books: Books): Row['sale'] => ({ state: 'confirmed', books });

const ROWS: Record<string, Row> = {
  impact: {
    sale: confirmed({ amount: '112.00', state: 'PENDING', fields: { ClickId: 'U:xW-RQ.wt~a' } }),
    part: confirmed({ amount: '90.00', state: 'PENDING' }),
    whole: confirmed({ state: 'REVERSED' }),
    refused: { click: BAD, vendor: { unknownClicks: [BAD] }, state: 'declined', words: 'no click or other reference' },
  },
  awin: {
    cookies: { awc: '1001_1763000000_0123456789abcdef' },
    sale: delivered({ amount: 112, fields: { awc: '1001_1763000000_0123456789abcdef', channel: 'aw' } }),
    part: confirmed({ amount: 90, state: 'pending' }),
    whole: confirmed({ state: 'declined' }),
    refused: { click: BAD, vendor: { unknownClicks: [BAD] }, state: 'rejected', words: 'awc: is not a valid click' },
  },
  everflow: {
    sale: confirmed({ sale_amount: 112, transaction_id: 'b1b2c3d4e5f60718293a4b5c6d7e8f90', status: 'approved' }),
    part: delivered({ sale_amount: 90, status: 'approved' }),
    whole: confirmed({ status: 'rejected' }),
    refused: { click: BAD, vendor: { unknownClicks: [BAD] }, state: 'declined', words: 'unknown transaction id' },
  },
  tune: {
    sale: delivered({ amount: '112.00', transactionId: '102a1b2c3d4e5f60718293a4b5c6d7', status: 'approved' }),
    part: 'by hand',
    whole: delivered({ status: 'rejected' }),
    refused: { click: BAD, vendor: { unknownClicks: [BAD] }, state: 'no_match', words: 'does not know the click' },
  },
  cj: {
    cookies: { cje: HEX },
    sale: unverified({ amount: 11200, cjEvent: HEX, state: 'new' }),
    part: unverified({ amount: 9000, state: 'restated' }),
    whole: unverified({ amount: 0, state: 'cancelled' }),
    refused: { click: 'no-such.event', state: 'rejected', words: 'CJ refused the order' },
  },
  rakuten: {
    sale: delivered({ amount: 11200, click: 'lMh2Xiq9xN0-aBcDeFgHiJkLmNoPqRsTuV', calls: 1 }),
    part: delivered({ amount: 9000, calls: 2 }),
    whole: delivered({ amount: 0, calls: 3 }),
    refused: { click: 'short', state: 'rejected', words: 'refused all' },
  },
  dub: {
    sale: delivered({ amount: 11200, clickId: 'aB3_dE6-hI9kL2mN', status: 'pending' }),
    part: delivered({ amount: 9000, status: 'pending' }),
    whole: delivered({ status: 'refunded' }),
    refused: {
      click: 'zzzzzzzzzzzzzzzz',
      vendor: { unknownClicks: ['zzzzzzzzzzzzzzzz'] },
      state: 'no_match',
      words: 'click',
    },
  },
  partnerize: {
    sale: confirmed({ clickref: '1011lBxYz9', items: [{ value: 24.69 }, { value: 87.31 }], status: 'pending' }),
    part: confirmed({ items: [{ value: 19.84 }, { value: 70.16 }], status: 'pending' }),
    whole: confirmed({ status: 'rejected' }),
  },
  tradedoubler: {
    sale: confirmed({ orderValue: '112.00', tduid: HEX, status: 'P' }),
    part: delivered({ orderValue: '90.00', status: 'P' }),
    whole: delivered({ status: 'D' }),
  },
  admitad: {
    sale: unverified({ amount: '112.00', uid: HEX, positions: '2/2', status: 'pending' }),
    part: unverified({ amount: '90.00', status: 'pending' }),
    whole: unverified({ status: 'declined' }),
    refused: { click: 'short', state: 'unverified' },
  },
  tapfiliate: {
    sale: delivered({ amount: 112, by: 'jane', status: 'approved' }),
    part: delivered({ amount: 90, status: 'approved' }),
    whole: delivered({ status: 'disapproved' }),
    refused: {
      click: 'nobody',
      vendor: { unknownCodes: ['nobody'] },
      state: 'no_match',
      words: 'no such referral code',
    },
  },
  daisycon: {
    sale: delivered({ amount: '112.00', click: 'dc_0123456789abcdef' }),
    part: 'by hand',
    whole: 'by hand',
    refused: { click: 'dc_bad', vendor: { unknownClicks: ['dc_bad'] }, state: 'no_match', words: 'knows no click' },
  },
  firstpromoter: {
    sale: delivered({ amount: 11200, refId: 'jane-42', refunds: [] }),
    part: delivered({ amount: 9000, refunds: [{ amount: 2200 }] }),
    whole: delivered({ amount: 0, refunds: [{ amount: 2200 }, { amount: 9000 }] }),
    refused: { click: 'nobody', vendor: { unknownRefs: ['nobody'] }, state: 'no_match', words: 'knows no partner' },
  },
  webgains: {
    sale: unverified({ value: 112, click: '287_1_1763000000_abcdef' }),
    part: 'by hand',
    whole: 'by hand',
  },
  partnerstack: {
    sale: delivered({ amount: 11200, click: 'aB3dE6hI9kL2' }),
    part: 'by hand',
    whole: 'by hand',
  },
  'post-affiliate-pro': {
    sale: unverified({ total: '112.00', affiliate: 'jane42' }),
    part: 'by hand',
    whole: 'by hand',
    refused: { click: 'nobody', vendor: { affiliates: ['jane42'] }, state: 'unverified' },
  },
  refersion: {
    sale: unverified({ amount: 112, affiliate: '4242', cancellations: [] }),
    part: 'by hand',
    whole: delivered({
      cancellations: [
        {
          items: [
            { quantity: 2, price: 14 },
            { quantity: 3, price: 33 },
          ],
        },
      ],
    }),
    refused: { click: 'jane.1', state: 'rejected', words: 'refused the report (422)' },
  },
  tradetracker: {
    sale: delivered({ amount: '112.00', click: '5_6_ref' }),
    part: 'by hand',
    whole: 'by hand',
  },
};
const TYPES = Object.keys(ROWS);

const order = (orderId: string, more: object = {}) => ({
  ...{ orderId, total: '112.00', currency: 'USD', discount: '15.00', coupons: ['15BUCKSOFF'] },
  customer: { id: `customer-of-${orderId}`, isNew: true },
  items: [
    { sku: '1ABC2345', name: 'Product Name 1', category: 'Hardware', quantity: 2, price: '14.00' },
    { sku: '9ZXY7654', name: 'Product Name 2', category: 'Gardening', quantity: 3, price: '33.00' },
  ],
  ...more,
});
const bought = (type: string): string => `N-${type}`;
const refused = (type: string): string => `R-${type}`;

let world: HastyWorld;
const pages = new Map<string, { landing: TagPage; thanks: TagPage }>();

beforeAll(async () => {
  const vendors = TYPES.map((type) => [type, { ...settingsOf(type).vendor, ...ROWS[type]!.refused?.vendor }] as const);
  const connections = TYPES.map((type) => ({ id: type, type, settings: settingsOf(type).settings }));
  world = await openHastyWorld({ connections, vendors: Object.fromEntries(vendors) });
  for (const type of TYPES) {
    const landing = await world.page(`https://www.shop.example/shoes?${NETWORKS[type]!.link}`);
    if (NETWORKS[type]!.click) await landing.answered('touch');
    const thanks = await world.page('https://www.shop.example/thanks', landing);
    thanks.call('conversion', order(bought(type)));
    await thanks.answered('conversion');
    pages.set(type, { landing, thanks });
  }
  await world.toRest();
}, PATIENCE);
afterAll(() => world?.close());

test('every network of the catalogue is here', () => {
  const own = new Set(['cartstack', 'vtmarketing', 'sale-pixel', 'sale-form', 'postback']);
  const networks = destinations.map(({ name }) => name).filter((name) => !own.has(name));
  expect([...TYPES].sort()).toEqual(networks.sort());
});

test.each(TYPES)('a visitor of %s keeps its click, and the order leaves the page once', async (type) => {
  const { landing, thanks } = pages.get(type)!;
  const { click } = NETWORKS[type]!;
  const { _ct: journey = '', _ct_v: _visitor, _ct_h: _known, ...cookies } = landing.cookies();
  expect(cookies).toEqual(ROWS[type]!.cookies ?? {});
  if (click) expect(journey).toContain(`^${click[0].toLowerCase()}^${click[1]}^`);
  thanks.call('conversion', order(bought(type)));
  const [answer, ...more] = await thanks.answered('conversion');
  expect([answer!.status, more]).toEqual([200, []]);
  expect(JSON.parse(answer!.body)).toMatchObject({ orderId: bought(type), result: 'accepted' });
  // Another browser that names the same order makes no second sale of it.
  const again = await world.collector.browser('conversion', { ...order(bought(type)), visitor: `other-of-${type}` });
  expect(again.body).toMatchObject({ result: 'duplicate' });
});

/** What stands in the network's books of an order: one record at most, that nobody told it twice. */
async function booksOf(type: string, orderId: string): Promise<Books | undefined> {
  const { recorded } = await world.vendorOf(type).state();
  const [record, ...more] = recorded.filter((one) =>
    Object.values(one).some((value) => String(value).endsWith(orderId)),
  );
  expect([record?.['duplicates'] ?? 0, more]).toEqual([0, []]);
  return record;
}

async function expectTold(type: string, kind: Delivery['kind'], told: Told): Promise<void> {
  const report = world.reportOf(bought(type), type, kind)!;
  if (told === 'by hand') return expect(report).toMatchObject({ state: 'by_hand', attempts: 0 });
  expect([report.state, report.reason]).toEqual([told.state, report.reason]);
  expect(await booksOf(type, bought(type))).toMatchObject(told.books);
}

test.each(TYPES)('%s was told of the sale once', async (type) => {
  const [pixel] = pages.get(type)!.thanks.images;
  // Of a browser's image the network's own cookie says whose it is.
  if (type === 'tradetracker') await fetch(pixel!, { headers: { cookie: 'TT2_1234=5_6_ref' } });
  await expectTold(type, 'conversion', ROWS[type]!.sale);
});

test(
  'each hears of a refund of a part, or a person does',
  async () => {
    for (const type of TYPES) await world.changes(bought(type), { total: '90.00' });
    await world.toRest();
    for (const type of TYPES) await expectTold(type, 'modification', ROWS[type]!.part);
  },
  PATIENCE,
);

test(
  'each hears of a refund of the whole, or a person does',
  async () => {
    for (const type of TYPES) await world.changes(bought(type), { status: 'refunded' });
    await world.toRest();
    for (const type of TYPES) await expectTold(type, 'reversal', ROWS[type]!.whole);
  },
  PATIENCE,
);

test(
  'what a network refuses stays visible with its words, and is not in its books',
  async () => {
    const entries = async (type: string) => (await world.vendorOf(type).state()).recorded.length;
    const refusing = TYPES.filter((type) => ROWS[type]!.refused);
    for (const type of refusing) {
      const click = { [NETWORKS[type]!.click![0]]: ROWS[type]!.refused!.click };
      const body = { ...order(refused(type)), visitor: `visitor-of-${type}`, clicks: click };
      expect((await world.collector.browser('conversion', body)).body).toMatchObject({ result: 'accepted' });
    }
    await world.toRest();
    for (const type of refusing) {
      const { state, words = 'gives no answer' } = ROWS[type]!.refused!;
      const report = world.reportOf(refused(type), type, 'conversion');
      expect(report).toMatchObject({ state, reason: expect.stringContaining(words) });
      // Everflow shows what it has rejected.
      expect(await entries(type)).toBe(type === 'everflow' ? 2 : 1);
    }
  },
  PATIENCE,
);
