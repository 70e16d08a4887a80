import { describe, expect, test } from 'vitest';
import type { Order } from '../../../collector/model/order.ts';
import { applyPatch, readPatch } from '../../../collector/intake/validate-patch.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');

const order: Order = {
  ...{ orderId: 'O1', total: 11200, subtotal: 12700, discount: 1500, currency: 'USD', status: 'approved' },
  ...{ coupons: ['A'], placedAt: NOW, personal: {}, items: [{ sku: 'A', quantity: 2, price: 1400 }] },
};
const patched = (input: object) => applyPatch(order, readPatch(input).patch!, NOW);

describe('what a change says', () => {
  test.each<[unknown, string, RegExp]>([
    [null, 'body', /JSON object/],
    [[], 'body', /JSON object/],
    ['refunded', 'body', /JSON object/],
    [{}, 'status', /says nothing to change/],
    [{ status: 'gone' }, 'status', /must be one of/],
    [{ status: 1 }, 'status', /must be one of/],
    [{ status: 'refunded', reason: 7 }, 'reason', /must be a text/],
    [{ customer: {} }, 'status', /says nothing to change/],
  ])('%j is refused', (input, field, message) => {
    const { patch, problems } = readPatch(input);
    expect(patch).toBeUndefined();
    expect(problems).toEqual([{ field, message: expect.stringMatching(message) }]);
  });

  test('fields that a change can not touch are left out and said', () => {
    expect(readPatch({ status: 'refunded', customer: {}, clicks: {}, reason: 'broken\nin transit' })).toEqual({
      patch: { status: 'refunded', amounts: {}, reason: 'broken in transit' },
      problems: [],
      warnings: [
        { field: 'customer', message: expect.any(String) },
        { field: 'clicks', message: expect.any(String) },
      ],
    });
  });
});

describe('the fields that it names', () => {
  test('a status alone is a status alone', () => {
    expect(patched({ status: 'refunded' })).toEqual({ after: { status: 'refunded' }, problems: [] });
  });
  test('amounts, lines and codes are read in the currency of the order, zero included', () => {
    const change = { total: 0, subtotal: 0, discount: '0.00', coupons: [], items: [{ sku: 'A', price: '14.00' }] };
    expect(patched(change).after).toEqual({
      ...{ total: 0, subtotal: 0, discount: 0, coupons: [] },
      items: [{ sku: 'A', quantity: 1, price: 1400 }],
    });
  });
  test.each<[object, Partial<Order>]>([
    [{ total: '90,00' }, { total: 9000 }],
    [{ total: '$1,234.50' }, { total: 123450 }],
    [
      { total: '90.00', shipping: '0,00 €' },
      { total: 9000, shipping: 0 },
    ],
    [{ discount: '-15.00' }, { discount: 1500 }],
    [{ total: { value: '90.00', currency: 'USD' } }, { total: 9000 }],
    [{ items: [{ sku: 'A', price: '14.00', quantity: -1 }] }, { items: [{ sku: 'A', quantity: 1, price: -1400 }] }],
    [
      { total: '21.00', items: [{ sku: 'A', price: '14.00', quantity: '1,500' }] },
      { total: 2100, items: [{ sku: 'A', quantity: 1.5, price: 1400 }] },
    ],
    [{ items: [{ sku: 'A', price: '14,00', quantity: '2 pcs' }] }, { items: [{ sku: 'A', quantity: 2, price: 1400 }] }],
    [{ status: 'REFUNDED' }, { status: 'refunded' }],
    [{ status: 'canceled' }, { status: 'cancelled' }],
    [{ status: 'wc-completed' }, { status: 'approved' }],
  ])('%j is read as a report of the shop is', (change, after) => {
    expect(patched(change).after).toEqual(after);
  });
  test.each([
    [{ total: { value: '90.00', currency: 'EUR' } }, 'total'],
    [{ total: { amount: 9000, currency: 'USD' } }, 'total'],
    [{ total: '90,00 €' }, 'total'],
    [{ items: [{ sku: 'A', price: '14.00', quantity: '1,500' }] }, 'items[0].quantity'],
  ])('%j is refused: what it means is not known', (change, field) => {
    expect(patched(change).problems.map((problem) => problem.field)).toEqual([field]);
  });
  test('a status in words of the shop is named', () => {
    expect(readPatch({ status: 'canceled' }).warnings).toMatchObject([{ field: 'status' }]);
    expect(readPatch({ status: 'cancelled' }).warnings).toEqual([]);
  });
  test('a total in another currency corrects both', () => {
    expect(patched({ total: '1300', currency: 'JPY' }).after).toEqual({
      ...{ total: 1300, currency: 'JPY', digits: 0 },
    });
  });
  test('the currency that is known is named as any other field', () => {
    expect(patched({ currency: 'USD' }).after).toEqual({ currency: 'USD', digits: 2 });
  });
  test.each<[object, string, RegExp]>([
    [{ total: '-1' }, 'total', /negative/],
    [{ total: '1.234' }, 'total', /a thousand or a fraction/],
    [{ total: '90.00 (was 112.00)' }, 'total', /decimal amount/],
    [{ total: '90.00', shipping: 'free' }, 'shipping', /decimal amount/],
    [{ items: [{ sku: 'A', price: '14.00', quantity: 'two' }] }, 'items[0].quantity', /from 0/],
    [{ currency: 'EUR' }, 'currency', /is EUR, the order was reported in USD: send the total in EUR with it/],
    [{ items: [{ sku: 'A' }] }, 'items[0].price', /is missing/],
    [{ items: 'none' }, 'items', /must be a list/],
  ])('%j is refused', (input, field, message) => {
    const { after, problems } = patched(input);
    expect(after).toBeUndefined();
    expect(problems).toEqual([{ field, message: expect.stringMatching(message) }]);
  });
});
