/** What the running collector lets through: limits, credentials before bodies, figures behind the token, a polite end, another key. */
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signMessage } from '../../collector/lib/standard-webhook.ts';
import { startCollector, type Answer, type Collector } from '../harness/collector.ts';
import { until } from '../harness/until.ts';

/** Bursts as by default, filled again so slowly that a busy machine doesn't matter. */
const SLOW = 'address=0.01/200,visitor=0.01/30';
const ADMIN = 'an-invented-admin-token';
const yaml = `
sites:
  - { id: shop, domains: [shop.example], currency: USD, consent: granted, connections: [] }
`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

let collector: Collector;
let key: string;
beforeAll(async () => {
  // One proxy in front: the addresses are those that it passes on.
  const env = { CLICKTHREAD_ADMIN_TOKEN: ADMIN, CLICKTHREAD_TRUST_PROXY: '1', CLICKTHREAD_LIMITS: SLOW };
  collector = await startCollector({ yaml, env });
  key = await collector.key();
});
afterAll(() => collector?.remove());

let visitors = 0;
const touch = (from?: string, visitor = `visitor-${(visitors += 1)}`): Promise<Answer> =>
  collector.browser(
    'touch',
    { visitor, touches: [{ param: 'irclickid', value: 'abc' }] },
    { origin: 'https://shop.example', ...(from === undefined ? {} : { 'x-forwarded-for': from }) },
  );
const statuses = async (count: number, ask: (index: number) => Promise<Answer>): Promise<Map<number, number>> => {
  const all = await Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
  const counted = new Map<number, number>();
  for (const { status } of all) counted.set(status, (counted.get(status) ?? 0) + 1);
  return counted;
};

const foundSale = (id: string) => ({
  ...{ source: 'dataLayer', data: { event: 'purchase', ecommerce: { transaction_id: id, value: 1, currency: 'USD' } } },
});

describe('limits', () => {
  test('an address may send two hundred at once, then it is told when to come again; another one is not', async () => {
    const seen = await statuses(400, () => touch('203.0.113.7'));
    expect(seen.get(429)).toBe(200);
    const over = await touch('203.0.113.7');
    expect(over.status).toBe(429);
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(over.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(over.headers.get('access-control-expose-headers')).toContain('retry-after');
    expect((await touch('203.0.113.8')).status).toBeLessThan(300);
  });

  test('addresses of one /64 share a bucket; loopback and private ones have none', async () => {
    const seen = await statuses(400, (index) => touch(`2001:db8:5:5::${index.toString(16)}`));
    expect(seen.get(429)).toBe(200);
    expect((await touch('2001:db8:5:6::1')).status).toBeLessThan(300);
    for (const from of [undefined, '10.1.2.3', '127.0.0.1', 'fd00::1'])
      expect([from, (await statuses(250, () => touch(from))).get(429)]).toEqual([from, undefined]);
  });

  test('a visitor may send thirty at once, from wherever', async () => {
    const seen = await statuses(60, () => touch(undefined, 'one-and-the-same'));
    expect(seen.get(429)).toBe(30);
  });

  test.each([
    ['as the page calls it', { orderId: 'BAIT', total: '1.00' }],
    ['with an amount as people write it', { orderId: 'BAIT-WRITTEN', total: '1,00' }],
    ['found in the page', { found: [foundSale('BAIT-FOUND')] }],
  ])('one order id, %s, is taken twenty times an hour from browsers', async (_how, order) => {
    const report = (index: number) =>
      collector.browser('conversion', { ...order, visitor: `stranger-${index}` }, { origin: 'https://shop.example' });
    expect(await statuses(30, report)).toEqual(new Map([200, 429].map((status, n) => [status, n === 0 ? 20 : 10])));
  });

  test('the orders that one request names are counted each for its visitor', async () => {
    const found = Array.from({ length: 40 }, (_, n) => foundSale(`MANY-${n}`));
    const body = { found, visitor: 'visitor-of-many' };
    expect((await collector.browser('conversion', body, { origin: 'https://shop.example' })).status).toBe(429);
  });

  test('the shop may report an order that strangers have named too often', async () => {
    const own = await collector.api('POST', '/v1/orders', { orderId: 'BAIT', total: '112.00' }, bearer(key));
    expect(own.status).toBeLessThan(300);
  });

  test('an order by pixel over the limit gets its image, and is read again from quarantine', async () => {
    const pixel = (id: string) =>
      collector.api('GET', `/t/shop/sale?id=${id}&amount=19.95`, undefined, { 'x-forwarded-for': '203.0.113.7' });
    expect((await touch('203.0.113.7')).status).toBe(429);
    const answer = await pixel('PX1');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/gif']);
    const kept = JSON.parse((await collector.run('quarantine', 'list', '--json')).out) as { id: string }[];
    expect(kept).toMatchObject([{ route: 'sale', errors: [{ field: 'limits' }] }]);
    expect((await collector.run('quarantine', 'replay', kept[0]!.id)).out).toContain('1 of 1 refused order taken');
    expect((await collector.api('GET', '/v1/orders/PX1', undefined, bearer(key))).status).toBe(200);
  });

  test('a day’s use is shown', async () => {
    const figures = await collector.api('GET', '/metrics', undefined, bearer(ADMIN));
    expect(figures.text).toMatch(/clickthread_site_used_today\{site="shop",what="rows"\} [1-9]/);
    expect(figures.text).toMatch(/clickthread_site_budget\{what="bytes"\} 2000000000/);
  });
});

describe('credentials', () => {
  test('come before the body: what a stranger sends is answered before it has been sent', async () => {
    const { status, sent } = await halfRequest(collector.url, '/v1/orders', { authorization: 'Bearer nobody' });
    expect(status).toBe(401);
    expect(sent).toBeLessThan(8_000_000);
    expect((await halfRequest(collector.url, '/v1/orders', {})).status).toBe(401);
    expect((await halfRequest(collector.url, '/v1/hooks/none', {})).status).toBe(404);
    // A signature can only be checked where somebody has a secret.
    expect((await halfRequest(collector.url, '/v1/orders', { 'webhook-signature': 'v1,x' })).status).toBe(401);
  });

  test('twenty wrong ones end the guessing for both doors, and never lock out who is right', async () => {
    const from = { 'x-forwarded-for': '198.51.100.9' };
    const guess = (path: string) => collector.api('GET', path, undefined, { ...bearer('a-guess'), ...from });
    const seen = await statuses(20, (index) => guess(index % 2 === 0 ? '/v1/orders/K1' : '/admin/api/sites'));
    expect(seen).toEqual(new Map([[401, 20]]));
    for (const path of ['/v1/orders/K1', '/admin/api/sites', '/metrics']) {
      const over = await guess(path);
      expect([path, over.status, over.headers.get('retry-after')]).toEqual([path, 429, '900']);
    }
    const right = (path: string, token: string) => collector.api('GET', path, undefined, { ...bearer(token), ...from });
    expect((await right('/admin/api/sites', ADMIN)).status).toBe(200);
    expect((await right('/v1/orders/PX1', key)).status).toBe(200);
  });

  test('figures are behind the token', async () => {
    expect((await collector.api('GET', '/metrics', undefined, {})).status).toBe(401);
    expect((await collector.api('GET', '/metrics', undefined, bearer(key))).status).toBe(401);
    expect((await collector.api('GET', '/metrics', undefined, bearer(ADMIN))).text).toContain('clickthread_deliveries');
  });
});

/** Announces eight megabytes, sends none of them, and waits for the answer. */
function halfRequest(
  url: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; sent: number }> {
  return new Promise((resolve, reject) => {
    const open = request(url + path, {
      method: 'POST',
      headers: { ...headers, 'content-length': '8000000', 'content-type': 'application/json' },
    });
    open.on('response', (response) => {
      resolve({ status: response.statusCode ?? 0, sent: open.socket?.bytesWritten ?? 0 });
      open.destroy();
    });
    open.on('error', reject);
    open.write('[');
  });
}

describe('bodies that are never sent to their end', () => {
  /** Connections that have sent all of a body but its last byte. */
  async function stall(count: number, head: string, bytes: number): Promise<Socket[]> {
    const { port, hostname } = new URL(collector.url);
    const body = Buffer.alloc(bytes - 1, 97);
    const sockets = Array.from({ length: count }, () => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.resume().write(`${head}\r\nHost: collector.example\r\nContent-Length: ${bytes}\r\n\r\n`);
      return socket;
    });
    // Whoever was sent away meanwhile has sent enough, too.
    const sent = (socket: Socket) =>
      new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        socket.write(body, () => resolve());
      });
    await Promise.all(sockets.map(sent));
    return sockets;
  }

  test('keep no signed message of the shop out', async () => {
    const secret = await collector.key('--webhook');
    const sockets = await stall(4, 'POST /v1/orders HTTP/1.1\r\nWebhook-Signature: v1,x', 8 * 1024 * 1024);
    const body = JSON.stringify({ orderId: 'SIGNED', total: '112.00' });
    const message = { id: 'msg_1', timestamp: String(Math.floor(Date.now() / 1000)), body };
    const answer = await fetch(`${collector.url}/v1/orders`, {
      ...{ method: 'POST', body },
      headers: {
        'webhook-id': message.id,
        'webhook-timestamp': message.timestamp,
        'webhook-signature': signMessage(message, secret),
      },
    });
    for (const socket of sockets) socket.destroy();
    expect(answer.status).toBe(201);
  });

  test('keep no shopper out, and the largest are sent away when there are too many', async () => {
    const head = 'POST /t/shop/conversion HTTP/1.1\r\nOrigin: https://shop.example';
    const sockets = await stall(300, head, 255 * 1024);
    const closed = () => sockets.filter(({ closed: isClosed }) => isClosed).length;
    await until(() => closed() > 0, { what: 'some to be sent away' });
    expect((await touch()).status).toBeLessThan(300);
    expect(closed()).toBeLessThan(300);
    for (const socket of sockets) socket.destroy();
  });
});

test('odd words at the server API are refused, and none of them is a fault of ours', async () => {
  const odd = [
    ...['null', '[]', '[null]', '7', '"x"', '{', '[[[[', '{"orderId":{}}', '{"orderId":"a","total":"1e999"}'],
    ...['{"__proto__":{"a":1},"orderId":"a"}', '[{"orderId":"a","items":"x","clicks":[],"customer":7,"custom":[]}]'],
    JSON.stringify({ orderId: 'x'.repeat(5000), total: -1, currency: '€€€' }),
    JSON.stringify({ orderId: 'o\u0000\u202e', total: '1', placedAt: {}, status: [], coupons: { a: 1 }, journey: 9 }),
    `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    JSON.stringify({ orderId: 'Z1', total: '1.00', journey: '%', consent: 'x', customer: { email: [], phone: {} } }),
  ];
  for (const body of odd) {
    for (const [method, path] of [
      ['POST', '/v1/orders'],
      ['PATCH', '/v1/orders/odd'],
      ['PATCH', '/v1/orders/%E0%A4%A'],
      ['PATCH', '/v1/orders/a%E2%80%AEb'],
    ] as const) {
      const answer = await collector.api(method, path, body, bearer(key));
      expect([method, path, body.slice(0, 60), answer.status >= 500]).toEqual([method, path, body.slice(0, 60), false]);
    }
  }
  for (const path of ['/v1/orders/%00', '/v1/orders/a?site[]=x', '/v1/orders/a?site=__proto__', '/v1/%ff'])
    expect([path, (await collector.api('GET', path, undefined, bearer(key))).status >= 500]).toEqual([path, false]);
});

test('thirty busy clients are answered to the end when it is told to stop', async () => {
  let stopping = false;
  const faults: string[] = [];
  let acknowledged = 0;
  const client = async (name: number): Promise<void> => {
    for (let n = 0; ; n += 1) {
      try {
        const answer = await touch(undefined, `busy-${name}-${n}`);
        if (answer.status < 300) acknowledged += 1;
        if (stopping && answer.headers.get('connection') === 'close') return;
      } catch (error) {
        const cause = (error as { cause?: { code?: string } }).cause?.code ?? String(error);
        // Nobody listens any more: the next collector does.
        if (cause !== 'ECONNREFUSED') faults.push(cause);
        return;
      }
    }
  };
  const clients = Array.from({ length: 30 }, (_, name) => client(name));
  await until(() => acknowledged > 200, { what: 'the clients to be busy' });
  stopping = true;
  expect(await collector.stop()).toBe(0);
  await Promise.all(clients);
  expect(faults).toEqual([]);
});

test('a rotated key opens everything, the old one nothing, and hook addresses stay', async () => {
  await collector.stop();
  const rotated = await collector.run('key', 'rotate');
  expect(rotated.err).toBe('');
  expect(rotated.code).toBe(0);
  await collector.restart();
  expect((await collector.api('GET', '/readyz', undefined, {})).status).toBe(200);
  expect((await collector.api('GET', '/v1/orders/PX1', undefined, bearer(key))).status).toBe(200);
  const served = await collector.run('key', 'rotate');
  expect([served.code, served.err]).toEqual([75, expect.stringContaining('Another collector serves')]);
});
