import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { HookDelivery, SignedWebhook } from '../../../../collector/kit/source.ts';
import { signBytes } from '../../../../collector/lib/hash.ts';
import paddle from '../../../../collector/sources/paddle/index.ts';
import { readPaddleOrder } from '../../../../collector/sources/paddle/order.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShopWorld } from '../../../harness/shop-world.ts';

const webhook = paddle.webhook as SignedWebhook;
/** The notes' vector: backslashes included, 52 bytes. */
const VECTOR = String.raw`{"id":1042,"total":"107.10","note":"caf\u00e9 \/ x"}`;
const SIGNED = '349bde0086c13bd9bd4b217e3a01eb9b6eceaa54530c9913c8f10acda42c8533';
const SECRET = 'pdl_ntfset_EXAMPLE';
const TIME = 1_764_000_000;
const settings = { webhookSecret: SECRET };

const delivery = (signature: string | undefined, { body = VECTOR, late = 0 } = {}): HookDelivery => ({
  headers: signature === undefined ? {} : { 'paddle-signature': signature },
  body: Buffer.from(body),
  now: (TIME + late) * 1000,
});

describe('the signature', () => {
  test('of the vector is let in: alone, beside one of a secret that is rotated, ahead of our clock', () => {
    for (const header of [`ts=${TIME};h1=${SIGNED}`, `ts=${TIME};h1=${SIGNED};h1=${'0'.repeat(64)}`])
      expect(webhook.verify(delivery(header), settings)).toBeUndefined();
    for (const late of [60, -3600])
      expect(webhook.verify(delivery(`ts=${TIME};h1=${SIGNED}`, { late }), settings)).toBeUndefined();
    const rotated = { webhookSecret: 'pdl_ntfset_new', previousWebhookSecret: SECRET };
    expect(webhook.verify(delivery(`ts=${TIME};h1=${SIGNED}`), rotated)).toBeUndefined();
  });

  test.each([
    ['missing', undefined, {}, 'paddle-signature', /is missing/],
    ['without a time', `h1=${SIGNED}`, {}, 'paddle-signature', /names no time/],
    ['without h1', `ts=${TIME}`, {}, 'paddle-signature', /no h1 signature/],
    ['of another time', `ts=${TIME + 1};h1=${SIGNED}`, {}, 'paddle-signature', /does not match/],
    [
      ...(['of a body written again', `ts=${TIME};h1=${SIGNED}`, { body: VECTOR.replace('\\/', '/') }] as const),
      ...(['paddle-signature', /changes the body/] as const),
    ],
    [
      ...(['of a body with a newline', `ts=${TIME};h1=${SIGNED}`, { body: `${VECTOR}\n` }] as const),
      ...(['paddle-signature', /changes the body/] as const),
    ],
    ['stale', `ts=${TIME};h1=${SIGNED}`, { late: 61 }, 'time', /more than a minute old/],
  ])('%s is refused in words', (...[, header, more, field, words]) => {
    const problem = webhook.verify(delivery(header, more), settings);
    expect(problem?.field).toBe(field);
    expect(problem?.message).toMatch(words);
  });
});

test.each([
  ['EUR', {}, '90.00'],
  ['JPY', {}, '9000'],
  ['JPY', { decimals: { JPY: '2' } }, '90.00'],
])('amounts in %s with %j read as %s', (currency_code, own, total) => {
  const transaction = { id: 'txn_1', status: 'completed', currency_code, details: { totals: { total: '9000' } } };
  const reading = readPaddleOrder(transaction, { baseUrl: 'https://api.paddle.com', ...own });
  expect(reading).toMatchObject({ order: { orderId: 'txn_1', total } });
});

const folder = temporaryFolders();
const NOW = Date.parse('2026-11-20T12:00:00Z') / 1000;
const signed = (body: string, time = NOW) => ({
  'paddle-signature': `ts=${time};h1=${signBytes(SECRET, `${time}:${body}`, 'hex')}`,
});
const event = (event_type: string, data: object) =>
  JSON.stringify({ event_id: 'evt_1', event_type, occurred_at: '2026-11-20T12:00:00Z', data });

describe('the route', () => {
  const open = () => openShopWorld('paddle', { folder: folder(), settings: () => settings });

  test('answers exactly 200 to what is taken, repeated, or none of ours', async () => {
    const { post, facts } = await open();
    const totals = { subtotal: '8403', discount: '840', tax: '1437', total: '9000' };
    const transaction = { id: 'txn_1', status: 'completed', currency_code: 'EUR', details: { totals } };
    const body = event('transaction.completed', { ...transaction, billed_at: '2026-11-20T12:00:00Z' });
    expect(await post(body, signed(body))).toEqual({
      status: 200,
      text: '{"results":[{"orderId":"txn_1","result":"accepted"}]}',
    });
    // Paddle signs a repeat anew: the bytes are the same.
    expect((await post(body, signed(body, NOW + 1))).text).toBe('{"result":"duplicate"}');
    const other = event('subscription.created', { id: 'sub_1' });
    expect(await post(other, signed(other))).toMatchObject({ status: 200 });
    const refund = event('adjustment.created', { id: 'adj_1', transaction_id: 'txn_1' });
    expect((await post(refund, signed(refund))).text).toContain('without apiKey refunds');
    expect(facts.at(-1)).toBe('hook-broken:source');
  });

  test('a forged, a stale and a compressed body are refused in words, and noted', async () => {
    const { post, facts } = await open();
    const body = event('transaction.completed', {});
    expect((await post(body, signed(`${body} `))).status).toBe(401);
    expect((await post(body, signed(body, NOW - 61))).text).toContain('more than a minute old');
    expect((await post(gzipSync(body), { ...signed(body), 'content-encoding': 'gzip' })).status).toBe(415);
    expect(facts).toEqual(['hook-signature:source', 'hook-stale:source', 'hook-encoding:source']);
  });
});
