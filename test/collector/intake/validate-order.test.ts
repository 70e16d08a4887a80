import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEmail, MOST_ITEMS, readOrder } from '../../../collector/intake/validate-order.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const least = { orderId: 'O1', total: '10.00', currency: 'USD' };
const read = (more: object = {}, currency?: string) =>
  readOrder({ ...least, ...more }, { now: NOW, ...(currency === undefined ? {} : { currency }) });
const item = { sku: 'A', quantity: 1, price: '1.00' };

/** The seed's order as interface.md writes it. */
const whole = {
  orderId: 'O1234567',
  total: '112.00',
  currency: 'usd',
  subtotal: '127.00',
  discount: '15.00',
  shipping: 0,
  tax: '0.00',
  coupons: ['15BUCKSOFF'],
  placedAt: '2024-08-01T23:55:24-08:00',
  status: 'pending',
  customer: {
    ...{ id: 'BCZ2WVSH674563PDPYOTM3AXDQ', email: ' Jane@Example.com ', phone: '+15550100', isNew: false },
    ...{ firstName: '', lastName: 'Doe', country: 'US' },
  },
  items: [
    { sku: '1ABC2345', name: 'Product Name 1', category: 'Hardware', quantity: 2, price: '14.00', discount: '0.00' },
    { sku: '9ZXY7654', name: 'Product Name 2', category: 'Gardening', quantity: '3', price: 33 },
  ],
  clicks: { IRClickId: 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0' },
  clickedAt: '2024-08-01T10:00:00Z',
  journey: '1^abcdefgh',
  custom: { store: 'north', weight: 2 },
};

test("the seed's order is read whole, amounts as integers", () => {
  expect(readOrder(whole, { now: NOW })).toEqual({
    valid: {
      order: {
        ...{ orderId: 'O1234567', total: 11200, currency: 'USD', digits: 2 },
        ...{ subtotal: 12700, discount: 1500, shipping: 0, tax: 0 },
        ...{ coupons: ['15BUCKSOFF'], placedAt: Date.parse('2024-08-02T07:55:24Z'), status: 'pending' },
        ...{ customerId: 'BCZ2WVSH674563PDPYOTM3AXDQ', isNewCustomer: false, custom: { store: 'north', weight: '2' } },
        personal: { email: 'Jane@Example.com', phone: '+15550100', lastName: 'Doe', country: 'US' },
        items: [
          { sku: '1ABC2345', name: 'Product Name 1', category: 'Hardware', quantity: 2, price: 1400, discount: 0 },
          { sku: '9ZXY7654', name: 'Product Name 2', category: 'Gardening', quantity: 3, price: 3300 },
        ],
      },
      clicks: [{ param: 'irclickid', value: 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0' }],
      clickedAt: Date.parse('2024-08-01T10:00:00Z'),
      journey: '1^abcdefgh',
      given: { status: true, items: true, placedAt: true, coupons: true },
    },
    problems: [],
    warnings: [],
  });
});

test('the least order needs an id, a total and a currency, which may be the site’s', () => {
  expect(readOrder({ orderId: 77, total: 0 }, { now: NOW, currency: 'EUR' }).valid).toEqual({
    order: {
      ...{
        orderId: '77',
        total: 0,
        currency: 'EUR',
        digits: 2,
        coupons: [],
        placedAt: NOW,
        status: 'approved',
        items: [],
      },
      personal: {},
    },
    clicks: [],
    given: { status: false, items: false, placedAt: false },
  });
});

describe('refused, with the field and the fix', () => {
  test.each<[string, object, string, RegExp]>([
    ['no order id', { orderId: undefined }, 'orderId', /is missing: send/],
    ['an empty order id', { orderId: '' }, 'orderId', /is missing: send/],
    ['an order id of spaces', { orderId: '  ' }, 'orderId', /1 to 128 characters/],
    ['an order id with a line break', { orderId: 'a\nb' }, 'orderId', /no line breaks/],
    ['an order id with a C1 control', { orderId: 'O\u009b1' }, 'orderId', /control characters/],
    ['an order id that turns the direction', { orderId: 'O\u202e1' }, 'orderId', /direction marks/],
    ['an order id with an isolate', { orderId: 'O\u2066' + '1' }, 'orderId', /direction marks/],
    ['an order id of 129 characters', { orderId: 'x'.repeat(129) }, 'orderId', /1 to 128 characters/],
    ['an order id that is an object', { orderId: {} }, 'orderId', /must be a string/],
    ['an order id beyond safe integers', { orderId: 2 ** 53 }, 'orderId', /send it as a text/],
    ['an order id that nobody filled in', { orderId: '{{ order.id }}' }, 'orderId', /names no order/],
    ['an order id that says nothing', { orderId: 'undefined' }, 'orderId', /names no order/],
    ['an order id of zero', { orderId: 0 }, 'orderId', /names no order/],
    ['no total', { total: undefined }, 'total', /is missing: send/],
    ['an empty total', { total: '' }, 'total', /is missing: send/],
    ['a negative total', { total: '-1.00' }, 'total', /must not be negative/],
    ['an absurd total', { total: '99999999999.00' }, 'total', /larger than any order/],
    ['a total of two numbers', { total: '49.90 (incl. 20% VAT)' }, 'total', /decimal amount/],
    ['a total of bookkeeping', { total: '(12.00)' }, 'total', /decimal amount/],
    ['a total that may be a thousand', { total: '1.234' }, 'total', /a thousand or a fraction/],
    ['a total that is true', { total: true }, 'total', /must be an amount/],
    ['a currency that is none', { currency: 'BTC' }, 'currency', /ISO 4217/],
    ['a currency of the wrong type', { currency: [840] }, 'currency', /ISO 4217/],
    ['no currency', { currency: undefined }, 'currency', /is missing: send/],
  ])('%s', (_name, change, field, message) => {
    const { valid, problems } = read(change);
    expect(valid).toBeUndefined();
    expect(problems).toEqual([{ field, message: expect.stringMatching(message) }]);
  });

  test.each([null, [], 'text', 7, true])('%j instead of an order', (input) => {
    expect(readOrder(input, { now: NOW }).problems).toEqual([
      { field: 'body', message: 'must be a JSON object with orderId, total and currency' },
    ]);
  });

  test('every problem at once', () => {
    const { problems } = read({ orderId: '', total: '-1', currency: 'XX' });
    expect(problems.map(({ field }) => field)).toEqual(['orderId', 'currency', 'total']);
  });
});

describe('a detail never costs the sale: left out, with the field and the fix', () => {
  test.each<[string, object, string, RegExp]>([
    ['a discount in cents', { discount: '50¢' }, 'discount', /decimal amount/],
    ['a shipping of text', { shipping: 'free' }, 'shipping', /decimal amount/],
    ['a tax of an exponent', { tax: '1e3' }, 'tax', /decimal amount/],
    ['items that are no list', { items: {} }, 'items', /must be a list/],
    ['501 items', { items: Array(MOST_ITEMS + 1).fill(item) }, 'items', /501 lines; at most 500.*merge lines/],
    ['an item that is text', { items: ['A'] }, 'items[0]', /must be an object/],
    ['an item without number and name', { items: [{ price: 1 }] }, 'items[0].sku', /is missing: send/],
    ['an item without price', { items: [{ sku: 'B' }] }, 'items[0].price', /is missing: send/],
    ['an item with an empty price', { items: [{ sku: 'B', price: '' }] }, 'items[0].price', /is missing: send/],
    ['a price in words', { items: [{ sku: 'B', price: 'Free' }] }, 'items[0].price', /decimal amount/],
    [
      'a negative quantity',
      { items: [{ ...item, price: '-1.00', quantity: -1 }] },
      'items[0].quantity',
      /from 0 to 1000000/,
    ],
    ['a quantity in words', { items: [{ ...item, quantity: 'two' }] }, 'items[0].quantity', /from 0 to 1000000/],
    ['two currencies', { items: [{ ...item, currency: 'EUR' }] }, 'items[0].currency', /is EUR, the order's is USD/],
    ['clicks that are a list', { clicks: [] }, 'clicks', /must be an object/],
    ['a click id with a semicolon', { clicks: { irclickid: 'a;b' } }, 'clicks.irclickid', /is no click id/],
    ['a click id with a line break', { clicks: { irclickid: 'a\nb' } }, 'clicks.irclickid', /is no click id/],
    ['a click id with a quote', { clicks: { irclickid: 'a"b' } }, 'clicks.irclickid', /is no click id/],
    ['a click id with an emoji', { clicks: { irclickid: '🛒' } }, 'clicks.irclickid', /is no click id/],
    ['a click id of 10 kB', { clicks: { irclickid: 'x'.repeat(10_240) } }, 'clicks.irclickid', /1 to 512/],
    ['a click id that has lost digits', { clicks: { irclickid: 2 ** 60 } }, 'clicks.irclickid', /is no click id/],
    ['a parameter name with a line break', { clicks: { 'ir\nclick': 'a' } }, 'clicks.ir\nclick', /landing parameter/],
  ])('%s', (_name, change, field, message) => {
    const { valid, problems, warnings } = read(change);
    expect(problems).toEqual([]);
    expect(valid?.order).toEqual(read().valid?.order);
    expect(valid?.clicks).toEqual([]);
    const text = expect.stringMatching(new RegExp(`${message.source}.*; left out$`)) as string;
    expect(warnings).toEqual([{ field, message: text }]);
    // In a change every field counts: leaving one out would take it back.
    const strict = readOrder({ ...least, ...change }, { now: NOW, strict: true });
    expect(strict.problems).toEqual([{ field, message: expect.stringMatching(message) }]);
  });

  test.each<[string, object]>([
    ['a number without quotes', { irclickid: 7 }],
    ['blanks around it', { irclickid: ' 7\n' }],
    ['blanks around its name', { ' irclickid ': '7' }],
    ['a blank one beside it', { im_ref: ' ', irclickid: '7' }],
  ])('a click id is read with %s', (_, clicks) => {
    expect(read({ clicks })).toMatchObject({ warnings: [], valid: { clicks: [{ param: 'irclickid', value: '7' }] } });
  });

  test('the other lines stay', () => {
    expect(
      read({ items: [item, { sku: 'B' }, { ...item, sku: 'C' }] }).valid?.order.items.map(({ sku }) => sku),
    ).toEqual(['A', 'C']);
  });

  test.each<[string, object, object, string]>([
    ['a total in the words of a locale', { total: '1.234,50' }, { total: 123450 }, 'total'],
    ['a total with its currency', { total: '$112.00' }, { total: 11200 }, 'total'],
    ['a decimal comma', { tax: '9,50' }, { tax: 950 }, 'tax'],
    [
      'a price with a comma',
      { items: [{ ...item, price: '14,00' }] },
      { items: [{ sku: 'A', quantity: 1, price: 1400 }] },
      'items[0].price',
    ],
    [
      'a quantity with its unit',
      { items: [{ ...item, quantity: '2 pcs' }] },
      { items: [{ sku: 'A', quantity: 2, price: 100 }] },
      'items[0].quantity',
    ],
    ['a status as shops call it', { status: 'Completed' }, { status: 'approved' }, 'status'],
    ['a status that undoes', { status: 'canceled' }, { status: 'cancelled' }, 'status'],
    ['a status that nobody knows', { status: 'sparkling' }, { status: 'pending' }, 'status'],
    [
      'lines of PHP with a gap',
      { items: { 1: item, 3: { ...item, sku: 'B' } } },
      {
        items: [
          { sku: 'A', quantity: 1, price: 100 },
          { sku: 'B', quantity: 1, price: 100 },
        ],
      },
      '',
    ],
    ['lines as text', { items: JSON.stringify([item]) }, { items: [{ sku: 'A', quantity: 1, price: 100 }] }, ''],
    ['dollars without cents', { total: '12.990', currency: 'CLP' }, { total: 12990 }, ''],
    [
      'goods by weight',
      { items: [{ ...item, quantity: 2.5 }] },
      { items: [{ sku: 'A', quantity: 2.5, price: 100 }] },
      '',
    ],
    [
      'a line that takes off',
      { items: [{ ...item, price: '-10.00' }] },
      { items: [{ sku: 'A', quantity: 1, price: -1000 }] },
      '',
    ],
    [
      'a price finer than the cent',
      { items: [{ ...item, price: '122.1667' }] },
      { items: [{ sku: 'A', quantity: 1, price: 1221667, scale: 2 }] },
      '',
    ],
    [
      'a discount finer than its price',
      { items: [{ ...item, price: '5', discount: '0.125' }] },
      { items: [{ sku: 'A', quantity: 1, price: 5000, discount: 125, scale: 1 }] },
      '',
    ],
    ['the currency of the items', { currency: '', items: [{ ...item, currency: 'gbp' }] }, { currency: 'GBP' }, ''],
  ])('%s is read', (_name, change, expected, warned) => {
    const { valid, warnings } = read(change);
    expect(valid?.order).toMatchObject(expected);
    expect(warnings.map(({ field }) => field)).toEqual(warned === '' ? [] : [warned]);
  });
});

describe('taken, with a warning', () => {
  test.each<[string, object, string]>([
    ['an unknown field', { colour: 'red' }, 'colour'],
    ['an unknown field of an item', { items: [{ ...item, colour: 'red' }] }, 'items[0].colour'],
    ['an unknown field of the customer', { customer: { birthday: '1' } }, 'customer.birthday'],
    ['an e-mail that is none', { customer: { email: 'jane at example' } }, 'customer.email'],
    ['a customer that is text', { customer: 'jane' }, 'customer'],
    ['a time in the words of a locale', { placedAt: '1/8/2024 23:55' }, 'placedAt'],
    ['a time that nobody set', { placedAt: '1970-01-01T00:00:00Z' }, 'placedAt'],
    ['a time of year one', { placedAt: '0001-01-01T00:00:00' }, 'placedAt'],
    ['a time of the first spreadsheets', { placedAt: '1899-12-30' }, 'placedAt'],
    ['a time days ahead', { placedAt: '2026-11-22T12:00:00Z' }, 'placedAt'],
    ['an impossible day', { placedAt: '2026-13-45T12:00:00Z' }, 'placedAt'],
    ['coupons that are a number', { coupons: 15 }, 'coupons'],
    ['coupons with an empty one', { coupons: ['A', ''] }, 'coupons'],
    ['more decimals than the currency has', { total: '10.0010' }, 'total'],
    ['free fields that are a list', { custom: [] }, 'custom'],
    ['a free field with a hostile name', { custom: { 'a b': 'x' } }, 'custom'],
  ])('%s', (_name, change, field) => {
    const { valid, problems, warnings } = read(change);
    expect(problems).toEqual([]);
    expect(valid).toBeDefined();
    expect(warnings.map((warning) => warning.field)).toContain(field);
  });

  test('a wrong e-mail is left out of the order', () => {
    expect(read({ customer: { email: 'jane@example' } }).valid?.order.personal).toEqual({});
  });

  test('an address or a number in full width, or with marks that nobody sees, is taken as everybody reads it', () => {
    const customer = {
      email: ' ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ\u200b ',
      phone: '＋１５５５０１００\u200e',
      lastName: 'Ｄｏｅ',
    };
    const { valid, warnings } = read({ customer });
    expect(valid?.order.personal).toEqual({ email: 'jane@example.com', phone: '+15550100', lastName: 'Ｄｏｅ' });
    expect(warnings).toEqual([]);
  });
});

describe('times without an offset are the site’s', () => {
  const times = (more: object, timezone?: string) => {
    const { valid } = readOrder({ ...least, ...more }, { now: NOW, ...(timezone === undefined ? {} : { timezone }) });
    return [valid?.order.placedAt, valid?.clickedAt].map((at) => at && new Date(at).toISOString());
  };
  const summer = { placedAt: '2026-08-01 23:55:24', clickedAt: '2026-08-01T10:00' };

  test('in its time zone, summer time included', () => {
    expect(times(summer, 'Europe/Bucharest')).toEqual(['2026-08-01T20:55:24.000Z', '2026-08-01T07:00:00.000Z']);
    expect(times({ placedAt: '2026-01-15' }, 'America/New_York')[0]).toBe('2026-01-15T05:00:00.000Z');
  });

  test('in UTC where the site has none', () => {
    expect(times(summer)).toEqual(['2026-08-01T23:55:24.000Z', '2026-08-01T10:00:00.000Z']);
  });

  test('and never where an offset is given', () => {
    const said = { placedAt: '2026-08-01T23:55:24-08:00', clickedAt: '2026-08-01T10:00:00Z' };
    expect(times(said, 'Asia/Tokyo')).toEqual(['2026-08-02T07:55:24.000Z', '2026-08-01T10:00:00.000Z']);
  });

  test('a time ahead of us is told from one that is ahead in its own zone only', () => {
    const { valid, warnings } = readOrder(
      { ...least, placedAt: '2026-11-21 14:00' },
      { now: NOW, timezone: 'Pacific/Kiritimati' },
    );
    expect([valid?.order.placedAt, warnings]).toEqual([NOW + 12 * 3_600_000, []]);
  });
});

test('five hundred items are an order', () => {
  expect(read({ items: Array(MOST_ITEMS).fill(item) }).valid?.order.items).toHaveLength(500);
});

test('zero is data: a free order, a free item, a quantity of nothing', () => {
  const order = read({ total: 0, discount: 0, items: [{ sku: 'A', quantity: 0, price: 0, discount: 0 }] }).valid?.order;
  expect(order).toMatchObject({ total: 0, discount: 0, items: [{ sku: 'A', quantity: 0, price: 0, discount: 0 }] });
});

test('codes in one text are split at commas', () => {
  expect(read({ coupons: 'A, B' }).valid?.order.coupons).toEqual(['A', 'B']);
});

test('long texts are cut and line breaks become spaces, without half an emoji at the end', () => {
  const name = `${'x'.repeat(254)}🛒 and more`;
  const [first] = read({ items: [{ ...item, name, category: 'a\r\nb' }] }).valid!.order.items;
  expect(first).toMatchObject({ name: 'x'.repeat(254), category: 'a b' });
});

test('half an emoji, as shops cut their texts, is replaced before it can break a request', () => {
  const order = read({ orderId: 'O\ud83d', items: [{ ...item, name: 'Basket \ud83d' }] }).valid!.order;
  expect([order.orderId, order.items[0]?.name]).toEqual(['O\ufffd', 'Basket \ufffd']);
});

test.each([
  ['jane@example.com', true],
  ['jane+shop@sub.example.co', true],
  ["o'hara@example.ie", true],
  ['jane@example', false],
  ['jane@@example.com', false],
  ['jane example@example.com', false],
  ['<jane@example.com>', false],
  ['a@b.com,c@d.com', false],
  [`${'x'.repeat(250)}@example.com`, false],
])('%s is an e-mail address: %s', (text, is) => {
  expect(isEmail(text)).toBe(is);
});

test('whatever JSON says, reading it never throws and says either an order or a problem', () => {
  const field = fc.constantFrom(
    ...[
      'orderId',
      'total',
      'currency',
      'items',
      'customer',
      'clicks',
      'custom',
      'coupons',
      'placedAt',
      'status',
      '__proto__',
    ],
  );
  fc.assert(
    fc.property(fc.dictionary(field, fc.jsonValue({ depthSize: 'small' })), (input) => {
      const { valid, problems } = readOrder(input, { now: NOW, currency: 'USD' });
      expect((valid === undefined) === problems.length > 0).toBe(true);
    }),
    { numRuns: 500 },
  );
});
