import { describe, expect, test } from 'vitest';
import type { Item, Order } from '../../../../collector/model/order.ts';
import { addsUp, recomposeAmounts } from '../../../../collector/model/amounts/composition.ts';
import { spreadAmount } from '../../../../collector/model/amounts/lines.ts';
import { layOutOrder, linesOn, worthOf } from '../../../../collector/model/amounts/ledger.ts';

const item = (sku: string, price: number, more: Partial<Item> = {}): Item => ({ sku, quantity: 1, price, ...more });
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
/** The order after changes, each with the fields that it names. */
const changed = (first: Partial<Order>, ...changes: Partial<Order>[]): Order =>
  changes.reduce<Order>((before, change) => {
    const after = { ...before, ...change };
    return {
      ...after,
      composition: recomposeAmounts({
        before,
        after,
        named: new Set(Object.keys(change).filter((key) => key !== 'subtotal' || change.subtotal !== undefined)),
      }),
    };
  }, order(first));

const AB = [item('A', 5000), item('B', 5000)];

describe('how the amounts of an order add up', () => {
  test.each<[string, Partial<Order>, { goods: number; net?: number; list?: number; other?: number }]>([
    ['prices alone', { total: 5000, items: [item('A', 5000)] }, { goods: 5000 }],
    ['tax and shipping on top', { total: 13000, tax: 2000, shipping: 1000, items: AB }, { goods: 10000, net: 10000 }],
    ['tax inside the prices', { total: 11000, tax: 1667, shipping: 1000, items: AB }, { goods: 10000, net: 8333 }],
    ['a discount that is taken off', { total: 9000, discount: 1000, items: AB }, { goods: 9000, list: 10000 }],
    ['a discount inside the prices', { total: 10000, discount: 1000, items: AB }, { goods: 10000, list: 10000 }],
    ['a voucher that nobody named', { total: 500, items: [item('A', 9999)] }, { goods: 500, list: 9999 }],
    [
      'a named discount and more that was not paid',
      { total: 8000, discount: 1000, items: AB },
      { goods: 8000, list: 10000 },
    ],
    [
      "the items' own discount",
      { total: 1800, items: [item('A', 1000, { quantity: 2, discount: 100 })] },
      { goods: 1800, list: 2000 },
    ],
    [
      "the items' own, inside the prices",
      { total: 2000, items: [item('A', 1000, { quantity: 2, discount: 100 })] },
      { goods: 2000 },
    ],
    [
      'both, as different money',
      { total: 1700, discount: 100, items: [item('A', 1000, { quantity: 2, discount: 100 })] },
      { goods: 1700 },
    ],
    [
      'both, as one',
      { total: 1800, discount: 200, items: [item('A', 1000, { quantity: 2, discount: 100 })] },
      { goods: 1800 },
    ],
    [
      "the items' own, said of the line",
      { total: 9000, items: [item('A', 5000, { quantity: 2, discount: 1000 })] },
      { goods: 9000, list: 10000 },
    ],
    [
      'the same beside tax and shipping',
      { total: 12800, tax: 1800, shipping: 2000, items: [item('A', 5000, { quantity: 2, discount: 1000 })] },
      { goods: 9000, list: 10000 },
    ],
    [
      'prices of the line',
      { total: 16000, shipping: 1000, items: [item('A', 10000, { quantity: 2 }), item('B', 5000)] },
      { goods: 15000, list: 15000 },
    ],
    [
      'prices and discounts of the line',
      { total: 14500, items: [item('A', 10000, { quantity: 4, discount: 500 }), item('B', 5000)] },
      { goods: 14500, list: 15000 },
    ],
    [
      'prices of the line by weight, tax inside',
      { total: 4000, tax: 500, items: [item('A', 2500, { quantity: 0.75 }), item('B', 1500)] },
      { goods: 4000, net: 3500, list: 4000 },
    ],
    [
      'prices of a piece, as long as these add up',
      { total: 20000, items: [item('A', 10000, { quantity: 2 }), item('B', 0, { quantity: 3 })] },
      { goods: 20000, list: 20000 },
    ],
    ['tax that nobody named', { total: 9720, discount: 1000, items: AB }, { goods: 9000, other: 720 }],
    [
      'the same, the discount inside',
      { total: 9720, discount: 1000, items: [item('A', 9000)] },
      { goods: 9000, other: 720 },
    ],
    [
      'a line below zero',
      { total: 5000, items: [item('A', 6000), item('POINTS', -1000)] },
      { goods: 5000, list: 6000 },
    ],
    ['goods by weight', { total: 5000, items: [item('A', 2000, { quantity: 2.5 })] }, { goods: 5000 }],
    [
      'a price finer than the cent',
      { total: 24433, items: [item('A', 1221667, { quantity: 2, scale: 2 })] },
      { goods: 24433 },
    ],
    [
      'lines rounded together',
      { total: 100, items: ['A', 'B', 'C'].map((sku) => item(sku, 3333, { scale: 2 })) },
      { goods: 100 },
    ],
    [
      'lines rounded each',
      { total: 102, items: ['A', 'B', 'C'].map((sku) => item(sku, 335, { scale: 1 })) },
      { goods: 102 },
    ],
    ['no items', { total: 12000, tax: 300, shipping: 500 }, { goods: 11200 }],
    [
      'a subtotal alone',
      { total: 11700, subtotal: 12700, discount: 1500, shipping: 500 },
      { goods: 11200, list: 12700 },
    ],
    ['nothing to pay', { total: 0, items: AB }, { goods: 0, list: 10000 }],
    ['shipping alone is left to pay', { total: 1000, shipping: 1000, items: AB }, { goods: 0 }],
  ])('%s', (_title, given, { goods, net = goods, list, other = 0 }) => {
    const ledger = layOutOrder(order(given));
    expect([ledger.goods, worthOf(order(given), 'net'), ledger.other]).toEqual([goods, net, other]);
    if (list !== undefined) expect(worthOf(order(given), 'list')).toBe(list);
    expect(ledger.goods + (ledger.taxInside ? 0 : ledger.tax) + ledger.shipping + ledger.other).toBe(ledger.total);
    const lines = ledger.lines.reduce((sum, line) => sum + line.net, 0);
    expect(lines).toBe(ledger.lines.length === 0 ? 0 : goods);
  });

  test('lines whose prices are of the line share its money by these', () => {
    const given = order({ total: 15000, items: [item('A', 10000, { quantity: 2 }), item('B', 5000)] });
    expect(linesOn(given, 'goods').map(({ minor }) => minor)).toEqual([10000, 5000]);
  });

  test('what is said of the line stays so when a line is paid back', () => {
    const first = { total: 15000, items: [item('A', 10000, { quantity: 2 }), item('B', 5000)] };
    const back = changed(first, { total: 10000, items: [item('A', 10000, { quantity: 2 })] });
    expect(worthOf(back, 'goods')).toBe(10000);
    expect(worthOf(changed(first, { total: 14000 }), 'goods')).toBe(14000);
    expect(worthOf(changed(first, { items: [item('A', 10000, { quantity: 2 })] }), 'list')).toBe(10000);
  });

  test('an order that was undone is worth nothing', () => {
    for (const status of ['cancelled', 'refunded'] as const)
      expect(worthOf(order({ total: 5000, status, items: AB }), 'total')).toBe(0);
  });

  test.each<[Partial<Order>, boolean]>([
    [{ total: 10000, items: AB }, true],
    [{ total: 9999, items: AB }, false],
    [{ total: 10001, items: AB }, false],
    [{ total: 5000 }, true],
  ])('whether they do is said: %j', (given, right) => expect(addsUp(order(given))).toBe(right));
});

describe('what a change of the order leaves of the goods', () => {
  const plain = { total: 11200, items: [item('A', 11200)] };
  const full = { total: 13000, tax: 2000, shipping: 1000, items: AB };
  const inside = { total: 13000, tax: 2000, shipping: 1000, items: [item('A', 6000), item('B', 6000)] };
  test.each<[string, Partial<Order>, Partial<Order>[], number | [goods: number, net: number]]>([
    ['a refund by amount', plain, [{ total: 9000 }], 9000],
    ['and another one', plain, [{ total: 9000 }, { total: 5000 }], 5000],
    ['and all of it', plain, [{ total: 9000 }, { total: 0 }], 0],
    ['and back again', plain, [{ total: 9000 }, { total: 11200 }], 11200],
    ['an addition', plain, [{ total: 12000 }], 12000],
    ['of an order with tax and shipping', full, [{ total: 11000 }], 8000],
    ['by as much as the tax, which is a coincidence', full, [{ total: 11000 }, { total: 10000 }], 7000],
    ['the shipping', full, [{ shipping: 0, total: 12000 }], 10000],
    ['the tax', full, [{ tax: 0, total: 11000 }], 10000],
    [
      'tax and shipping, one after the other',
      full,
      [
        { tax: 0, total: 11000 },
        { shipping: 0, total: 10000 },
      ],
      10000,
    ],
    ['half of the shipping and 10.00 of the goods', full, [{ shipping: 500, total: 11500 }], 9000],
    ['the tax alone, the total not yet', full, [{ tax: 0 }], 10000],
    ['and then the total', full, [{ tax: 0 }, { total: 11000 }], 10000],
    ['an item with its tax', full, [{ total: 7000, tax: 1000, items: [AB[0]!] }], 5000],
    ['an item, the tax not said', full, [{ total: 7000, items: [AB[0]!] }], 5000],
    ['an item, the total not said', full, [{ items: [AB[0]!] }], 5000],
    ['and then the total with its tax', full, [{ items: [AB[0]!] }, { total: 7000, tax: 1000 }], 5000],
    ['an item and then an amount', full, [{ total: 7000, tax: 1000, items: [AB[0]!] }, { total: 6000 }], 4000],
    ['by amount, the tax being inside', inside, [{ total: 7000 }], [6000, 5000]],
    ['the tax from inside the prices', inside, [{ tax: 0, total: 11000 }], [10000, 10000]],
    ['everything', full, [{ total: 0 }], 0],
    ['more than the goods', full, [{ total: 2500 }], 0],
    ['an order without items', { total: 13000, tax: 2000, shipping: 1000 }, [{ total: 9000 }], 6000],
    ['its shipping', { total: 13000, tax: 2000, shipping: 1000 }, [{ total: 12000, shipping: 0 }], 10000],
    ['its shipping, the total not said', { total: 13000, tax: 2000, shipping: 1000 }, [{ shipping: 0 }], 10000],
    [
      'an order with a subtotal alone, the tax inside, which the change leaves out',
      { total: 13000, tax: 2000, shipping: 1000, subtotal: 12000 },
      [{ total: 7000, subtotal: undefined }],
      [6000, 5000],
    ],
    [
      'and another one',
      { total: 13000, tax: 2000, shipping: 1000, subtotal: 12000 },
      [{ total: 7000, subtotal: undefined }, { total: 4000 }],
      [3000, 2500],
    ],
    ['an order with a fee', { ...plain, total: 11700 }, [{ total: 10700 }], 10200],
    ['the fee having been the tax', { ...plain, total: 11700 }, [{ total: 11700, tax: 500 }], 11200],
    ['a voucher and then an amount', { total: 500, items: [item('A', 9999)] }, [{ total: 300 }], 300],
    ['a discount inside the prices, an item', { total: 10000, discount: 1000, items: AB }, [{ items: [AB[0]!] }], 5000],
  ])('%s', (_title, first, changes, right) => {
    const [goods, net] = typeof right === 'number' ? [right, right] : right;
    const after = changed(first, ...changes);
    const ledger = layOutOrder(after);
    expect([ledger.goods, worthOf(after, 'net')]).toEqual([goods, net]);
    expect(ledger.goods + (ledger.taxInside ? 0 : ledger.tax) + ledger.shipping + ledger.other).toBe(ledger.total);
  });

  test('a report of the whole order is read afresh: what was found for other amounts says nothing', () => {
    const partly = changed(plain, { total: 9000 });
    expect(worthOf({ ...partly, total: 6000, items: [item('A', 6000)] }, 'goods')).toBe(6000);
  });
});

describe('lines of an order', () => {
  test('take off by largest remainder what was taken off the order, and add up on every basis', () => {
    const three = order({
      total: 1000,
      discount: 200,
      tax: 100,
      shipping: 100,
      items: ['A', 'B', 'C'].map((sku) => item(sku, 333)),
    });
    expect(linesOn(three, 'goods').map(({ minor }) => minor)).toEqual([267, 266, 266]);
    for (const basis of ['goods', 'net', 'total', 'list'] as const)
      expect(linesOn(three, basis).reduce((sum, { minor }) => sum + minor, 0)).toBe(worthOf(three, basis));
  });

  test.each<[number, number[], number[]]>([
    [10, [1, 1, 1], [4, 3, 3]],
    [0, [5, 5], [0, 0]],
    [7, [0, 3, 0], [0, 7, 0]],
    [5, [0, 0], [5, 0]],
    [100, [8_000_000_000_000, 1], [100, 0]],
  ])('%i over %j is %j', (amount, weights, shares) => expect(spreadAmount(amount, weights)).toEqual(shares));
});
