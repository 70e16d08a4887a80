import { expect, test } from 'vitest';
import { recomposeAmounts } from '../../../../collector/model/amounts/composition.ts';
import { describeAmounts } from '../../../../collector/model/amounts/describe-amounts.ts';
import type { Order } from '../../../../collector/model/order.ts';

const order = (more: Partial<Order>): Order => ({
  ...{
    orderId: 'O1',
    total: 0,
    currency: 'USD',
    coupons: [],
    placedAt: 0,
    status: 'approved',
    items: [],
    personal: {},
  },
  ...more,
});
const items = [{ sku: 'A', quantity: 1, price: 10000 }];

test.each<[Partial<Order>, string[]]>([
  [{ total: 10000, items }, ['goods 100.00']],
  [{ total: 13000, tax: 2000, shipping: 1000, items }, ['goods 100.00, tax 20.00, shipping 10.00']],
  [{ total: 10000, tax: 1667, items }, ['goods 100.00, tax 16.67 inside the prices']],
  [{ total: 10500, items }, ['goods 100.00, 5.00 that is none of these']],
  [
    { total: 10000, discount: 1000, items },
    ['goods 100.00', 'the discount of 10.00 stands in the prices already: nothing goes off for it'],
  ],
  [
    { total: 9000, items },
    ['goods 90.00', '10.00 less was paid than the goods cost, and no discount says why: counted as one'],
  ],
])('%j is %j', (given, words) => expect(describeAmounts(order(given))).toEqual(words));

test('a refund by amount alone is said, and how it was laid on the lines', () => {
  const before = order({ total: 10000, items });
  const after = { ...before, total: 7500 };
  const composition = recomposeAmounts({ before, after, named: new Set(['total']) });
  expect(describeAmounts({ ...after, composition })).toEqual([
    'goods 75.00',
    '25.00 was paid back without saying for what: spread over the lines by what they cost',
  ]);
});
