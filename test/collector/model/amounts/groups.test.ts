import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupLines, groupOrder, groupProblems } from '../../../../collector/model/amounts/groups.ts';
import { BASES, worthOf } from '../../../../collector/model/amounts/ledger.ts';
import type { Order } from '../../../../collector/model/order.ts';

const order = (more: Partial<Order> = {}): Order => ({
  ...{
    orderId: 'O1',
    total: 10000,
    currency: 'EUR',
    coupons: ['VIP2026'],
    placedAt: 0,
    status: 'approved',
    personal: {},
  },
  items: [
    { sku: 'SHOE-1', category: 'Shoes', quantity: 1, price: 3333 },
    { sku: 'HAT-1', category: 'Hats', quantity: 2, price: 3333 },
    { sku: 'BAG-1', quantity: 1, price: 1 },
  ],
  ...more,
});

describe('the first condition that fits a line counts', () => {
  test.each<[string, Record<string, string>, Partial<Order>, object]>([
    ['none', {}, {}, { STD: 10000 }],
    ['a category, in any case', { 'category=shoes': 'S' }, {}, { S: 3333, STD: 6667 }],
    ['a category by its beginning', { 'category=ha*': 'H' }, {}, { H: 6666, STD: 3334 }],
    ['an article', { 'sku=BAG-1': 'B' }, {}, { B: 1, STD: 9999 }],
    ['a code, for the whole order', { 'coupon=vip*': 'V', 'category=Shoes': 'S' }, {}, { V: 10000 }],
    ['the order of the conditions', { 'category=Shoes': 'S', 'coupon=vip*': 'V' }, {}, { S: 3333, V: 6667 }],
    ['a new customer', { 'customer=new': 'N' }, { isNewCustomer: true }, { N: 10000 }],
    ['a returning customer', { 'customer=returning': 'R' }, { isNewCustomer: false }, { R: 10000 }],
    [
      'nothing of a customer of whom nothing is known',
      { 'customer=new': 'N', 'customer=returning': 'R' },
      {},
      { STD: 10000 },
    ],
    ['a code of an order without items', { 'coupon=VIP2026': 'V' }, { items: [] }, { V: 10000 }],
    ['no category of an order without items', { 'category=Shoes': 'S' }, { items: [] }, { STD: 10000 }],
  ])('%s', (_title, conditions, more, expected) => {
    const shares = groupOrder(order(more), 'goods', { conditions, otherwise: 'STD' });
    expect(Object.fromEntries(shares.map(({ code, minor }) => [code, minor]))).toEqual(expected);
  });
});

test('whatever the order and the basis, the shares add up to the cent', () => {
  const item = fc.record({
    sku: fc.constantFrom('a', 'b', 'c'),
    category: fc.constantFrom('x', 'y'),
    quantity: fc.integer({ min: 1, max: 5 }),
    price: fc.integer({ min: 0, max: 9999 }),
  });
  const rule = { conditions: { 'sku=a': 'A', 'category=y': 'Y' }, otherwise: 'Z' };
  fc.assert(
    fc.property(
      fc.array(item, { maxLength: 6 }),
      fc.integer({ min: 0, max: 50_000 }),
      fc.constantFrom(...BASES),
      (items, total, basis) => {
        const one = order({ items, total });
        const sum = groupOrder(one, basis, rule).reduce((all, { minor }) => all + minor, 0);
        expect(sum).toBe(worthOf(one, basis));
        const lines = groupLines(one, basis, rule).reduce((all, { minor }) => all + minor, 0);
        if (items.length > 0) expect(lines).toBe(sum);
      },
    ),
    { seed: 20261126, numRuns: 300 },
  );
});

test('a condition that can never fit is named', () => {
  expect(groupProblems('groups', { 'colour=red': 'R', 'customer=old': 'O', 'sku=': 'X', 'category=a': '' })).toEqual([
    { field: 'groups.colour=red', message: expect.stringContaining('category=, sku=, coupon=, customer=') },
    { field: 'groups.customer=old', message: 'must be customer=new or customer=returning' },
    { field: 'groups.sku=', message: expect.stringContaining('must begin with') },
    { field: 'groups.category=a', message: 'must name the code of the network' },
  ]);
});
