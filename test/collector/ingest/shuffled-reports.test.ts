/** Reports of two browsers and the shop, invented and shuffled: as soon as the shop has spoken, the order in which they came decides nothing. */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agreesWithShop } from '../../../collector/ingest/own-order.ts';
import { worthOf } from '../../../collector/model/amounts/ledger.ts';
import type { Delivery } from '../../../collector/model/delivery.ts';
import type { StoredOrder } from '../../../collector/model/stored-order.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShop } from '../../harness/shop-front.ts';
import { CARTSTACK, IMPACT, postback, testSeal } from '../../harness/sites.ts';

const SEED = 20261126;
const CONNECTIONS = [IMPACT, CARTSTACK, postback('awin', 'awc')];
const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;
let shops: Record<'shop' | 'browser', Shop>;
beforeAll(async () => {
  const open = (release: string) =>
    openShop({ file: join(folder(), `${release}.db`), connections: CONNECTIONS, site: `release: ${release}` });
  shops = { shop: await open('shop'), browser: await open('browser') };
});
afterAll(async () => {
  await shops.shop.store.close();
  await shops.browser.store.close();
});

type Word = Record<string, unknown>;
const said = (value: unknown, name: string): Word => (value === undefined ? {} : { [name]: value });

const browserWord = fc
  .record({
    total: fc.constantFrom('112.00', '100.00', '90.00', '9999.00'),
    currency: fc.constantFrom('USD', 'USD', 'EUR'),
    status: fc.constantFrom(undefined, 'approved', 'pending', 'cancelled'),
    coupons: fc.constantFrom(undefined, ['A'], ['B']),
    items: fc.constantFrom(undefined, [{ sku: 'A', price: '112.00' }], [{ sku: 'B', price: '9999.00' }]),
    clicks: fc.constantFrom(undefined, { irclickid: 'click-a' }, { irclickid: 'click-b' }, { awc: 'click-c' }),
    consent: fc.constantFrom(undefined, { marketing: 'granted' }, { marketing: 'denied' }),
    customer: fc.constantFrom(undefined, { id: '1', email: 'a@example.com' }, { id: '2', email: 'b@example.com' }),
    placedAt: fc.constantFrom(undefined, '2001-01-01T00:00:00Z'),
  })
  .map((fields) =>
    Object.entries(fields).reduce<Word>((word, [name, value]) => ({ ...word, ...said(value, name) }), {}),
  );

const shopWord = fc
  .record({
    tax: fc.constantFrom(undefined, '12.00'),
    status: fc.constantFrom(undefined, 'approved', 'pending', 'cancelled'),
    coupons: fc.constantFrom(undefined, [], ['A']),
    items: fc.constantFrom(undefined, [{ sku: 'S', price: '112.00' }]),
    clicks: fc.constantFrom(undefined, undefined, { irclickid: 'click-s' }),
    consent: fc.constantFrom(undefined, { marketing: 'granted' }),
    customer: fc.constantFrom(undefined, { email: 's@example.com' }),
  })
  .map((fields) => ({
    ...{ total: '112.00', currency: 'USD' },
    ...Object.entries(fields).reduce<Word>((word, [name, value]) => ({ ...word, ...said(value, name) }), {}),
  }));

type Name = 'a' | 'b' | 'shop';
const ORDERS: readonly Name[][] = [
  ...[
    ['a', 'b', 'shop'],
    ['a', 'shop', 'b'],
    ['shop', 'a', 'b'],
  ],
  ...[
    ['b', 'a', 'shop'],
    ['b', 'shop', 'a'],
    ['shop', 'b', 'a'],
  ],
] as Name[][];

let serial = 0;

/** Says the words in that order of a fresh order of fresh visitors. */
async function speak(
  shop: Shop,
  words: Record<Name, Word>,
  order: readonly Name[],
  between = async (_id: string) => {},
) {
  const orderId = `S${(serial += 1)}`;
  for (const name of order) {
    if (name === 'shop') await shop.shop({ ...words.shop, orderId });
    else await shop.report({ ...words[name], orderId, visitor: `visitor-${name}-${serial}` });
    await between(orderId);
  }
  const stored = (await shop.store.order('shop', orderId))!;
  return { orderId, stored, deliveries: await shop.store.deliveriesOf('shop', orderId) };
}

/** Everything that must be the same, without what names this one run. */
function outcome({ stored, deliveries }: { stored: StoredOrder; deliveries: Delivery[] }): string {
  const { order, consent, contest, attribution, shopConfirmed, visitor } = stored;
  // A report that was planned and never made is a note on the way there.
  const planned = deliveries.filter(({ state, attempts }) => state !== 'skipped' || attempts > 0);
  const reports = planned.map(({ connection, kind, seq, state, reason, report }) => ({
    ...{ connection, kind, seq, state, reason },
    report: { ...report, order: { ...report.order, orderId: '' } },
  }));
  const text = JSON.stringify({
    ...{ order: { ...order, orderId: '' }, consent, shopConfirmed, contest: contest?.kind ?? null },
    visitor: visitor?.replace(/\d+$/, ''),
    personal: stored.personal && testSeal.open(stored.personal),
    winner: attribution.winner,
    reports: reports.toSorted((a, b) => (a.connection < b.connection ? -1 : 1)),
  });
  return text.replaceAll(stored.order.orderId, 'ORDER');
}

test('as soon as the shop has spoken, record, credit and reports are the same (release: shop)', async () => {
  await fc.assert(
    fc.asyncProperty(browserWord, browserWord, shopWord, async (a, b, shop) => {
      const runs = [];
      for (const order of ORDERS) runs.push(await speak(shops.shop, { a, b, shop }, order));
      const [first, second] = [runs.slice(0, 3).map(outcome), runs.slice(3).map(outcome)];
      expect(new Set(first).size, first.join('\n\n')).toBe(1);
      expect(new Set(second).size, second.join('\n\n')).toBe(1);
      // Which browser was first decides only between two that told the shop's amount.
      const { heard, shop: word } = runs[0]!.stored.words;
      const right = heard.filter((one) => agreesWithShop(one, word!));
      if (right.length === 1) expect(first[0]).toBe(second[0]);
    }),
    { numRuns: 60, seed: SEED },
  );
}, 120_000);

/** What a network was told in sum: conversions and their changes, less what was taken back. */
function sumTold(deliveries: readonly Delivery[]): Record<string, number> {
  const sum: Record<string, number> = {};
  let standing: { total: number; currency: string } | undefined;
  const told = deliveries.filter(({ state }) => state === 'confirmed').toSorted((x, y) => (x.id < y.id ? -1 : 1));
  const add = (amount: number, currency: string): void => void (sum[currency] = (sum[currency] ?? 0) + amount);
  for (const { kind, report } of told) {
    if (standing) add(-standing.total, standing.currency);
    const { currency, total } = report.order;
    // What counts there is the amount on the connection's basis: a total that changed around it is no news.
    standing = kind === 'reversal' ? undefined : { currency, total: report.amount?.minor ?? total };
    if (standing) add(standing.total, standing.currency);
  }
  return Object.fromEntries(Object.entries(sum).filter(([, amount]) => amount !== 0));
}

test("told at once on a browser's word, the sum of what is told ends as the shop says (release: browser)", async () => {
  const simple = browserWord.map(({ total, currency, items, clicks }) => ({
    ...{ total, currency, clicks: clicks && 'irclickid' in (clicks as object) ? clicks : { irclickid: 'click-a' } },
    ...said(items, 'items'),
  }));
  const drain = async (): Promise<void> => {
    while ((await shops.browser.relayed({ state: 'confirmed' })).length > 0);
  };
  await fc.assert(
    fc.asyncProperty(simple, simple, fc.constantFrom<Word>({}, { tax: '12.00' }), async (a, b, more) => {
      const words = { a, b, shop: { total: '112.00', currency: 'USD', ...more } };
      for (const order of ORDERS) {
        const { deliveries, stored } = await speak(shops.browser, words, order, drain);
        const impact = deliveries.filter(({ connection }) => connection === 'impact');
        expect(stored.order).toMatchObject({ total: 11200, currency: 'USD' });
        expect(sumTold(impact), order.join(', ')).toEqual({ USD: worthOf(stored.order, 'goods') });
      }
    }),
    { numRuns: 40, seed: SEED },
  );
}, 120_000);
