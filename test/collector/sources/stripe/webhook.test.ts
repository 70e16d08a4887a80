import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { HookDelivery, SignedWebhook } from '../../../../collector/kit/source.ts';
import { signBytes } from '../../../../collector/lib/hash.ts';
import { stripeDecimals } from '../../../../collector/sources/stripe/order.ts';
import stripe from '../../../../collector/sources/stripe/index.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShopWorld } from '../../../harness/shop-world.ts';

const webhook = stripe.webhook as SignedWebhook;
/** The notes' vector: backslashes included, 52 bytes. */
const VECTOR = String.raw`{"id":1042,"total":"107.10","note":"caf\u00e9 \/ x"}`;
const SIGNED = '9e899451d5dc806fb011472046332c330bf021b63c291bfe3024b51088d41652';
const SECRET = 'whsec_EXAMPLE';
const TIME = 1_764_000_000;
const settings = { webhookSecret: SECRET };

const delivery = (signature: string | undefined, { body = VECTOR, late = 0 } = {}): HookDelivery => ({
  headers: signature === undefined ? {} : { 'stripe-signature': signature },
  body: Buffer.from(body),
  now: (TIME + late) * 1000,
});

describe('the signature', () => {
  test('of the vector is let in: alone, beside one of a secret that is rolled, beside a v0, ahead of our clock', () => {
    for (const header of [
      `t=${TIME},v1=${SIGNED}`,
      `t=${TIME},v1=${'0'.repeat(64)},v1=${SIGNED}`,
      `t=${TIME},v1=${SIGNED},v0=${'0'.repeat(64)}`,
    ])
      expect(webhook.verify(delivery(header), settings)).toBeUndefined();
    expect(webhook.verify(delivery(`t=${TIME},v1=${SIGNED}`, { late: 300 }), settings)).toBeUndefined();
    expect(webhook.verify(delivery(`t=${TIME},v1=${SIGNED}`, { late: -3600 }), settings)).toBeUndefined();
    const rolled = { webhookSecret: 'whsec_new', previousWebhookSecret: SECRET };
    expect(webhook.verify(delivery(`t=${TIME},v1=${SIGNED}`), rolled)).toBeUndefined();
  });

  test.each([
    ['missing', undefined, {}, 'stripe-signature', /is missing/],
    ['without a time', `v1=${SIGNED}`, {}, 'stripe-signature', /names no time/],
    ['a v0 alone', `t=${TIME},v0=${SIGNED}`, {}, 'stripe-signature', /no v1 signature/],
    ['of another time', `t=${TIME + 1},v1=${SIGNED}`, {}, 'stripe-signature', /does not match/],
    [
      'of a body written again',
      `t=${TIME},v1=${SIGNED}`,
      { body: VECTOR.replace('\\/', '/') },
      'stripe-signature',
      /changes the body/,
    ],
    [
      'of a body with a newline',
      `t=${TIME},v1=${SIGNED}`,
      { body: `${VECTOR}\n` },
      'stripe-signature',
      /changes the body/,
    ],
    ['stale', `t=${TIME},v1=${SIGNED}`, { late: 301 }, 'time', /more than five minutes old/],
    [
      ...([
        'by the secret without its prefix',
        `t=${TIME},v1=${signBytes('EXAMPLE', `${TIME}.${VECTOR}`, 'hex')}`,
      ] as const),
      ...([{}, 'stripe-signature', /compare the signing secret/] as const),
    ],
  ])('%s is refused in words', (...[, header, more, field, words]) => {
    const problem = webhook.verify(delivery(header, more), settings);
    expect(problem?.field).toBe(field);
    expect(problem?.message).toMatch(words);
  });
});

test.each([
  ['EUR', 2],
  ['JPY', 0],
  ['HUF', 2],
  ['ISK', 2],
  ['UGX', 2],
  ['KWD', 3],
])('amounts in %s have %i decimals at Stripe', (currency, digits) => expect(stripeDecimals(currency)).toBe(digits));

const folder = temporaryFolders();
const open = () => openShopWorld('stripe', { folder: folder(), settings: () => settings });
const NOW = Date.parse('2026-11-20T12:00:00Z') / 1000;
const signed = (body: string, time = NOW) => ({
  'stripe-signature': `t=${time},v1=${signBytes(SECRET, `${time}.${body}`, 'hex')}`,
});
const session = {
  ...{ id: 'cs_1', object: 'checkout.session', mode: 'payment', payment_status: 'paid', created: NOW, livemode: true },
  ...{
    amount_subtotal: 10000,
    amount_total: 9500,
    currency: 'eur',
    payment_intent: 'pi_1',
    metadata: { order_id: 'SO-1042' },
  },
  total_details: { amount_discount: 1000, amount_shipping: 500, amount_tax: 1517 },
};
const event = (more: object = {}, object: object = session) =>
  JSON.stringify({
    ...{ id: 'evt_1', object: 'event', created: NOW, livemode: true, type: 'checkout.session.completed' },
    ...{ data: { object }, ...more },
  });

describe('the route', () => {
  test('takes a session without any key of the API, once', async () => {
    const { post, store } = await open();
    const body = event();
    expect(await post(body, signed(body))).toEqual({
      status: 200,
      text: '{"results":[{"orderId":"SO-1042","result":"accepted"}]}',
    });
    // Stripe signs a repeat anew: the bytes are the same.
    expect((await post(body, signed(body, NOW + 1))).text).toBe('{"result":"duplicate"}');
    const { order } = (await store.order('shop', 'SO-1042'))!;
    expect(order).toMatchObject({ total: 9500, tax: 1517, currency: 'EUR', status: 'approved' });
    expect((order.subtotal ?? 0) - (order.discount ?? 0) + (order.shipping ?? 0) + (order.tax ?? 0)).toBe(9500);
  });

  test.each([
    [{}, { ...session, mode: 'setup' }, 'keeps a card'],
    [{}, { ...session, status: 'expired' }, 'is no order'],
    [{}, { ...session, payment_status: 'no_payment_required' }, 'nothing was paid'],
    [{ type: 'customer.created' }, {}, 'changes no order'],
    [{ object: 'v2.core.event' }, {}, 'thin events'],
    [{ type: 'charge.refunded' }, { object: 'charge', payment_intent: 'pi_1' }, 'without secretKey'],
  ])('answers 200 to what is none of ours: %j', async (more, object, words) => {
    const { post, store } = await open();
    const body = event(more, object);
    const answer = await post(body, signed(body));
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(words);
    expect(await store.order('shop', 'SO-1042')).toBeUndefined();
  });

  test('forged, stale, empty and compressed bodies are refused in words and noted, never a 500', async () => {
    const { post, facts, store } = await open();
    const body = event();
    expect((await post(event({ id: 'evt_2' }), signed(body))).status).toBe(401);
    expect((await post(body, {})).status).toBe(401);
    expect((await post('', {})).status).toBe(401);
    const stale = await post(body, signed(body, NOW - 301));
    expect(stale).toMatchObject({ status: 401, text: expect.stringContaining('five minutes old') as string });
    expect((await post(gzipSync(body), { ...signed(body), 'content-encoding': 'gzip' })).status).toBe(415);
    expect(new Set(facts)).toEqual(new Set(['hook-signature:source', 'hook-stale:source', 'hook-encoding:source']));
    expect(await store.order('shop', 'SO-1042')).toBeUndefined();
    const odd = 'null';
    expect((await post(odd, signed(odd))).status).toBe(200);
  });
});
