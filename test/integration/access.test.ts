import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signMessage } from '../../collector/lib/standard-webhook.ts';
import { openDatabase } from '../../collector/store/sqlite/open.ts';
import { startCollector, type Answer, type Collector } from '../harness/collector.ts';
import { seedOrder } from '../harness/impact-world.ts';
import { until } from '../harness/until.ts';

const ADMIN = 'an-invented-admin-token';
const yaml = `
sites:
  - { id: shop, domains: [shop.example], currency: USD, connections: [] }
  - { id: other, domains: [other.example], currency: EUR, connections: [] }
`;

let collector: Collector;
let key: string;
beforeAll(async () => {
  collector = await startCollector({ yaml, env: { CLICKTHREAD_ADMIN_TOKEN: ADMIN } });
  key = await collector.key('--label', 'till');
});
afterAll(() => collector?.remove());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const least = (orderId: string) => ({ orderId, total: '10.00' });
const post = (body: unknown, headers: Record<string, string> = bearer(key), query = ''): Promise<Answer> =>
  collector.api('POST', `/v1/orders${query}`, body, headers);

let messages = 0;
/** A signed message; `sign` says with what, `more` changes its headers afterwards. */
const signed = (
  body: string,
  sign: { secrets: string[]; id?: string; at?: number },
  more: Record<string, string> = {},
) => {
  const id = sign.id ?? `msg_${(messages += 1)}`;
  const timestamp = String(Math.floor((sign.at ?? Date.now()) / 1000));
  const signature = sign.secrets.map((secret) => signMessage({ id, timestamp, body }, secret)).join(' ');
  return post(body, { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature, ...more });
};

describe('orders by key', () => {
  test('a new order is 201, the same one 200 and a duplicate', async () => {
    expect(await post(least('K1'))).toMatchObject({ status: 201, body: { orderId: 'K1', result: 'accepted' } });
    expect(await post(least('K1'))).toMatchObject({ status: 200, body: { orderId: 'K1', result: 'duplicate' } });
    expect(await post({ ...least('K1'), total: '11.00' })).toMatchObject({ status: 200, body: { result: 'updated' } });
    expect((await collector.api('GET', '/v1/orders/K1', undefined, bearer(key))).body).toMatchObject({
      total: '11.00',
    });
  });

  test('a batch is answered order by order, wrong ones among them', async () => {
    const answer = await post([
      least('B1'),
      { orderId: 'B2' },
      least('K1'),
      least('B1'),
      7,
      { ...least('B3'), colour: 'red' },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body['results']).toMatchObject([
      { orderId: 'B1', result: 'accepted' },
      { orderId: 'B2', result: 'invalid', errors: [{ field: 'total' }] },
      { orderId: 'K1', result: 'updated' },
      { orderId: 'B1', result: 'duplicate' },
      { orderId: '', result: 'invalid', errors: [{ field: 'body' }] },
      { orderId: 'B3', result: 'accepted', warnings: [{ field: 'colour' }] },
    ]);
    const kept = await collector.run('quarantine', 'list', '--json');
    expect(JSON.parse(kept.out)).toHaveLength(2);
  });

  test('a thousand at once are taken, one more is refused whole, none is refused', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => least(`M${index}`));
    const answer = await post(many);
    expect((answer.body['results'] as { result: string }[]).every(({ result }) => result === 'accepted')).toBe(true);
    for (const wrong of [[...many, least('one more')], []])
      expect(await post(wrong)).toMatchObject({ status: 422, body: { errors: [{ field: 'body' }] } });
    expect((await collector.api('GET', '/v1/orders/one%20more', undefined, bearer(key))).status).toBe(404);
  });

  test('an id of any characters is found again under its encoding', async () => {
    const orderId = "Nº 7/2024 #é🛒 'x'";
    await post(least(orderId));
    const path = `/v1/orders/${encodeURIComponent(orderId)}`;
    expect((await collector.api('GET', path, undefined, bearer(key))).body).toMatchObject({ orderId });
    expect((await collector.api('PATCH', path, { status: 'refunded' }, bearer(key))).body).toMatchObject({
      result: 'updated',
    });
  });
});

describe('a caller', () => {
  test.each<[string, Record<string, string>, string]>([
    ['without a key', {}, 'authorization'],
    ['with a wrong key', bearer('ctkey_wrong'), 'authorization'],
    ['with a key in another scheme', { authorization: 'Basic abc' }, 'authorization'],
    ['with a wrong admin token', bearer(`${ADMIN}x`), 'authorization'],
  ])('%s is told so, on every route', async (_name, headers, field) => {
    for (const [method, path] of [
      ['POST', '/v1/orders'],
      ['PATCH', '/v1/orders/K1'],
      ['GET', '/v1/orders/K1'],
    ] as const) {
      const answer = await collector.api(method, path, method === 'GET' ? undefined : least('X1'), headers);
      expect(answer).toMatchObject({ status: 401, body: { errors: [{ field }] } });
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    }
  });

  test('with a revoked key is told so at once, without a restart', async () => {
    const other = await collector.key();
    expect((await post(least('R1'), bearer(other))).status).toBe(201);
    expect((await collector.run('key', 'revoke', other)).code).toBe(0);
    expect(await post(least('R2'), bearer(other))).toMatchObject({ status: 401 });
    expect((await collector.run('key', 'list')).out).not.toContain(other);
  });

  test('with a key of one site does not reach another, and the administrator must name one', async () => {
    expect((await post(least('S1'), bearer(key), '?site=other')).status).toBe(403);
    expect((await post(least('S1'), bearer(key), '?site=nowhere')).status).toBe(404);
    expect(await post(least('S1'), bearer(ADMIN))).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'site' }] },
    });
    expect(await post(least('S1'), bearer(ADMIN), '?site=other')).toMatchObject({ status: 201 });
    expect((await collector.api('GET', '/v1/orders/S1', undefined, bearer(key))).status).toBe(404);
    // Only one site holds that order, so the administrator need not name it.
    expect((await collector.api('GET', '/v1/orders/S1', undefined, bearer(ADMIN))).body).toMatchObject({
      site: 'other',
      currency: 'EUR',
    });
  });
});

describe('a signed message', () => {
  let secret: string;
  beforeAll(async () => {
    secret = await collector.key('--webhook');
  });
  const body = (orderId: string) => JSON.stringify(least(orderId));

  test('is taken when its signature fits, and counts as the shop’s word', async () => {
    expect(await signed(body('W1'), { secrets: [secret] })).toMatchObject({
      status: 201,
      body: { result: 'accepted' },
    });
    expect((await collector.api('GET', '/v1/orders/W1', undefined, bearer(key))).body).toMatchObject({
      shopConfirmed: true,
    });
  });

  test('received twice changes nothing the second time, and is thanked: its sender must not count a failure', async () => {
    const message = { secrets: [secret], id: 'msg_twice' };
    expect((await signed(body('W2'), message)).status).toBe(201);
    expect(await signed(body('W2'), message)).toMatchObject({
      status: 200,
      body: { orderId: 'W2', result: 'duplicate' },
    });
  });

  test.each<[string, { secrets: string[]; at?: number }, Record<string, string>, string]>([
    ['stale', { secrets: ['own'], at: Date.now() - 6 * 60_000 }, {}, 'webhook-timestamp'],
    ['from the future', { secrets: ['own'], at: Date.now() + 6 * 60_000 }, {}, 'webhook-timestamp'],
    ['signed with another secret', { secrets: ['whsec_AAAA'] }, {}, 'webhook-signature'],
    ['without its id', { secrets: ['own'] }, { 'webhook-id': '' }, 'webhook-id'],
    ['with another id than the signed one', { secrets: ['own'] }, { 'webhook-id': 'msg_other' }, 'webhook-signature'],
    ['with a signature that is none', { secrets: ['own'] }, { 'webhook-signature': 'v1,' }, 'webhook-signature'],
  ])('that is %s is refused in words', async (_name, { secrets, ...sign }, headers, field) => {
    const own = secrets.map((name) => (name === 'own' ? secret : name));
    expect(await signed(body('W3'), { ...sign, secrets: own }, headers)).toMatchObject({
      status: 401,
      body: { errors: [{ field }] },
    });
    expect((await collector.api('GET', '/v1/orders/W3', undefined, bearer(key))).status).toBe(404);
  });

  test('may be signed with the old and the new secret while they are exchanged', async () => {
    const fresh = await collector.key('--webhook');
    expect((await signed(body('W4'), { secrets: [secret, fresh] })).status).toBe(201);
    expect((await signed(body('W5'), { secrets: [fresh] })).status).toBe(201);
    await collector.run('key', 'revoke', secret);
    expect((await signed(body('W6'), { secrets: [secret] })).status).toBe(401);
    expect((await signed(body('W6'), { secrets: [secret, fresh] })).status).toBe(201);
    secret = fresh;
  });

  test('refused because the store could not be written is taken when it comes again', async () => {
    const holder = openDatabase(collector.database);
    holder.exec('BEGIN EXCLUSIVE');
    const message = { secrets: [secret], id: 'msg_again' };
    expect((await signed(body('W7'), message)).status).toBe(503);
    holder.exec('ROLLBACK');
    holder.close();
    expect(await signed(body('W7'), message)).toMatchObject({ status: 201, body: { result: 'accepted' } });
  });
});

describe('a store that can not be written', () => {
  test('is answered with 503 and a time, acknowledges nothing, and works again afterwards', async () => {
    const holder = openDatabase(collector.database);
    holder.exec('BEGIN EXCLUSIVE');
    const refusals = await Promise.all([
      collector.browser('conversion', { ...seedOrder('L1') }),
      collector.browser('touch', { visitor: 'visitor-0001', touches: [] }),
      post(least('L2')),
      collector.api('PATCH', '/v1/orders/K1', { status: 'refunded' }, bearer(key)),
    ]);
    for (const { status, headers, body } of refusals) {
      expect(status).toBe(503);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(body.errors).toMatchObject([{ field: 'store' }]);
    }
    // What is only read goes on working.
    expect((await collector.api('GET', '/v1/orders/K1', undefined, bearer(key))).body).toMatchObject({
      status: 'approved',
    });
    expect((await collector.api('GET', '/healthz', undefined, {})).status).toBe(200);
    holder.exec('ROLLBACK');
    holder.close();
    for (const id of ['L1', 'L2'])
      expect((await collector.api('GET', `/v1/orders/${id}`, undefined, bearer(key))).status).toBe(404);
    const sent = await until(
      async () => {
        const answer = await collector.browser('conversion', seedOrder('L1'));
        return answer.status === 200 && answer;
      },
      { what: 'the store to work again' },
    );
    expect(sent.body).toMatchObject({ result: 'accepted' });
    expect((await post(least('L2'))).status).toBe(201);
  });
});
