import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { HookDelivery, SignedWebhook } from '../../../../collector/kit/source.ts';
import { signBytes } from '../../../../collector/lib/hash.ts';
import lemonSqueezy from '../../../../collector/sources/lemon-squeezy/index.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShopWorld } from '../../../harness/shop-world.ts';

const webhook = lemonSqueezy.webhook as SignedWebhook;
/** The notes' vector: backslashes included, 52 bytes. */
const VECTOR = String.raw`{"id":1042,"total":"107.10","note":"caf\u00e9 \/ x"}`;
const SIGNED = 'd7299b2d14971a542e53c019c7b96ff5a4bd29f721af30b92c6e57b49bfd5c7f';
const SECRET = 'test-secret-not-real';
const settings = { webhookSecret: SECRET };

const delivery = (signature: string | undefined, body = VECTOR): HookDelivery => ({
  headers: signature === undefined ? {} : { 'x-signature': signature },
  body: Buffer.from(body),
  now: 0,
});

describe('the signature', () => {
  test('of the vector is let in, with the present secret and with the former one', () => {
    expect(webhook.verify(delivery(SIGNED), settings)).toBeUndefined();
    const changed = { webhookSecret: 'a new one', previousWebhookSecret: SECRET };
    expect(webhook.verify(delivery(SIGNED), changed)).toBeUndefined();
  });

  test.each([
    ['missing', undefined, VECTOR, /is missing/],
    ['empty', '', VECTOR, /is missing/],
    ['in base64', '1ymbLRSXGlQuU8AZx7lv9aS9KfchrzC5LG5XtJv9XH8=', VECTOR, /compare the signing secret/],
    ['of a body written again', SIGNED, VECTOR.replace('\\/', '/'), /changes the body/],
    ['of a body with a newline', SIGNED, `${VECTOR}\n`, /changes the body/],
    ['by another secret', signBytes('another', VECTOR, 'hex'), VECTOR, /compare the signing secret/],
  ])('%s is refused in words', (_, signature, body, words) => {
    const problem = webhook.verify(delivery(signature, body), settings);
    expect(problem?.field).toBe('x-signature');
    expect(problem?.message).toMatch(words);
  });
});

const folder = temporaryFolders();
const signed = (body: string) => ({ 'x-signature': signBytes(SECRET, body, 'hex') });
const event = (event_name: string, attributes: object = {}) =>
  JSON.stringify({
    meta: { event_name, test_mode: false },
    data: {
      ...{ type: 'orders', id: '1042' },
      attributes: {
        ...{ store_id: 1, order_number: 42, currency: 'EUR', subtotal: 8403, discount_total: 840, tax: 1437 },
        ...{ total: 9000, refunded_amount: 0, status: 'paid', created_at: '2026-11-20T12:00:00.000000Z' },
        ...{ updated_at: '2026-11-20T12:00:00.000000Z', ...attributes },
      },
    },
  });

describe('the route', () => {
  const open = () => openShopWorld('lemon-squeezy', { folder: folder(), settings: () => settings });

  test('answers exactly 200 to what is taken, repeated, or none of ours', async () => {
    const { post } = await open();
    const body = event('order_created');
    expect(await post(body, signed(body))).toEqual({
      status: 200,
      text: '{"results":[{"orderId":"42","result":"accepted"}]}',
    });
    expect((await post(body, signed(body))).text).toBe('{"result":"duplicate"}');
    const other = event('license_key_created');
    expect(await post(other, signed(other))).toMatchObject({ status: 200 });
  });

  test('a body that was overtaken, sent again later, changes nothing: it bears no time of its own', async () => {
    const { post, store } = await open();
    const [placed, refunded] = [
      event('order_created'),
      event('order_refunded', { refunded_amount: 4500, updated_at: '2026-11-20T13:00:00.000000Z' }),
    ];
    for (const body of [refunded, placed]) expect((await post(body, signed(body))).status).toBe(200);
    expect(await store.order('shop', '42')).toMatchObject({ order: { total: 4500 } });
  });

  test('a message of the test mode is no sale, wherever it says so', async () => {
    const { post, store } = await open();
    const { meta, data } = JSON.parse(event('order_created')) as { meta: object; data: object };
    const body = JSON.stringify({ meta: { ...meta, test_mode: true }, data });
    await post(body, signed(body));
    expect(await store.order('shop', '42')).toMatchObject({ order: { status: 'cancelled' } });
  });

  test('a forged and a compressed body are refused in words, and noted; nothing is kept', async () => {
    const { post, facts, store } = await open();
    const body = event('order_created');
    expect((await post(body, signed(`${body} `))).status).toBe(401);
    expect((await post(gzipSync(body), { ...signed(body), 'content-encoding': 'gzip' })).status).toBe(415);
    expect(facts).toEqual(['hook-signature:source', 'hook-encoding:source']);
    expect(await store.order('shop', '42')).toBeUndefined();
  });
});
