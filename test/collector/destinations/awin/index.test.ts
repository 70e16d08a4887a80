import { describe, expect, test } from 'vitest';
import awin from '../../../../collector/destinations/awin/index.ts';
import { batchOf } from '../../../../collector/kit/destination.ts';
import type { Order } from '../../../../collector/model/order.ts';
import type { Report } from '../../../../collector/model/report.ts';
import { testContract } from '../contract.ts';
import { answer, CLICK, connect, rawSettings, reportOf } from '../seed-report.ts';

testContract(awin, { settings: rawSettings['awin']!, reference: 'j/1' });

const sent = (kind: Report['kind'], order: Partial<Order> = {}, more = {}, report: Partial<Report> = {}) => {
  const { definition, settings } = connect('awin', more);
  const request = definition[kind]!(reportOf(order, { kind, ...report }), settings);
  return { ...request, body: JSON.parse(request.body!) as never };
};

describe('a conversion', () => {
  test('is one order of the list, its time that of the sale, its groups adding up', () => {
    expect(sent('conversion', { isNewCustomer: true })).toEqual({
      method: 'POST',
      url: 'https://api.awin.com/s2s/advertiser/1001/orders',
      headers: { 'x-api-key': 'aw/secret+key=1', Accept: 'application/json', 'Content-Type': 'application/json' },
      body: {
        orders: [
          {
            ...{ orderReference: 'O1234567', amount: 112, currency: 'USD', channel: 'aw', awc: CLICK },
            ...{ voucher: '15BUCKSOFF', customerAcquisition: 'NEW', isTest: false, transactionTime: 1722585324 },
            commissionGroups: [{ code: 'DEFAULT', amount: 112 }],
            basket: [
              {
                ...{ id: '1ABC2345', name: 'Product Name 1', sku: '1ABC2345', category: 'Hardware' },
                ...{ price: 24.69, quantity: 1, commissionGroupCode: 'DEFAULT' },
              },
              {
                ...{ id: '9ZXY7654', name: 'Product Name 2', sku: '9ZXY7654', category: 'Gardening' },
                ...{ price: 87.31, quantity: 1, commissionGroupCode: 'DEFAULT' },
              },
            ],
          },
        ],
      },
    });
  });

  test.each<[string, Partial<Order>, Record<string, unknown>, Partial<Report>, object]>([
    ['without tax and shipping', { total: 13200, tax: 1200, shipping: 800 }, {}, {}, { amount: 112 }],
    [
      'with all that was paid, if so set',
      { total: 12000, shipping: 800 },
      { amountBasis: 'total' },
      {},
      { amount: 120 },
    ],
    ['marked as a test', {}, { testMode: true }, {}, { isTest: true }],
    ['of a loser with the word for others', {}, {}, { credited: false, channel: 'impact' }, { channel: 'other' }],
    ['that nobody won as direct', {}, {}, { credited: false, channel: 'direct' }, { channel: 'direct' }],
    ['of a returning customer', { isNewCustomer: false }, {}, {}, { customerAcquisition: 'RETURNING' }],
    [
      'by its categories in groups that add up to the cent',
      {},
      { groups: { 'category=hard*': 'HW' } },
      {},
      {
        commissionGroups: [
          { code: 'HW', amount: 24.69 },
          { code: 'DEFAULT', amount: 87.31 },
        ],
      },
    ],
    [
      'in a group by coupon',
      {},
      { groups: { 'coupon=15bucksoff': 'C' } },
      {},
      { commissionGroups: [{ code: 'C', amount: 112 }] },
    ],
  ])('goes %s', (...[, order, settings, report, expected]) => {
    const { body } = sent('conversion', order, settings, report) as unknown as { body: { orders: object[] } };
    expect(body.orders[0]).toMatchObject(expected);
  });

  test('has no pipe in its basket, which would end a field there', () => {
    const { body } = sent('conversion', { total: 100, items: [{ sku: 'a|b', name: 'x|y', quantity: 1, price: 100 }] });
    expect((body as { orders: { basket: object[] }[] }).orders[0]!.basket).toMatchObject([{ id: 'a_b', name: 'x_y' }]);
  });

  test.each<[string, Partial<Report>, Partial<Order>, Record<string, unknown>, string | undefined]>([
    ['whose reference Awin would cut', {}, { orderId: 'x'.repeat(51) }, {}, '50 characters'],
    ['without click and voucher', { click: undefined }, { coupons: [] }, {}, 'click id'],
    ['without click where vouchers don’t count', { click: undefined }, {}, {}, 'click id'],
    ['without click where they do', { click: undefined }, {}, { voucherAttribution: true }, undefined],
  ])('%s is refused or not', (...[, report, order, more, words]) => {
    const { definition, settings } = connect('awin', more);
    const refused = definition.refuse!(reportOf(order, report), settings);
    if (words === undefined) expect(refused).toBeUndefined();
    else expect(refused).toMatch(RegExp(words));
  });
});

describe('a change', () => {
  test('is an amendment by reference and time, with the whole new amount', () => {
    const { definition, settings } = connect('awin', {
      validationToken: 'aw/other+key=2',
      groups: { 'sku=1ABC2345': 'HW' },
    });
    const report = reportOf({ total: 9000, discount: 3700 }, { kind: 'modification' });
    const { url, headers, body } = definition.modification!(report, settings);
    expect(url).toBe('https://api.awin.com/advertisers/1001/transactions/batch');
    expect(headers).toMatchObject({ Authorization: 'Bearer aw/other+key=2' });
    expect(JSON.parse(body!)).toEqual([
      {
        action: 'amend',
        approve: false,
        transaction: {
          ...{ orderRef: 'O1234567', transactionDate: '2024-08-02T07:55:24', timezone: 'UTC' },
          ...{ amendReason: 'order changed', currency: 'USD', saleAmount: 90 },
          transactionParts: [
            { amount: 19.84, commissionGroupCode: 'HW' },
            { amount: 70.16, commissionGroupCode: 'DEFAULT' },
          ],
        },
      },
    ]);
  });

  test('to nothing is a decline, as is a reversal', () => {
    const declined = [
      {
        action: 'decline',
        transaction: {
          ...{ orderRef: 'O1234567', transactionDate: '2024-08-02T07:55:24', timezone: 'UTC' },
          declineReason: 'order cancelled or returned',
        },
      },
    ];
    expect(sent('modification', { total: 0, discount: 12700 }).body).toEqual(declined);
    expect(sent('reversal', { status: 'refunded' }).body).toEqual(declined);
  });
});

describe('an answer', () => {
  const read = (kind: Report['kind'], status: number, body: unknown = '') => {
    const { definition, settings } = connect('awin');
    return definition.outcome!(answer(status, body), reportOf({}, { kind }), settings);
  };
  const ok = { batchId: 'b', successfulOrders: [{ orderReference: 'O1234567', correlationId: 'c' }], failedOrders: [] };
  const failed = (message: string) => ({
    ...{ batchId: 'b', successfulOrders: [{ orderReference: 'other' }] },
    failedOrders: [{ order: { orderReference: 'O1234567' }, errors: [{ field: 'awc', message }] }],
  });
  test.each<[string, number, unknown, object | undefined]>([
    ['names it among the successful', 200, ok, { state: 'delivered' }],
    [
      'names it among the failed',
      206,
      failed('is not a valid click'),
      { state: 'rejected', reason: expect.stringContaining('awc: is not a valid click') },
    ],
    ['calls it a duplicate', 206, failed('duplicate order'), { state: 'delivered' }],
    ['only queues it', 202, { pendingOrders: [{ orderReference: 'O1234567' }] }, { state: 'unverified' }],
    [
      'names only others',
      200,
      { successfulOrders: [{ orderReference: 'other' }] },
      { state: 'retry', ambiguous: true },
    ],
    ['is a page', 200, '<html>', { state: 'retry', ambiguous: true }],
    ['is a conflict', 409, '', { state: 'delivered' }],
    [
      'refuses the whole',
      400,
      { description: 'JSON parse error' },
      { state: 'rejected', reason: expect.stringContaining('JSON parse error') },
    ],
    ['refuses the token', 401, { error: 'unauthorized' }, { state: 'held' }],
    ['asks to slow down', 429, '', { state: 'retry', after: 60_000 }],
    ['breaks', 500, '', undefined],
    [
      'names it by a number',
      200,
      { successfulOrders: [{ orderReference: 77, correlationId: 'c' }] },
      { state: 'retry', ambiguous: true },
    ],
  ])('to an order that %s', (_title, status, body, expected) => {
    if (expected === undefined) expect(read('conversion', status, body)).toBeUndefined();
    else expect(read('conversion', status, body)).toMatchObject(expected);
  });

  test('to a change is a job, by which its verdict is asked', () => {
    expect(read('reversal', 202, { jobId: 'j1' })).toMatchObject({ state: 'delivered', reference: 'j1' });
    expect(read('reversal', 200, '')).toMatchObject({ state: 'retry', ambiguous: true });
  });

  test.each<[string, object, string]>([
    ['runs', { status: 'PROCESSING' }, 'pending'],
    ['is done', { status: 'DONE', errors: 0, failedTransactions: [] }, 'confirmed'],
    [
      'failed for others',
      { status: 'DONE', errors: 1, failedTransactions: [{ orderRef: 'x', code: '[404]' }] },
      'confirmed',
    ],
    [
      'had it so',
      { status: 'DONE', errors: 1, failedTransactions: [{ orderRef: 'O1234567', code: '[304 NOT_MODIFIED]' }] },
      'confirmed',
    ],
    [
      'found no sale, in words with other numbers',
      { status: 'DONE', errors: 1, failedTransactions: [{ orderRef: 'O1234567', code: '[404 NOT_FOUND] no 3041' }] },
      'declined',
    ],
    [
      'found no sale',
      { status: 'DONE', errors: 1, failedTransactions: [{ orderRef: 'O1234567', code: '[404 NOT_FOUND]' }] },
      'declined',
    ],
  ])('of a job that %s', (_title, body, state) => {
    expect(connect('awin').definition.confirm!.verdict(answer(200, body), reportOf()).state).toBe(state);
  });
});

describe('without a token', () => {
  const { definition, settings } = connect('awin', { apiKey: undefined, groups: { 'category=hard*': 'HW' } });
  const query = (order: Partial<Order> = {}, report: Partial<Report> = {}) => {
    const { method, url } = definition.conversion!(reportOf(order, report), settings);
    expect([method, url.split('?')[0]]).toEqual(['GET', 'https://www.awin1.com/sread.php']);
    return url.split('?')[1]!;
  };

  test('a sale goes by the older call, its parts adding up, its fields parted by bare pipes', () => {
    const sent = query({ isNewCustomer: true });
    expect(Object.fromEntries(new URLSearchParams(sent))).toEqual({
      ...{ tt: 'ss', tv: '2', merchant: '1001', amount: '112.00', ch: 'aw', vc: '15BUCKSOFF', cr: 'USD' },
      ...{ ref: 'O1234567', customeracquisition: 'NEW', testmode: '0', cks: CLICK, parts: 'HW:24.69|DEFAULT:87.31' },
      'bd[0]': 'AW:P|1001|O1234567|1ABC2345|Product Name 1|24.69|1|1ABC2345|HW|Hardware',
      'bd[1]': 'AW:P|1001|O1234567|9ZXY7654|Product Name 2|87.31|1|9ZXY7654|DEFAULT|Gardening',
    });
    expect(sent).toContain('&parts=HW:24.69|DEFAULT:87.31&');
    const odd = query({ total: 100, items: [{ sku: 'a|b&c', name: 'x y', quantity: 1, price: 100 }] });
    expect(odd).toContain('|a_b%26c|x%20y|1.00|1|a_b%26c|');
    expect(query({}, { credited: false, channel: 'impact' })).toContain('&ch=other&');
  });

  test('nothing is answered, nothing is joined, and changes are a person’s', () => {
    expect(definition.outcome!(answer(200, 'GIF89a'), reportOf(), settings)).toMatchObject({ state: 'unverified' });
    expect(definition.outcome!(answer(503), reportOf(), settings)).toBeUndefined();
    expect(batchOf(definition, settings)).toBeUndefined();
    expect(definition.byHand!('modification', settings)).toContain('setting apiKey');
    expect(definition.byHand!('conversion', settings)).toBeUndefined();
    expect(definition.test!.request(settings)).toBeUndefined();
    expect(definition.ownReport!.missing!(settings)).toContain('setting apiKey');
  });

  test('changes go with a token of their own, and an address that was the usual one is no other', () => {
    const own = connect('awin', {
      apiKey: undefined,
      validationToken: 'aw/other+key=2',
      baseUrl: 'https://api.awin.com',
    });
    expect(definition.byHand!('reversal', own.settings)).toBeUndefined();
    expect(definition.reversal!(reportOf(), own.settings).url).toContain('https://api.awin.com/advertisers/1001/');
    expect(definition.conversion!(reportOf(), own.settings).url).toContain('https://www.awin1.com/sread.php?');
  });
});

test('groups are checked when they are written', () => {
  expect(() => connect('awin', { groups: { 'colour=red': 'R' } })).toThrow('must begin with category=');
  expect(() => connect('awin', { groups: { 'customer=old': 'R' } })).toThrow('customer=new or customer=returning');
});
