/** Whatever an order is made of, what its lines and groups are told adds up to the cent to what it is worth on the connection's basis. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partsOf } from '../../../collector/kit/destination.ts';
import { decimalsOf } from '../../../collector/lib/money.ts';
import { BASES, worthOf } from '../../../collector/model/amounts/ledger.ts';
import type { Item, Order } from '../../../collector/model/order.ts';
import type { Report } from '../../../collector/model/report.ts';
import { connect, reportOf } from './seed-report.ts';

const GROUPS: Record<string, Record<string, string>> = {
  awin: { 'category=x': 'X', 'coupon=VIP': 'V' },
  cj: { 'category=x': '11', 'coupon=VIP': '12', 'customer=new': '13' },
  admitad: { 'category=x': '11', 'sku=b': '12' },
  tune: { 'category=x': '11', 'customer=returning': '12' },
  partnerize: { 'category=x': 'ex', 'customer=new': 'first' },
  webgains: { 'category=x': '11' },
};

/** An amount as text in the currency's smallest unit; more decimals than it has are told of no line. */
function minorOf(text: unknown, { currency, digits }: Order): number {
  const value = Number(text) * 10 ** decimalsOf({ currency, ...(digits === undefined ? {} : { digits }) });
  expect(Math.abs(value - Math.round(value))).toBeLessThan(1e-6);
  return Math.round(value);
}

type Reader = (request: { url: string; body?: string }) => [amount: unknown, times?: unknown][];

const body = (request: { body?: string }) => JSON.parse(request.body!) as Record<string, unknown>;
const all = (text: string, pattern: RegExp): [unknown][] => [...text.matchAll(pattern)].map(([, amount]) => [amount]);

/** Every way in which a network is told the parts of an order. */
const READERS: Record<string, Reader[]> = {
  awin: [
    (request) =>
      (body(request)['orders'] as { commissionGroups: { amount: number }[] }[])[0]!.commissionGroups.map(
        ({ amount }) => [amount],
      ),
    (request) =>
      (body(request)['orders'] as { amount: number; basket?: { price: number; quantity: number }[] }[]).flatMap(
        ({ amount, basket }): [unknown, unknown?][] =>
          basket ? basket.map(({ price, quantity }) => [price, quantity]) : [[amount]],
      ),
  ],
  cj: [
    (request) => {
      const { orders } = body(request)['variables'] as {
        orders: { amount?: string; items?: { unitPrice: string; quantity: number }[] }[];
      };
      const { amount, items } = orders[0]!;
      return items ? items.map(({ unitPrice, quantity }) => [unitPrice, quantity]) : [[amount]];
    },
  ],
  admitad: [
    ({ url }) => {
      const query = new URL(url).searchParams;
      return [[query.get('price'), query.get('quantity')]];
    },
  ],
  tune: [({ url }) => [[new URL(url).searchParams.get('amount')]]],
  partnerize: [({ url }) => all(url, /\/value:([\d.]+)/g)],
  webgains: [
    (request) => {
      const { value, items } = body(request) as unknown as { value: number; items?: { price: number }[] };
      return items ? items.map(({ price }) => [price]) : [[value]];
    },
  ],
};

const item: fc.Arbitrary<Item> = fc.record(
  {
    sku: fc.constantFrom('a', 'b', 'c'),
    category: fc.constantFrom('x', 'y'),
    quantity: fc.constantFrom(1, 2, 3, 7, 0.5),
    // Points and vouchers come as lines below zero.
    price: fc.integer({ min: -500, max: 9999 }),
    discount: fc.integer({ min: 0, max: 300 }),
  },
  { requiredKeys: ['sku', 'quantity', 'price'] },
);
const money = fc.option(fc.integer({ min: 0, max: 2000 }), { nil: undefined });
const order = fc
  .record({
    items: fc.array(item, { maxLength: 6 }),
    total: fc.integer({ min: 0, max: 50_000 }),
    currency: fc.constantFrom('EUR', 'JPY', 'KWD'),
    ...{ discount: money, tax: money, shipping: money, subtotal: money },
    coupons: fc.constantFrom([], ['VIP']),
    isNewCustomer: fc.constantFrom(undefined, true, false),
  })
  .map((one) => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)) as Partial<Order>);

test.each(Object.keys(READERS))('%s is told what adds up', (type) => {
  fc.assert(
    fc.property(order, fc.constantFrom(...BASES), (given, amountBasis) => {
      const { definition, settings } = connect(type, { amountBasis, groups: GROUPS[type] });
      const report: Report = reportOf(given);
      const worth = worthOf(report.order, amountBasis);
      const requests = partsOf(definition, report, settings).map((part) => definition.conversion!(part, settings));
      for (const read of READERS[type]!) {
        const lines = requests.flatMap(read);
        expect(lines.length).toBeGreaterThan(0);
        const sum = lines.reduce((so, [amount, times = 1]) => so + minorOf(amount, report.order) * Number(times), 0);
        expect(sum).toBe(worth);
      }
    }),
    { seed: 20261127, numRuns: 60 },
  );
});
