import { describe, expect, test } from 'vitest';
import { sha1, sha256 } from '../../../../collector/lib/hash.ts';
import type { Order } from '../../../../collector/model/order.ts';
import type { Report } from '../../../../collector/model/report.ts';
import { CLICK, connect, customer, form, reportOf, seedOrder } from '../seed-report.ts';
import impact from '../../../../collector/destinations/impact/index.ts';
import { testContract } from '../contract.ts';
import { rawSettings } from '../seed-report.ts';

testContract(impact, {
  settings: rawSettings['impact']!,
  reference: '/Advertisers/IRxxx/APISubmissions/A-1',
});

const basic = `Basic ${Buffer.from('IRxxx:tok/en+Secret=1').toString('base64')}`;
const headers = {
  Authorization: basic,
  Accept: 'application/json',
  'Content-Type': 'application/x-www-form-urlencoded',
};

const seedFields = {
  CampaignId: '1000',
  ActionTrackerId: '9876',
  EventDate: '2024-08-02T07:55:24Z',
  OrderId: 'O1234567',
  ClickId: CLICK,
  CustomerId: 'BCZ2WVSH674563PDPYOTM3AXDQ',
  CurrencyCode: 'USD',
  OrderDiscount: '15.00',
  OrderPromoCode: '15BUCKSOFF',
  ItemSku1: '1ABC2345',
  ItemName1: 'Product Name 1',
  ItemCategory1: 'Hardware',
  ItemQuantity1: '2',
  ItemSubTotal1: '28.00',
  ItemSku2: '9ZXY7654',
  ItemName2: 'Product Name 2',
  ItemCategory2: 'Gardening',
  ItemQuantity2: '3',
  ItemSubTotal2: '99.00',
};

function conversion(order: Partial<Order> = {}, more: Record<string, unknown> = {}, report: Partial<Report> = {}) {
  const { definition, settings } = connect('impact', more);
  return form(definition.conversion!(reportOf(order, report), settings).body);
}

describe('a conversion', () => {
  test('of the founding document is exactly its example, read correctly', () => {
    const { definition, settings } = connect('impact');
    const { body, ...request } = definition.conversion!(reportOf(), settings);
    expect(request).toEqual({ method: 'POST', url: 'https://api.impact.com/Advertisers/IRxxx/Conversions', headers });
    expect(form(body)).toEqual(seedFields);
  });

  test('encodes each value once, the colon and plus of a click id included', () => {
    const { definition, settings } = connect('impact');
    const click = { param: 'im_ref', value: 'U:xW+RQ wt%3A&=é', at: 0 };
    const { body } = definition.conversion!(reportOf({}, { click }), settings);
    expect(body).toContain('ClickId=U%3AxW%2BRQ%20wt%253A%26%3D%C3%A9&');
    expect(form(body)['ClickId']).toBe(click.value);
  });

  test.each<[string, Partial<Order>, Record<string, unknown>, Record<string, string | undefined>]>([
    [
      'hashes the trimmed, lower-cased e-mail with SHA-1',
      { personal: { email: ' Jane@Example.com ' } },
      {},
      { CustomerEmail: sha1('jane@example.com') },
    ],
    ['or SHA-256', { personal: customer }, { emailHash: 'sha256' }, { CustomerEmail: sha256('jane+shop@example.com') }],
    ['or sends none', { personal: customer }, { emailHash: 'none' }, { CustomerEmail: undefined }],
    [
      'sends shipping and tax when known, zero included',
      { shipping: 0, tax: 1999 },
      {},
      { OrderShipping: '0.00', OrderTax: '19.99' },
    ],
    ['has a word for a new customer only if configured', { isNewCustomer: true }, {}, { CustomerStatus: undefined }],
    ['and sends it then', { isNewCustomer: true }, { customerStatusNew: 'NEW' }, { CustomerStatus: 'NEW' }],
    [
      'and that of a returning one',
      { isNewCustomer: false },
      { customerStatusExisting: 'EXISTING' },
      { CustomerStatus: 'EXISTING' },
    ],
    ['joins several coupons', { coupons: ['A', 'B'] }, {}, { OrderPromoCode: 'A,B' }],
    ['sends no empty coupon', { coupons: [] }, {}, { OrderPromoCode: undefined }],
    [
      'leaves out a coupon that would not fit whole',
      { coupons: ['A'.repeat(250), 'TOOLONG'] },
      {},
      { OrderPromoCode: 'A'.repeat(250) },
    ],
    ['never sends an e-mail as customer id', { customerId: 'jane@example.com' }, {}, { CustomerId: undefined }],
    [
      'sends unit prices where the event type wants them',
      {},
      { itemAmount: 'price' },
      { ItemPrice1: '14.00', ItemSubTotal1: undefined, ItemPrice2: '33.00' },
    ],
    [
      'names the category of an item without one',
      { items: [{ sku: 'a', quantity: 1, price: 100 }] },
      {},
      { ItemCategory1: 'uncategorized', ItemName1: undefined },
    ],
    [
      'or leaves it to the catalogue',
      { items: [{ sku: 'a', quantity: 1, price: 100 }] },
      { defaultCategory: 'none' },
      { ItemCategory1: undefined },
    ],
    [
      'keeps an item that costs nothing',
      { items: [{ sku: 'gift', quantity: 1, price: 0 }] },
      {},
      { ItemSubTotal1: '0.00', ItemQuantity1: '1' },
    ],
    ['writes yen without decimals', { currency: 'JPY' }, {}, { ItemSubTotal1: '2800', OrderDiscount: '1500' }],
    [
      'rounds a dinar to the two decimals that impact.com takes',
      { currency: 'KWD', discount: 1005, total: 11695 },
      {},
      // 2.80 + 9.90 − 1.00: what is left is 11.695, rounded once.
      { OrderDiscount: '1.00', ItemSubTotal1: '2.80', ItemSubTotal2: '9.90' },
    ],
    [
      'cuts a name at 255 characters',
      { items: [{ sku: 'a', name: 'n'.repeat(300), quantity: 1, price: 1 }] },
      {},
      { ItemName1: 'n'.repeat(255) },
    ],
  ])('%s', (_title, order, settings, expected) => {
    expect(conversion(order, settings)).toMatchObject(
      Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined)),
    );
    for (const [name, value] of Object.entries(expected))
      if (value === undefined) expect(conversion(order, settings)).not.toHaveProperty(name);
  });

  test('merges lines of one SKU, by subtotal where their prices differ', () => {
    const items = [
      { sku: 'a', name: 'A', quantity: 1, price: 1000 },
      { sku: 'b', quantity: 1, price: 500 },
      { sku: 'a', name: 'A again', quantity: 2, price: 900 },
    ];
    expect(conversion({ items }, { itemAmount: 'price' })).toMatchObject({
      ...{
        ItemSku1: 'a',
        ItemName1: 'A',
        ItemQuantity1: '3',
        ItemSubTotal1: '28.00',
        ItemSku2: 'b',
        ItemPrice2: '5.00',
      },
    });
    expect(conversion({ items })).not.toHaveProperty('ItemSku3');
  });

  test.each<[string, Partial<Order>, string]>([
    ['the subtotal after discount', { subtotal: 12700, shipping: 500, total: 11700 }, '112.00'],
    ['or the total without tax and shipping', { total: 12000, shipping: 500, tax: 300 }, '112.00'],
    ['or the total, where nothing else is known', { total: 9900 }, '99.00'],
    ['even if it is zero', { total: 0 }, '0.00'],
  ])('without items reports %s, as an amount from which nothing goes off any more', (_title, order, expected) => {
    const fields = conversion({ ...order, items: [] });
    expect(fields['OrderSubTotalPostDiscount']).toBe(expected);
    expect(Object.keys(fields).filter((name) => /^(Item|Amount|OrderDiscount)/.test(name))).toEqual([]);
  });

  const cable = { sku: 'a', quantity: 1, price: 9000 };
  test.each<[string, Partial<Order>, Record<string, unknown>, Record<string, string | undefined>]>([
    [
      'a voucher that nobody named, as a discount',
      { total: 500, items: [{ ...cable, price: 9999 }] },
      {},
      { ItemSubTotal1: '99.99', OrderDiscount: '94.99' },
    ],
    [
      'no discount that stands in the prices already',
      { total: 9000, discount: 1000, items: [cable] },
      {},
      { ItemSubTotal1: '90.00', OrderDiscount: undefined },
    ],
    [
      'a unit price finer than the cent as its line, multiplied before it is rounded',
      { total: 24433, items: [{ sku: 'a', quantity: 2, price: 1221667, scale: 2 }] },
      { itemAmount: 'price' },
      { ItemSubTotal1: '244.33', ItemPrice1: undefined, ItemQuantity1: '2' },
    ],
    [
      'goods by weight as one of what the line costs',
      { total: 5000, items: [{ sku: 'a', quantity: 2.5, price: 2000 }] },
      { itemAmount: 'price' },
      { ItemSubTotal1: '50.00', ItemQuantity1: '1', ItemPrice1: undefined },
    ],
    [
      'a line below zero as a discount',
      {
        total: 5000,
        items: [
          { ...cable, price: 6000 },
          { sku: 'points', quantity: 1, price: -1000 },
        ],
      },
      {},
      { ItemSubTotal1: '60.00', OrderDiscount: '10.00', ItemSku2: undefined },
    ],
    [
      'all that was paid, shared by the lines',
      { total: 11000, tax: 1000, shipping: 1000, items: [cable] },
      { amountBasis: 'total' },
      { ItemSubTotal1: '110.00', OrderDiscount: undefined },
    ],
    [
      'goods without the tax inside their prices',
      { total: 9000, tax: 1500, items: [cable] },
      { amountBasis: 'net' },
      { ItemSubTotal1: '75.00', OrderDiscount: undefined },
    ],
    [
      'goods before their discount',
      { total: 8000, discount: 1000, items: [cable] },
      { amountBasis: 'list' },
      { ItemSubTotal1: '90.00', OrderDiscount: undefined },
    ],
  ])('sends %s', (_title, order, settings, expected) => {
    const fields = conversion({ discount: undefined, ...order }, settings);
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, fields[name]]))).toEqual(expected);
  });

  test.each<[string, Partial<Order>, { order?: string; item?: string }]>([
    ["the order's discount alone, where the items repeat it", { total: 1800, discount: 200 }, { order: '2.00' }],
    [
      'both, where the total proves that they are different money',
      { total: 1700, discount: 100 },
      { order: '1.00', item: '2.00' },
    ],
    ["the items' alone, where the order has none", { total: 1800, discount: undefined }, { item: '2.00' }],
    ["the items' beside a zero", { total: 1800, discount: 0 }, { order: '0.00', item: '2.00' }],
  ])('sends %s', (_title, order, { order: ofOrder, item }) => {
    const fields = conversion({ items: [{ sku: 'a', quantity: 2, price: 1000, discount: 100 }], ...order });
    expect([fields['OrderDiscount'], fields['ItemTotalDiscount1']]).toEqual([ofOrder, item]);
  });
});

describe('a report that impact.com could not take', () => {
  test.each<[string, Partial<Order>, Partial<Report>, RegExp]>([
    ['an order id of 65 characters', { orderId: 'x'.repeat(65) }, {}, /at most 64 characters/],
    [
      'a click id of 65 characters',
      {},
      { click: { param: 'im_ref', value: 'x'.repeat(65), at: 0 } },
      /click id is longer/,
    ],
    ['nothing to attribute it by', { coupons: [], customerId: undefined }, { click: undefined }, /needs a click id/],
  ])('%s is refused in words and never shortened', (_title, order, report, words) => {
    const { definition, settings } = connect('impact');
    expect(definition.refuse!(reportOf(order, report), settings)).toMatch(words);
  });

  test('an order that only a coupon earned is none of them', () => {
    const { definition, settings } = connect('impact');
    const report = reportOf({ customerId: undefined }, { click: undefined });
    expect(definition.refuse!(report, settings)).toBeUndefined();
    expect(form(definition.conversion!(report, settings).body)).not.toHaveProperty('ClickId');
  });
});

describe('a modification', () => {
  function modified(order: Partial<Order>, before: Report['before'], more: Record<string, unknown> = {}) {
    const { definition, settings } = connect('impact', more);
    return definition.modification!(reportOf(order, { kind: 'modification', before }), settings);
  }
  const before = { total: 11200, items: seedOrder.items, discount: 1500 };

  test('puts the new absolute amount', () => {
    const { body, ...request } = modified({ total: 9200 }, before);
    expect(request).toEqual({ method: 'PUT', url: 'https://api.impact.com/Advertisers/IRxxx/Actions', headers });
    expect(form(body)).toEqual({
      ActionTrackerId: '9876',
      OrderId: 'O1234567',
      Reason: 'ORDER_UPDATE',
      Amount: '92.00',
    });
  });

  test.each<[string, Partial<Order>, Report['before'], string]>([
    ['new items', { items: seedOrder.items.slice(0, 1), total: 1300 }, before, '13.00'],
    [
      'a total alone, whose difference goes off the goods',
      { total: 11700, shipping: 500 },
      { ...before, total: 11700 },
      '112.00',
    ],
    [
      'no items, with subtotal and total that agree',
      { items: [], subtotal: 9000, discount: 1000, total: 8500, shipping: 500 },
      before,
      '80.00',
    ],
    [
      'no items and an old subtotal, which the total outvotes',
      { items: [], subtotal: 12700, total: 5000, shipping: 500 },
      before,
      '45.00',
    ],
    ['everything returned', { total: 0 }, before, '0.00'],
  ])('counts %s', (_title, order, known, amount) => {
    expect(form(modified(order, known).body)['Amount']).toBe(amount);
  });

  test('has a configurable reason', () => {
    expect(form(modified({}, before, { modificationReason: 'ITEM_RETURNED' }).body)['Reason']).toBe('ITEM_RETURNED');
  });
});

describe('a reversal', () => {
  function reversed(report: Partial<Report>, order: Partial<Order> = {}, more: Record<string, unknown> = {}) {
    const { definition, settings } = connect('impact', more);
    return definition.reversal!(reportOf(order, { kind: 'reversal', ...report }), settings);
  }

  test('is a DELETE with a form body', () => {
    const { body, ...request } = reversed({}, { status: 'refunded' });
    expect(request).toEqual({ method: 'DELETE', url: 'https://api.impact.com/Advertisers/IRxxx/Actions', headers });
    expect(form(body)).toEqual({ ActionTrackerId: '9876', OrderId: 'O1234567', DispositionCode: 'ITEM_RETURNED' });
  });

  test.each<[string, Parameters<typeof reversed>, string]>([
    ['a cancellation says nothing about whose fault it was', [{}, { status: 'cancelled' }], 'OTHER'],
    [
      'the configured code stands in for it',
      [{}, { status: 'cancelled' }, { dispositionCode: 'CONS_ERROR' }],
      'CONS_ERROR',
    ],
    [
      "the shop's own code wins",
      [{ reason: 'item out-of-stock' }, {}, { dispositionCode: 'OTHER' }],
      'ITEM_OUT_OF_STOCK',
    ],
    ['its words are understood', [{ reason: 'Charge-back after fraud' }], 'CONS_FRAUD'],
    ['a test order is one', [{ reason: 'test order' }], 'TEST_ACTION'],
  ])('%s', (_title, given, code) => {
    expect(form(reversed(...given).body)['DispositionCode']).toBe(code);
  });
});

describe('click parameters', () => {
  test('are the current and the older name, and generic ones only if the account uses them', () => {
    const { definition, settings } = connect('impact', { clickParams: ['clickId'] });
    const names = definition.clickParams as (settings: object) => readonly string[];
    expect(names(connect('impact').settings)).toEqual(['im_ref', 'irclickid']);
    expect(names(settings)).toEqual(['clickid', 'im_ref', 'irclickid']);
  });
});
