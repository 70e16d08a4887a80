import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { HookDelivery, SignedWebhook } from '../../../../collector/kit/source.ts';
import { signMessage } from '../../../../collector/lib/standard-webhook.ts';
import { readBigCommerce } from '../../../../collector/sources/bigcommerce/api.ts';
import bigcommerce from '../../../../collector/sources/bigcommerce/index.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShopWorld } from '../../../harness/shop-world.ts';

const webhook = bigcommerce.webhook as SignedWebhook;
/** The notes' vector: backslashes included, 52 bytes. */
const VECTOR = String.raw`{"id":1042,"total":"107.10","note":"caf\u00e9 \/ x"}`;
const SIGNED = 'v1,cRzdsNavQ/HM1J5tKu/P4uUw0/dyZSSPwF6njNhaGEM=';
const TIME = 1_764_000_000;
const SECRET = 'test-secret-not-real';
const settings = { storeHash: 'examplehash', accessToken: 'a token', clientSecret: SECRET };

const delivery = (signature: string | undefined, { body = VECTOR, id = 'msg_1', late = 0 } = {}): HookDelivery => ({
  headers: {
    ...{ 'webhook-id': id, 'webhook-timestamp': String(TIME) },
    ...(signature === undefined ? {} : { 'webhook-signature': signature }),
  },
  body: Buffer.from(body),
  now: (TIME + late) * 1000,
});

describe('the signature', () => {
  test('of the vector is let in, beside another one, and by the former secret', () => {
    for (const header of [SIGNED, `v1,AAAA ${SIGNED}`])
      expect(webhook.verify(delivery(header), settings)).toBeUndefined();
    const changed = { ...settings, clientSecret: 'a new one', previousClientSecret: SECRET };
    expect(webhook.verify(delivery(SIGNED), changed)).toBeUndefined();
  });

  test.each([
    ['missing', undefined, {}, 'webhook-signature', /is missing/],
    ['of another message', SIGNED, { id: 'msg_2' }, 'webhook-signature', /compare the client secret/],
    ['of a body written again', SIGNED, { body: VECTOR.replace('\\/', '/') }, 'webhook-signature', /changes the body/],
    ['of a body with a newline', SIGNED, { body: `${VECTOR}\n` }, 'webhook-signature', /changes the body/],
    ['stale', SIGNED, { late: 301 }, 'time', /more than five minutes/],
  ])('%s is refused in words', (...[, header, more, field, words]) => {
    const problem = webhook.verify(delivery(header, more), settings);
    expect(problem?.field).toBe(field);
    expect(problem?.message).toMatch(words);
  });
});

test('a store that is asked too often says for how many milliseconds it wants to be left alone', () => {
  const busy = (headers: Record<string, string>) => readBigCommerce({ status: 429, headers, body: '' });
  expect(busy({ 'x-rate-limit-time-reset-ms': '15000' })).toMatchObject({ fault: { temporary: true, after: 15_000 } });
  expect(busy({})).not.toHaveProperty('fault.after');
});

const folder = temporaryFolders();
const NOW = Date.parse('2026-11-20T12:00:00Z') / 1000;
const signed = (body: string, time = NOW) => ({
  ...{ 'webhook-id': 'msg_1', 'webhook-timestamp': String(time) },
  'webhook-signature': signMessage({ id: 'msg_1', timestamp: String(time), body }, SECRET),
});
const event = (scope: string, data: object, producer = 'stores/examplehash') =>
  JSON.stringify({ scope, producer, data, store_id: '1', hash: '00aa', created_at: NOW });

test('the route answers 200 to what names an order and to what is none of ours, and refuses the rest in words', async () => {
  const { post, facts } = await openShopWorld('bigcommerce', { folder: folder(), settings: () => settings });
  for (const [body, words] of [
    [event('store/order/created', { type: 'order', id: 7 }), '"reread":["7"]'],
    [event('store/product/updated', { type: 'product', id: 7 }), 'tells of no order'],
    [event('store/order/created', { type: 'order', id: 7 }, 'stores/other'), 'another store'],
    [event('store/order/created', { type: 'order', id: '../7' }), 'names no order'],
  ] as const) {
    const { status, text } = await post(body, signed(body));
    expect({ status, text }).toEqual({ status: 200, text: expect.stringContaining(words) as string });
  }
  const body = event('store/order/updated', { type: 'order', id: 7 });
  expect((await post(body, signed(`${body} `))).status).toBe(401);
  expect((await post(body, signed(body, NOW - 301))).text).toContain('more than five minutes');
  expect((await post(gzipSync(body), { ...signed(body), 'content-encoding': 'gzip' })).status).toBe(415);
  expect(facts.slice(-3)).toEqual(['hook-signature:source', 'hook-stale:source', 'hook-encoding:source']);
});
