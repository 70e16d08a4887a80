import { describe, expect, test } from 'vitest';
import type { Order } from '../../collector/event.ts';
import { applyPatch, readPatch } from '../../collector/validate-patch.ts';

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

describe('the order after it', () => {
  test('a status alone leaves everything else', () => {
    expect(patched({ status: 'refunded' })).toEqual({ order: { ...order, status: 'refunded' }, problems: [] });
  });
  test('a new total drops the subtotal, which no longer adds up', () => {
    expect(patched({ total: '98.00' }).order).toEqual({ ...order, total: 9800, subtotal: undefined });
  });
  test('the same total changes nothing', () => {
    expect(patched({ total: '112.00' }).order).toEqual(order);
  });
  test('new lines and parts are taken as they are, zero included', () => {
    const change = { total: 0, subtotal: 0, discount: '0.00', items: [{ sku: 'A', quantity: 0, price: '14.00' }] };
    expect(patched(change).order).toMatchObject({
      ...{ total: 0, subtotal: 0, discount: 0 },
      items: [{ sku: 'A', quantity: 0, price: 1400 }],
    });
  });
  test.each<[object, string, RegExp]>([
    [{ total: '-1' }, 'total', /negative/],
    [{ total: '1', currency: 'EUR' }, 'currency', /is EUR, the order was reported in USD/],
    [{ items: [{ sku: 'A' }] }, 'items[0].price', /is missing/],
    [{ items: 'none' }, 'items', /must be a list/],
  ])('%j is refused', (input, field, message) => {
    const { order: after, problems } = patched(input);
    expect(after).toBeUndefined();
    expect(problems).toEqual([{ field, message: expect.stringMatching(message) }]);
  });
});
