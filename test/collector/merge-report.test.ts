import { describe, expect, test } from 'vitest';
import type { Command } from '../../collector/command.ts';
import type { Order, Personal } from '../../collector/event.ts';
import { mergeReport } from '../../collector/merge-report.ts';
import { readOrder } from '../../collector/validate-order.ts';
import { NOON, storedOrder } from './store/rows.ts';

type Report = Extract<Command, { type: 'order' }>;

const LATER = NOON + 60_000;
const existing = storedOrder('O1', {
  order: {
    ...{
      orderId: 'O1',
      total: 11200,
      subtotal: 12700,
      discount: 1500,
      currency: 'USD',
      coupons: ['A'],
      placedAt: NOON,
    },
    ...{ status: 'approved', items: [{ sku: 'A', quantity: 1, price: 12700 }], customerId: 'C1', personal: {} },
  },
});

function merge(input: object, more: Partial<Report> = {}, known: Personal = {}, kept: Personal = {}) {
  const { valid } = readOrder({ orderId: 'O1', total: '112.00', currency: 'USD', ...input }, { now: LATER });
  const command: Report = {
    type: 'order',
    site: 'shop',
    reporter: 'shop',
    valid: valid!,
    warnings: [],
    touches: [],
    ...more,
  };
  return mergeReport({ existing: { ...existing, ...more }, known, command, kept, now: LATER });
}

describe("the shop's report", () => {
  test.each<[string, object, Partial<Order>]>([
    ['replaces money', { total: '100.00', shipping: '5.00' }, { total: 10000, shipping: 500 }],
    [
      'keeps what it does not say',
      {},
      { subtotal: 12700, discount: 1500, customerId: 'C1', coupons: ['A'], placedAt: NOON },
    ],
    ['replaces lines, also by none', { items: [] }, { items: [] }],
    ['replaces codes where it names some', { coupons: ['B'] }, { coupons: ['B'] }],
    ['sets a status that it says', { status: 'refunded' }, { status: 'refunded' }],
    [
      'dates the order where it says when',
      { placedAt: '2026-11-01T00:00:00Z' },
      { placedAt: Date.parse('2026-11-01T00:00:00Z') },
    ],
  ])('%s', (_name, input, expected) => {
    expect(merge(input).stored.order).toMatchObject(expected);
  });

  test('without a status does not approve what was cancelled', () => {
    const cancelled = { ...existing, order: { ...existing.order, status: 'cancelled' as const } };
    const { valid } = readOrder({ orderId: 'O1', total: '112.00', currency: 'USD' }, { now: LATER });
    const command: Report = { type: 'order', site: 'shop', reporter: 'shop', valid: valid!, warnings: [], touches: [] };
    expect(mergeReport({ existing: cancelled, known: {}, command, kept: {}, now: LATER }).stored.order.status).toBe(
      'cancelled',
    );
  });

  test('confirms the order, once', () => {
    expect(merge({})).toMatchObject({
      changed: true,
      text: 'confirmed',
      stored: { shopConfirmed: true, updatedAt: LATER },
    });
    expect(merge({}, { shopConfirmed: true } as never)).toMatchObject({ changed: false, stored: { updatedAt: NOON } });
  });

  test("corrects the customer's fields", () => {
    expect(merge({}, {}, { email: 'old@example.com', phone: '1' }, { email: 'new@example.com' }).personal).toEqual({
      ...{ email: 'new@example.com', phone: '1' },
    });
  });
});

describe("the browser's report", () => {
  const browser = (input: object, known: Personal = {}, kept: Personal = {}) =>
    merge(input, { reporter: 'browser' }, known, kept);

  test('changes neither money nor status nor lines', () => {
    const input = { total: '1.00', status: 'refunded', items: [{ sku: 'B', price: 1 }], coupons: ['B'] };
    expect(browser(input)).toMatchObject({ changed: false, stored: { order: existing.order, shopConfirmed: false } });
  });
  test('adds what was missing', () => {
    expect(browser({ tax: '3.00' }, {}, { email: 'jane@example.com' })).toMatchObject({
      ...{ changed: true, text: 'changed and completed', personal: { email: 'jane@example.com' } },
      stored: { order: { total: 11200, tax: 300 } },
    });
  });
  test('does not overwrite what is known of the customer', () => {
    expect(browser({}, { email: 'known@example.com' }, { email: 'other@example.com' }).personal).toEqual({
      email: 'known@example.com',
    });
  });
  test("whose amount the shop's signature proves confirms the order", () => {
    expect(merge({}, { reporter: 'browser', proven: true })).toMatchObject({
      text: 'confirmed',
      stored: { shopConfirmed: true },
    });
  });
});
