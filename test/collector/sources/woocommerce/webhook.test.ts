import { gzipSync } from 'node:zlib';
import { request } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import woocommerce from '../../../../collector/sources/woocommerce/index.ts';
import type { HookDelivery, SignedWebhook } from '../../../../collector/kit/source.ts';
import { signBytes } from '../../../../collector/lib/hash.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShopWorld } from '../../../harness/shop-world.ts';

const webhook = woocommerce.webhook as SignedWebhook;
/** The notes' vector: backslashes included, 52 bytes. */
const VECTOR = String.raw`{"id":1042,"total":"107.10","note":"caf\u00e9 \/ x"}`;
const SIGNED = '1ymbLRSXGlQuU8AZx7lv9aS9KfchrzC5LG5XtJv9XH8=';
const SECRET = 'test-secret-not-real';
const settings = { url: 'https://shop.example', webhookSecret: SECRET };

const delivery = (body: string, signature: string | undefined): HookDelivery => ({
  headers: signature === undefined ? {} : { 'x-wc-webhook-signature': signature },
  body: Buffer.from(body),
  now: 0,
});

describe('the signature', () => {
  test('of the vector is let in, with the present secret and with the former one', () => {
    expect(webhook.verify(delivery(VECTOR, SIGNED), settings)).toBeUndefined();
    const rotated = { ...settings, webhookSecret: 'a new one', previousWebhookSecret: SECRET };
    expect(webhook.verify(delivery(VECTOR, SIGNED), rotated)).toBeUndefined();
  });

  test('WordPress signs with what an escaped secret means: either spelling of the setting is that', () => {
    const signed = signBytes('a&b"<c>', VECTOR, 'base64');
    for (const webhookSecret of ['a&b"<c>', 'a&amp;b&quot;&lt;c&gt;'])
      expect(webhook.verify(delivery(VECTOR, signed), { ...settings, webhookSecret })).toBeUndefined();
    const escaped = signBytes('a&amp;b&quot;&lt;c&gt;', VECTOR, 'base64');
    expect(webhook.verify(delivery(VECTOR, escaped), { ...settings, webhookSecret: 'a&b"<c>' })?.message).toMatch(
      /does not match/,
    );
  });

  test.each([
    ['written again by a proxy', VECTOR.replace('\\/', '/'), SIGNED, /changes the body/],
    ['with a newline behind it', `${VECTOR}\n`, SIGNED, /changes the body/],
    ['in hex', VECTOR, 'd7299b2d14971a542e53c019c7b96ff5a4bd29f721af30b92c6e57b49bfd5c7f', /base64/],
    ['by another secret', VECTOR, signBytes('another', VECTOR, 'base64'), /compare the secret/],
    ['not at all', VECTOR, undefined, /is missing/],
    ['with an empty text', VECTOR, '', /is missing/],
  ])('of a body %s is refused in words', (_, body, signature, words) => {
    const problem = webhook.verify(delivery(body, signature), settings);
    expect(problem?.field).toBe('x-wc-webhook-signature');
    expect(problem?.message).toMatch(words);
  });
});

const folder = temporaryFolders();
const open = () =>
  openShopWorld('woocommerce', {
    folder: folder(),
    settings: (sandbox) => ({ ...settings, url: `${sandbox}/woocommerce` }),
  });
const signed = (body: string, topic = 'order.updated') => ({
  'x-wc-webhook-signature': signBytes(SECRET, body, 'base64'),
  'x-wc-webhook-topic': topic,
});
const order = (more: object = {}) =>
  JSON.stringify({
    ...{ id: 7, number: '7', status: 'processing', currency: 'EUR', total: '20.00', line_items: [] },
    ...{ date_created_gmt: '2026-11-20T12:00:00', date_modified_gmt: '2026-11-20T12:00:00', ...more },
  });

describe('the route', () => {
  test('answers exactly 200 to what is taken and to what is none of ours, and says which', async () => {
    const { post, store } = await open();
    expect(await post('webhook_id=12', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({
      status: 200,
      text: '{"result":"ping"}',
    });
    const body = order();
    expect(await post(body, signed(body))).toEqual({
      status: 200,
      text: '{"results":[{"orderId":"7","result":"accepted"}]}',
    });
    expect(await post(body, signed(body))).toEqual({ status: 200, text: '{"result":"duplicate"}' });
    expect((await post('{"id":3}', signed('{"id":3}', 'product.updated'))).text).toContain('tells of no order');
    const draft = order({ id: 8, number: '8', status: 'checkout-draft' });
    expect((await post(draft, signed(draft))).text).toContain('none yet');
    expect(await store.order('shop', '8')).toBeUndefined();
  });

  test('an order that can not be used is answered with 200 and kept for a person; it may come again', async () => {
    const { post, store } = await open();
    const body = order({ currency: 'DOLLARS' });
    for (let n = 0; n < 2; n += 1) {
      const { status, text } = await post(body, signed(body));
      expect(status).toBe(200);
      expect(text).toContain('"result":"invalid"');
    }
    expect(await store.quarantineCounts()).toEqual([{ site: 'shop', count: 1 }]);
  });

  test.each(['total', 'billing', 'meta_data'])(
    'a body that is nested without end in %s breaks nothing: it is said, and not tried again',
    async (field) => {
      const { post, facts } = await open();
      const endless = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
      const body = order().replace(/}$/, `,"${field}":${endless}}`);
      const { status, text } = await post(body, signed(body));
      expect(status).toBe(200);
      expect(text).toContain('nested more than 32 levels deep');
      expect(facts).toEqual(['hook:source', 'hook-broken:source']);
      // Brackets within a text are none.
      const quoted = order({ customer_note: `${'['.repeat(100)} \\" {{` });
      expect((await post(quoted, signed(quoted))).text).toContain('accepted');
    },
  );

  test('a flood of repeats costs one read each, and nothing is written', async () => {
    const { post, store } = await open();
    const body = order();
    await post(body, signed(body));
    const asked: string[] = [];
    const methods = store as unknown as Record<string, (...given: unknown[]) => unknown>;
    for (const [name, method] of Object.entries(methods).filter(([, value]) => typeof value === 'function'))
      vi.spyOn(methods, name).mockImplementation((...given) => {
        asked.push(name);
        return method(...given);
      });
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(body, signed(body))));
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['{"result":"duplicate"}']));
    // Beside the look whether the settings are still those in force.
    expect(asked.filter((name) => name !== 'configurationVersion')).toEqual(Array(50).fill('knowsMessage'));
  });

  test('a body just below two megabytes is taken', async () => {
    const { post } = await open();
    const body = order({ meta_data: [{ key: 'x', value: 'y'.repeat(2 * 1024 * 1024 - 400) }] });
    expect(body.length).toBeGreaterThan(2 * 1024 * 1024 - 400);
    expect(await post(body, signed(body))).toMatchObject({
      status: 200,
      text: expect.stringContaining('accepted') as string,
    });
  });

  test.each(['gzip', 'br', 'deflate'])(
    'a body in %s is refused in words: the signed bytes are the plain ones',
    async (encoding) => {
      const { post, facts } = await open();
      const body = order();
      const answer = await post(gzipSync(body), { ...signed(body), 'content-encoding': encoding });
      expect(answer.status).toBe(415);
      expect(answer.text).toContain('signs plain bytes');
      expect(facts).toEqual(['hook-encoding:source']);
    },
  );

  test('a forged, an unsigned and an empty body are refused with 401, and noted; nothing is kept', async () => {
    const { post, facts, store } = await open();
    const body = order();
    for (const headers of [
      { 'x-wc-webhook-signature': SIGNED },
      {},
      { 'x-wc-webhook-signature': 'ö'.normalize('NFKD').slice(0, 1) },
    ])
      expect((await post(body, headers as Record<string, string>)).status).toBe(401);
    expect((await post('', {})).status).toBe(401);
    expect(new Set(facts)).toEqual(new Set(['hook-signature:source']));
    expect(await store.order('shop', '7')).toBeUndefined();
    expect(await store.quarantineCounts()).toEqual([]);
  });

  test('chunked or whole, it is the bytes that count', async () => {
    const { hook } = await open();
    const send = (body: string, headers: Record<string, string>) =>
      new Promise<number>((resolve, reject) => {
        const sent = request(hook, { method: 'POST', headers }, (answer) => resolve(answer.resume().statusCode!));
        sent.on('error', reject);
        for (const part of body.match(/.{1,20}/g)!) sent.write(part);
        sent.end();
      });
    expect(await send(order(), signed(order()))).toBe(200);
    expect(await send(order({ total: '1.00' }), signed(order()))).toBe(401);
  });

  test('a body that is too large is refused without being read; an unknown connection looks like none', async () => {
    const { post, hook } = await open();
    const large = 'x'.repeat(2 * 1024 * 1024 + 1);
    expect((await post(large, signed('x'))).status).toBe(413);
    const elsewhere = hook.replace('/source', '/nobody');
    expect((await fetch(elsewhere, { method: 'POST', body: '{}' })).status).toBe(404);
    // The site may be left out where one alone has such a connection.
    const body = order();
    const answer = await fetch(hook.replace('?site=shop', ''), { method: 'POST', body, headers: signed(body) });
    expect(answer.status).toBe(200);
  });

  test('what WooCommerce may not show any more is said to whoever looks after the connection', async () => {
    const { post, facts } = await open();
    const body = '{"code":"woocommerce_rest_cannot_view","message":"Sorry","data":{"status":401}}';
    const { status, text } = await post(body, signed(body));
    expect(status).toBe(200);
    expect(text).toContain("the webhook's owner was deleted");
    expect(facts).toEqual(['hook:source', 'hook-broken:source']);
  });
});
