/** impact.com's conversion rules in the sandbox, accepted and refused examples over HTTP. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openImpact, order, SEED_ORDER, SID, type Client } from './client.ts';

let client: Client;
beforeAll(async () => {
  client = await openImpact();
});
beforeEach(async () => {
  await client.control('DELETE');
});
afterAll(() => client.sandbox.stop());

const WITHOUT_ITEMS = Object.fromEntries(
  Object.keys(SEED_ORDER).flatMap((name) => (name.startsWith('Item') ? [[name, undefined]] : [])),
);

describe('a conversion', () => {
  it('of the seed is queued and recorded once, the discount spread over its items', async () => {
    const answer = await client.convert();
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      Status: 'QUEUED',
      QueuedUri: expect.stringMatching(new RegExp(`^/Advertisers/${SID}/APISubmissions/A-[0-9a-f-]{36}$`)),
    });
    expect(await client.recorded()).toEqual([
      expect.objectContaining({
        ...{ orderId: 'O1234567', eventType: '9876', campaignId: '1000', amount: '112.00', currency: 'USD' },
        ...{ state: 'PENDING', status: 'Queued', duplicates: 0, notes: [], fields: SEED_ORDER },
        items: [
          { sku: '1ABC2345', name: 'Product Name 1', category: 'Hardware', quantity: 2, amount: '24.69' },
          { sku: '9ZXY7654', name: 'Product Name 2', category: 'Gardening', quantity: 3, amount: '87.31' },
        ],
      }),
    ]);
  });

  const accepted: [string, Record<string, string | undefined>][] = [
    ['with an offset', { EventDate: '2024-08-01T23:55:24-08:00' }],
    ['with a fraction of a second', { EventDate: '2024-08-02T07:55:24.123Z' }],
    ['with EventTypeId in place of ActionTrackerId', { ActionTrackerId: undefined, EventTypeId: '9876' }],
    ['with EventTypeCode alone', { ActionTrackerId: undefined, EventTypeCode: 'sale' }],
    ['attributed by promo code alone', { ClickId: undefined, CustomerId: undefined }],
    ['with a SHA-1 e-mail', { CustomerEmail: 'a'.repeat(40) }],
    ['with a SHA-256 e-mail', { CustomerEmail: 'B'.repeat(64) }],
    ['with unit prices', { ItemSubTotal1: undefined, ItemPrice1: '14.00', ItemSubTotal2: undefined, ItemPrice2: '33' }],
    ['with a click id of colons and dashes', { ClickId: 'U:xW:RQwtxyZRhcy-WznJwsKUkrwJAwAe26LSg0' }],
    ['with item texts', { ItemText1_2: 'blue', Text50: 'x', Money3: '1.50', Date1: '2024-08-02T07:55:24Z' }],
    ['of nothing', { ItemSubTotal1: '0.00', ItemSubTotal2: '0.00', OrderDiscount: '0' }],
    ['without items', { ...WITHOUT_ITEMS, Amount: '127.00' }],
  ];
  it.each(accepted)('%s is accepted', async (_, changes) => {
    const answer = await client.convert(changes);
    expect([answer.status, answer.body['errors']]).toEqual([200, undefined]);
  });

  const refused: [string, string, Record<string, string | undefined>][] = [
    ['without a programme', 'CampaignId', { CampaignId: undefined }],
    ['without a date', 'EventDate', { EventDate: undefined }],
    ['without an order id', 'OrderId', { OrderId: undefined }],
    ['without an event identifier', 'ActionTrackerId', { ActionTrackerId: undefined }],
    ['with two event identifiers that differ', 'EventTypeId', { EventTypeId: '1' }],
    ['that names nobody', 'ClickId', { ClickId: undefined, CustomerId: undefined, OrderPromoCode: undefined }],
    ['with a date without a zone', 'EventDate', { EventDate: '2024-08-02T07:55:24' }],
    ['with a date in epoch seconds', 'EventDate', { EventDate: '1722585324' }],
    ['on the 30th of February', 'EventDate', { EventDate: '2024-02-30T07:55:24Z' }],
    ['whose offset lost its plus', 'EventDate', { EventDate: '2024-08-02T07:55:24 02:00' }],
    ['with subtotal and price of one item', 'ItemSubTotal1', { ItemPrice1: '14.00' }],
    ['with an item without an amount', 'ItemSubTotal2', { ItemSubTotal2: undefined }],
    ['with item amounts and an order amount', 'ItemSubTotal1', { Amount: '112.00' }],
    [
      'with items and an order subtotal after discount',
      'OrderSubTotalPostDiscount',
      { OrderSubTotalPostDiscount: '112.00' },
    ],
    ['with a bare ItemSubTotal', 'ItemSubTotal', { ItemSubTotal: '28.00' }],
    ['with an item without a SKU', 'ItemSku1', { ItemSku1: undefined }],
    ['with an item without a category', 'ItemCategory2', { ItemCategory2: undefined }],
    ['with an item without a quantity', 'ItemQuantity1', { ItemQuantity1: undefined }],
    [
      'whose item numbers have a gap',
      'ItemSku3',
      { ItemSku4: 'x', ItemQuantity4: '1', ItemPrice4: '1', ItemCategory4: 'c' },
    ],
    ['with a decimal comma', 'OrderDiscount', { OrderDiscount: '15,00' }],
    ['with three decimals', 'ItemSubTotal1', { ItemSubTotal1: '28.001' }],
    ['with a negative discount', 'OrderDiscount', { OrderDiscount: '-15.00' }],
    ['with an order amount of seven digits', 'Amount', { ...WITHOUT_ITEMS, Amount: '1000000.00' }],
    ['with a plain e-mail', 'CustomerEmail', { CustomerEmail: 'jane@example.com' }],
    ['with a plain e-mail as customer id', 'CustomerId', { CustomerId: 'jane@example.com' }],
    ['with a click id that was encoded twice', 'ClickId', { ClickId: 'U%3AxW%3ARQ' }],
    ['with a click id of 65 characters', 'ClickId', { ClickId: 'x'.repeat(65) }],
    ['with an order id of 65 characters', 'OrderId', { OrderId: 'x'.repeat(65) }],
    ['with an unknown currency', 'CurrencyCode', { CurrencyCode: 'usd' }],
    ['with money and no currency', 'CurrencyCode', { CurrencyCode: undefined }],
    ['with an empty parameter', 'SubId1', { SubId1: '' }],
    ['with an undocumented parameter', 'Utm_Source', { Utm_Source: 'x' }],
    ['with Text51', 'Text51', { Text51: 'x' }],
    ['with two ways to name a partner', 'MediaId', { MediaId: '1', MediaPartnerId: '2' }],
    ['with an alias beside its name', 'OrderId', { Oid: 'O1' }],
  ];
  it.each(refused)('%s is refused, naming %s', async (_, field, changes) => {
    const answer = await client.convert(changes);
    const errors = answer.body['errors'] as { field: string }[];
    expect([answer.status, answer.body['Status'], errors.map((error) => error.field)]).toEqual([
      400,
      'ERROR',
      expect.arrayContaining([field]),
    ]);
    expect(await client.recorded()).toEqual([]);
  });

  it('with a doubled key is refused', async () => {
    const answer = await client.call('POST', '/Conversions', `${order()}&OrderDiscount=15.00`);
    expect(answer.body['errors']).toEqual([
      { field: 'OrderDiscount', level: 'error', message: 'OrderDiscount was sent more than once' },
    ]);
  });

  it('with a raw space or a broken escape is refused', async () => {
    for (const pair of ['Note=Product Name', 'Note=%zz', 'Note="x"']) {
      expect((await client.call('POST', '/Conversions', `${order()}&${pair}`)).status).toBe(400);
    }
  });

  it('as JSON is refused', async () => {
    const answer = await client.call('POST', '/Conversions', JSON.stringify(SEED_ORDER), {
      'content-type': 'application/json',
    });
    expect(answer.status).toBe(415);
  });

  it('dated NOW is accepted and noted', async () => {
    expect((await client.convert({ EventDate: 'NOW' })).status).toBe(200);
    expect((await client.recorded())[0]).toMatchObject({
      notes: ['EventDate=NOW: a delayed report gets the wrong date'],
    });
  });

  it('with undocumented parameters passes once strictness is off, without categories once a catalogue has them', async () => {
    await client.control('POST', '/settings', { strict: false, catalog: true });
    expect((await client.convert({ Whatever: 'x', ItemCategory1: undefined })).status).toBe(200);
  });
});

describe('an account', () => {
  const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
  it.each([
    ['no credentials', { authorization: '' }],
    ['a bearer token', { authorization: 'Bearer abc' }],
    ["another account's credentials", basic('IRother:token')],
    ['an empty token', basic(`${SID}:`)],
  ])('refuses %s', async (_, headers) => {
    expect((await client.call('POST', '/Conversions', order(), headers)).status).toBe(401);
  });

  it('accepts only the expected token once one is set', async () => {
    await client.control('POST', '/settings', { authToken: 'other' });
    expect((await client.convert()).status).toBe(401);
    expect((await client.call('POST', '/Conversions', order(), basic(`${SID}:other`))).status).toBe(200);
  });

  it('answers XML to who does not ask for JSON', async () => {
    const answer = await client.call('POST', '/Conversions', order(), { accept: '*/*' });
    expect(answer.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    expect(answer.text).toMatch(/<ImpactRadiusResponse><Status>QUEUED<\/Status><QueuedUri>\/Advertisers\//);
  });

  it('counts requests against its hourly limit', async () => {
    await client.control('POST', '/settings', { limitPerHour: 1 });
    await client.convert();
    client.wait(60_000);
    const answer = await client.convert({ OrderId: 'O2' });
    expect([answer.status, answer.headers.get('x-ratelimit-reset')]).toEqual([429, '3540']);
  });
});
