import { gzipSync } from 'node:zlib';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { HookDelivery, SignedWebhook } from '../../../../collector/kit/source.ts';
import { signBytes } from '../../../../collector/lib/hash.ts';
import shopify from '../../../../collector/sources/shopify/index.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShopWorld } from '../../../harness/shop-world.ts';

const webhook = shopify.webhook as SignedWebhook;
/** The notes' vector: backslashes included, 52 bytes. */
const VECTOR = String.raw`{"id":1042,"total":"107.10","note":"caf\u00e9 \/ x"}`;
const SIGNED = '1ymbLRSXGlQuU8AZx7lv9aS9KfchrzC5LG5XtJv9XH8=';
const SECRET = 'test-secret-not-real';
const settings = { shop: 'my-shop.myshopify.com', webhookSecret: SECRET, orderNumber: 'id', currency: 'presentment' };

const delivery = (body: string, signature: string | undefined, headers: object = {}): HookDelivery => ({
  headers: { ...headers, ...(signature === undefined ? {} : { 'x-shopify-hmac-sha256': signature }) },
  body: Buffer.from(body),
  now: 0,
});

describe('the signature', () => {
  test.each([
    ['the key of the notifications page', { webhookSecret: SECRET }],
    ['a former key', { webhookSecret: 'a new one', previousWebhookSecret: SECRET }],
    ['the client secret of an app', { webhookSecret: undefined, clientSecret: SECRET }],
    ['either of both', { webhookSecret: 'the page’s', clientSecret: SECRET }],
  ])('of the vector is let in with %s', (_, secrets) => {
    expect(webhook.verify(delivery(VECTOR, SIGNED), { ...settings, ...secrets })).toBeUndefined();
  });

  test.each([
    ['written again by a proxy', VECTOR.replace('\\/', '/'), SIGNED, /changes the body/],
    ['with a newline behind it', `${VECTOR}\n`, SIGNED, /changes the body/],
    ['in hex', VECTOR, 'd7299b2d14971a542e53c019c7b96ff5a4bd29f721af30b92c6e57b49bfd5c7f', /base64/],
    ['by another secret', VECTOR, signBytes('another', VECTOR, 'base64'), /webhookSecret.*clientSecret/],
    ['not at all', VECTOR, undefined, /is missing/],
    ['with an empty text', VECTOR, '', /is missing/],
  ])('of a body %s is refused in words', (_, body, signature, words) => {
    const problem = webhook.verify(delivery(body, signature), settings);
    expect(problem?.field).toBe('x-shopify-hmac-sha256');
    expect(problem?.message).toMatch(words);
  });

  test('of an app is the same for every shop: one of another shop is not let in', () => {
    const from = (domain: string) =>
      webhook.verify(delivery(VECTOR, SIGNED, { 'x-shopify-shop-domain': domain }), settings);
    expect(from('My-Shop.myshopify.com')).toBeUndefined();
    expect(from('other.myshopify.com')).toMatchObject({
      ...{ field: 'x-shopify-shop-domain' },
      message: expect.stringContaining('this connection is of my-shop.myshopify.com') as string,
    });
  });
});

/** The notes' sample, as far as webhooks carry it. */
const SAMPLE = {
  ...{ id: 5900000000123, name: '#1042', order_number: 1042, test: false, source_name: 'web', email: null },
  ...{ created_at: '2026-11-20T13:14:05+01:00', updated_at: '2026-11-21T11:00:00+01:00', cancelled_at: null },
  ...{ currency: 'EUR', presentment_currency: 'CHF', taxes_included: true, financial_status: 'partially_refunded' },
  ...{ total_tax: '14.37', total_price: '95.00', current_total_price: '50.00' },
  total_price_set: {
    shop_money: { amount: '95.00', currency_code: 'EUR' },
    presentment_money: { amount: '90.25', currency_code: 'CHF' },
  },
  note_attributes: [{ name: '_ct_clicks', value: 'irclickid=abc' }],
  line_items: [
    {
      ...{
        id: 13000000000001,
        variant_id: 4400000000001,
        sku: 'SH-M',
        title: 'Shirt',
        quantity: 2,
        current_quantity: 1,
      },
      ...{ price: '50.00', total_discount: '0.00', tax_lines: [{ price: '14.37', rate: 0.19 }] },
      discount_allocations: [{ amount: '10.00', discount_application_index: 0 }],
    },
  ],
  refunds: [
    {
      ...{ id: 990000000001, order_id: 5900000000123, order_adjustments: [] },
      refund_line_items: [{ line_item_id: 13000000000001, quantity: 1, subtotal: 45.0, total_tax: 7.18 }],
      transactions: [{ kind: 'refund', status: 'success', amount: '42.75', currency: 'CHF' }],
    },
  ],
};

const read = (row: object, more: object = {}, headers: object = {}) =>
  webhook.read(delivery(JSON.stringify(row), '', { 'x-shopify-topic': 'orders/updated', ...headers }), {
    ...settings,
    ...more,
  } as never);
const orderOf = (reading: ReturnType<typeof read>): Record<string, unknown> => {
  const [report] = 'reports' in reading ? reading.reports : [];
  return report && 'order' in report ? report.order : {};
};

describe('a body', () => {
  test('is told in the currency of the books, lines and all', () => {
    expect(orderOf(read(SAMPLE, { currency: 'shop' }))).toMatchObject({
      ...{ orderId: '5900000000123', status: 'approved', currency: 'EUR', total: '50.00', subtotal: '42.02' },
      ...{ custom: { orderName: '#1042', shownTotal: '47.50 CHF' }, clicks: { irclickid: 'abc' } },
      items: [{ sku: 'SH-M', quantity: 1, price: '42.015000', discount: '4.200000' }],
    });
  });

  test('whose lines do not say what the shopper saw still says what was paid', () => {
    const order = orderOf(read(SAMPLE));
    expect(order).toMatchObject({ currency: 'CHF', total: '47.50', custom: { shopTotal: '50.00 EUR' } });
    expect(order).not.toHaveProperty('items');
    expect(order).not.toHaveProperty('subtotal');
  });

  test('names an order by an id that is longer than a number is exact', () => {
    const id = 'gid://shopify/Order/820982911946154508';
    expect(orderOf(read({ ...SAMPLE, admin_graphql_api_id: id })).orderId).toBe('820982911946154508');
  });

  test('bears the second alone: within it the event’s own time decides, and never beyond', () => {
    const at = Date.parse(SAMPLE.updated_at);
    const changedAt = (triggered?: string) => {
      const reading = read(SAMPLE, {}, triggered === undefined ? {} : { 'x-shopify-triggered-at': triggered });
      return 'reports' in reading ? reading.reports[0]?.changedAt : undefined;
    };
    expect(changedAt()).toBe(at);
    expect(changedAt('2026-11-21T10:00:00.877041743Z')).toBe(at + 877);
    expect(changedAt('2030-01-01T00:00:00Z')).toBe(at + 999);
    expect(changedAt('2020-01-01T00:00:00Z')).toBe(at);
    expect(changedAt('soon')).toBe(at);
  });

  test('of which money went back is read whole, where the API can be asked', () => {
    expect(read(SAMPLE, { accessToken: 'shpat_x' })).toMatchObject({ reports: [{}], reread: ['5900000000123'] });
    expect(read(SAMPLE)).not.toHaveProperty('reread');
    expect(read({ ...SAMPLE, refunds: [] }, { accessToken: 'shpat_x' })).not.toHaveProperty('reread');
  });

  test.each([
    ['refunds/create', { id: 1, order_id: 5900000000123 }],
    ['orders/edited', { order_edit: { order_id: 5900000000123 } }],
  ])('of %s only names an order: it is read, or it is said that it can’t be', (topic, body) => {
    const headers = { 'x-shopify-topic': topic };
    expect(read(body, { accessToken: 'shpat_x' }, headers)).toEqual({ reports: [], reread: ['5900000000123'] });
    expect(read(body, {}, headers)).toEqual({
      broken: expect.stringContaining('give the connection access to the Admin API') as string,
    });
    expect(read({}, {}, headers)).toEqual({ ignored: `${topic} names no order` });
  });

  test.each([
    [{ 'x-shopify-topic': 'products/update' }, {}, 'ignored', 'changes no order'],
    [{ 'x-shopify-topic': 'orders/delete' }, { id: 1 }, 'ignored', 'changes no order'],
    [{ 'x-shopify-topic': 'disputes/create' }, { order_id: 1 }, 'ignored', 'chargebacks'],
    [{ 'x-shopify-topic': 'customers/data_request' }, {}, 'ignored', 'clickthread explain'],
    [{ 'x-shopify-topic': 'shop/redact' }, {}, 'ignored', 'changes no order'],
    // A body of an order under another topic: topics are not signed.
    [{ 'x-shopify-topic': 'customers/redact' }, { ...SAMPLE, customer: { id: 1 } }, 'ignored', 'or none'],
    [{ 'x-shopify-test': 'true' }, SAMPLE, 'ignored', 'a sample notification'],
    [{}, { ...SAMPLE, source_name: 'subscription_contract' }, 'ignored', 'renewal'],
    [{}, { id: 1, name: '#1' }, 'broken', 'without a selection of fields'],
  ])('that is none of ours is said so: %j', (headers, body, kind, words) => {
    expect(read(body, {}, headers)).toEqual({ [kind]: expect.stringContaining(words) as string });
  });
});

describe('the settings', () => {
  const problems = (more: object) =>
    shopify.check!({ shop: settings.shop, ...more } as never).map(({ field }) => field);

  test('need a secret that signs, and both halves of an app', () => {
    expect(problems({})).toEqual(['webhookSecret']);
    expect(problems({ webhookSecret: 'x' })).toEqual([]);
    expect(problems({ clientId: 'a', clientSecret: 'b' })).toEqual([]);
    expect(problems({ webhookSecret: 'x', clientId: 'a' })).toEqual(['clientSecret']);
    expect(problems({ webhookSecret: 'x', statusMap: { Paid: 'approved' } })).toEqual(['statusMap.Paid']);
  });
});

const folder = temporaryFolders();
const open = () =>
  openShopWorld('shopify', {
    folder: folder(),
    settings: () => ({ shop: settings.shop, webhookSecret: SECRET }),
  });
const signed = (body: string, topic = 'orders/updated') => ({
  'x-shopify-hmac-sha256': signBytes(SECRET, body, 'base64'),
  'x-shopify-topic': topic,
  'x-shopify-shop-domain': settings.shop,
});
const order = (more: object = {}) =>
  JSON.stringify({
    ...{ id: 7, name: '#1042', currency: 'EUR', total_price: '20.00', financial_status: 'paid', line_items: [] },
    ...{ created_at: '2026-11-20T13:00:00+01:00', updated_at: '2026-11-20T13:00:00+01:00', ...more },
  });

describe('the route', () => {
  test('answers 200 to what is taken and to what is none of ours, and takes a replay once', async () => {
    const { post, store } = await open();
    const body = order();
    expect(await post(body, signed(body))).toEqual({
      status: 200,
      text: '{"results":[{"orderId":"7","result":"accepted"}]}',
    });
    // Another topic carries the same bytes, and so does somebody who repeats them.
    expect((await post(body, signed(body, 'orders/paid'))).text).toBe('{"result":"duplicate"}');
    expect((await post('{"id":3}', signed('{"id":3}', 'products/update'))).text).toContain('changes no order');
    expect(await store.order('shop', '7')).toMatchObject({ order: { total: 2000, status: 'approved' } });
  });

  test('an older body that is replayed changes nothing', async () => {
    const { post, store } = await open();
    const older = order({ financial_status: 'pending' });
    const newer = order({ updated_at: '2026-11-20T13:05:00+01:00' });
    await post(newer, signed(newer));
    expect((await post(older, signed(older))).status).toBe(200);
    expect(await store.order('shop', '7')).toMatchObject({ order: { status: 'approved' } });
  });

  test('an order that can not be used is answered with 200 and kept for a person', async () => {
    const { post, store } = await open();
    const body = order({ currency: 'DOLLARS' });
    const { status, text } = await post(body, signed(body));
    expect(status).toBe(200);
    expect(text).toContain('"result":"invalid"');
    expect(await store.quarantineCounts()).toEqual([{ site: 'shop', count: 1 }]);
  });

  test('forged, foreign, unsigned, empty and compressed bodies are refused in words and noted, never a 500', async () => {
    const { post, facts, store } = await open();
    const body = order();
    expect((await post(order({ total_price: '1.00' }), signed(body))).status).toBe(401);
    expect((await post(body, {})).status).toBe(401);
    expect((await post('', {})).status).toBe(401);
    const foreign = await post(body, { ...signed(body), 'x-shopify-shop-domain': 'other.myshopify.com' });
    expect(foreign).toMatchObject({ status: 401, text: expect.stringContaining('correct shop') as string });
    const packed = await post(gzipSync(body), { ...signed(body), 'content-encoding': 'gzip' });
    expect(packed).toMatchObject({ status: 415, text: expect.stringContaining('signs plain bytes') as string });
    expect(new Set(facts)).toEqual(new Set(['hook-signature:source', 'hook-encoding:source']));
    for (const odd of ['null', '<order/>', '[]', '{"id":{}}'])
      expect((await post(odd, signed(odd))).status, odd).toBe(200);
    expect(facts).toContain('hook-broken:source');
    expect(await store.order('shop', '7')).toBeUndefined();
  });

  test('chunked or whole, it is the bytes that count; what is too large is not read', async () => {
    const { hook, post } = await open();
    const send = (body: string, headers: Record<string, string>) =>
      new Promise<number>((resolve, reject) => {
        const sent = request(hook, { method: 'POST', headers }, (answer) => resolve(answer.resume().statusCode!));
        sent.on('error', reject);
        for (const part of body.match(/.{1,20}/g)!) sent.write(part);
        sent.end();
      });
    expect(await send(order(), signed(order()))).toBe(200);
    expect(await send(order({ total_price: '1.00' }), signed(order()))).toBe(401);
    expect((await post('x'.repeat(2 * 1024 * 1024 + 1), signed('x'))).status).toBe(413);
  });
});
