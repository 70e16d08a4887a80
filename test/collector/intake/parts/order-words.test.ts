/** Discounts with the sign of what they do, and currencies as people call them, of an order and of its items. */
import { expect, test } from 'vitest';
import { readOrder } from '../../../../collector/intake/validate-order.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const least = { orderId: 'O1', total: '10.00', currency: 'USD' };
const item = { sku: 'A', price: '1.00' };
const read = (change: object) => readOrder({ ...least, ...change }, { now: NOW });

test.each<[unknown, number]>([
  [-15, 1500],
  ['-15.00', 1500],
  ['−15,00 €', 1500],
  ['(15.00)', 1500],
  ['15.00-', 1500],
  ['15.00', 1500],
  [-0, 0],
])('a discount of %j goes off, of the order and of an item', (discount, minor) => {
  const { valid } = read({ discount, items: [{ ...item, discount }] });
  expect(valid?.order.discount).toBe(minor);
  expect(valid?.order.items[0]?.discount).toBe(minor);
});

test("a change's discount is read as it stands", () => {
  const { problems } = readOrder({ ...least, discount: '-15.00' }, { now: NOW, strict: true });
  expect(problems).toEqual([{ field: 'discount', message: 'must not be negative' }]);
});

test.each([
  ['TL', 'TRY'],
  ['tl.', 'TRY'],
  ['RMB', 'CNY'],
  ['NIS', 'ILS'],
  ['RUR', 'RUB'],
  ['Euro', 'EUR'],
  ['Ft', 'HUF'],
  ['円', 'JPY'],
])('a currency called %s is %s, of the order and of an item', (currency, code) => {
  const { valid, warnings } = read({ currency, items: [{ ...item, currency }] });
  expect([valid?.order.currency, valid?.order.items.length, warnings]).toEqual([code, 1, []]);
});
