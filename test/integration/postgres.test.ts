/** Two replicas of the built collector on one PostgreSQL, as a load balancer would use them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../collector/lib/clock.ts';
import { noPostgres, postgresServer } from '../harness/postgres.ts';
import { startCommand, type Started } from '../harness/serve-process.ts';
import { until } from '../harness/until.ts';

const KEY = 'an-invented-key-of-all-replicas';
const ADMIN = 'an-invented-admin-token';
/** A minute before. */
const SEEN = systemClock() - 60_000;
const ends: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (let end = ends.pop(); end; end = ends.pop()) await end();
});

const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'clickthread-replica-'));
  ends.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
};

/** A network that notes what it was told. */
async function network(): Promise<{ url: string; told: string[] }> {
  const told: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    told.push(request.url ?? '');
    response.end('ok');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  ends.push(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, told };
}

const yamlFor = (url: string, limits = ''): string => `
sites:
  - id: shop
    domains: [shop.example]
    currency: USD
    consent: granted
    release: browser
    connections:
      - { id: net, type: postback, ${limits}settings: { url: "${url}/p?c={click_id}&o={order_id}", clickParam: [irclickid] } }
`;

const run = (url: string, args: string[], more: Record<string, string> = {}): Started => {
  const started = startCommand(args, {
    ...{ DATABASE_URL: url, CLICKTHREAD_DATA: folder(), CLICKTHREAD_KEY: KEY, CLICKTHREAD_ADMIN_TOKEN: ADMIN },
    ...{ CLICKTHREAD_ALLOW_PRIVATE: '1', ...more },
  });
  ends.push(() => started.kill());
  return started;
};

/** The same order, as the same page says it to whichever replica the balancer chose. */
const report = (url: string, orderId: string): Promise<Response> =>
  fetch(`${url}/t/shop/conversion`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', origin: 'https://shop.example' },
    body: JSON.stringify({
      ...{ orderId, total: '120.00', currency: 'USD', visitor: `visitor-of-${orderId}` },
      touches: [{ param: 'irclickid', value: 'click-1', at: SEEN }],
      consent: { marketing: 'granted' },
    }),
  });

describe.skipIf(noPostgres)(`replicas on PostgreSQL ${noPostgres ?? ''}`, () => {
  const server = postgresServer();

  test('an order that both are told in the same moment is one order and one report; what one is killed over the other goes on with', async () => {
    const url = await server.freshDatabase();
    const net = await network();
    const file = join(folder(), 'site.yaml');
    writeFileSync(file, yamlFor(net.url));
    const applied = run(url, ['apply', file]);
    expect([await applied.ended(), applied.err()]).toEqual([0, '']);
    const [one, two] = [run(url, ['serve']), run(url, ['serve'])];
    const [first, second] = await Promise.all([one.listens(), two.listens()]);
    const ids = Array.from({ length: 40 }, (_, n) => `O${n}`);
    const answers = await Promise.all(ids.flatMap((id) => [report(first, id), report(second, id)]));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const expected = ids.map((id) => `/p?c=click-1&o=${id}`).sort();
    await until(() => net.told.length >= ids.length || undefined, { what: 'every order to be told', timeout: 30_000 });
    await one.kill();
    await report(second, 'after');
    await until(() => net.told.includes('/p?c=click-1&o=after') || undefined, { what: 'the other to go on' });
    expect([...net.told].sort()).toEqual([...expected, '/p?c=click-1&o=after'].sort());
  });

  test('both keep to the hour of a vendor together, and who is left goes on in it; a changed limit counts for the next request', async () => {
    const url = await server.freshDatabase();
    const net = await network();
    const file = join(folder(), 'site.yaml');
    const apply = async (perHour: number): Promise<void> => {
      writeFileSync(file, yamlFor(net.url, `limits: { perHour: ${perHour}, timeout: 1s }, `));
      expect(await run(url, ['apply', file]).ended()).toBe(0);
    };
    await apply(12);
    const [one, two] = [run(url, ['serve']), run(url, ['serve'])];
    const [first, second] = await Promise.all([one.listens(), two.listens()]);
    const tell = async (ids: readonly string[]): Promise<void> => {
      for (const [n, id] of ids.entries()) expect((await report(n % 2 ? first : second, id)).status).toBe(200);
    };
    await tell(Array.from({ length: 20 }, (_, n) => `H${n}`));
    await until(() => net.told.length >= 12 || undefined, { what: 'the hour to be full' });
    expect(net.told).toHaveLength(12);
    await one.kill();
    expect((await report(second, 'H20')).status).toBe(200);
    await apply(15);
    await until(() => net.told.length >= 15 || undefined, { what: 'the longer hour to be full' });
    expect(net.told).toHaveLength(15);
    expect(new Set(net.told).size).toBe(15);
  });

  test('a change of the configuration counts at each collector from the next request on', async () => {
    const url = await server.freshDatabase();
    const net = await network();
    const file = join(folder(), 'site.yaml');
    const apply = async (yaml: string): Promise<void> => {
      writeFileSync(file, yaml);
      expect(await run(url, ['apply', file]).ended()).toBe(0);
    };
    await apply(yamlFor(net.url));
    const replicas = await Promise.all([run(url, ['serve']), run(url, ['serve'])].map((serve) => serve.listens()));
    const statuses = (): Promise<number[]> =>
      Promise.all(replicas.map(async (at) => (await fetch(`${at}/t/other.js`)).status));
    expect(await statuses()).toEqual([404, 404]);
    await apply(
      yamlFor(net.url).replace('sites:', 'sites:\n  - { id: other, domains: [other.example], currency: USD }'),
    );
    expect(await statuses()).toEqual([200, 200]);
    await apply(yamlFor(net.url).replace('type: postback', 'type: postback, enabled: false'));
    await report(replicas[0]!, 'paused');
    await apply(yamlFor(net.url));
    await report(replicas[1]!, 'after the pause');
    await until(() => net.told.includes('/p?c=click-1&o=after the pause'.replaceAll(' ', '%20')) || undefined, {
      what: 'the order after the pause',
    });
    expect(net.told).toHaveLength(1);
  });

  test('while the database takes nobody an order is answered with "later"; afterwards it is taken, and was kept once', async () => {
    const url = await server.freshDatabase();
    const net = await network();
    const file = join(folder(), 'site.yaml');
    writeFileSync(file, yamlFor(net.url));
    expect(await run(url, ['apply', file]).ended()).toBe(0);
    const at = await run(url, ['serve']).listens();
    expect((await report(at, 'before')).status).toBe(200);
    const name = new URL(url).pathname.slice(1);
    const admin = new pg.Client({ connectionString: url.replace(/[^/]+$/, 'postgres') });
    await admin.connect();
    ends.push(() => admin.end());
    await admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    const away = await report(at, 'meanwhile');
    expect([away.status, Number(away.headers.get('retry-after')) > 0]).toEqual([503, true]);
    expect((await fetch(`${at}/readyz`)).status).toBe(503);
    await admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
    expect((await report(at, 'meanwhile')).status).toBe(200);
    const told = '/p?c=click-1&o=meanwhile';
    await until(() => net.told.includes(told) || undefined, { what: 'the order to be told' });
    expect(net.told.filter((path) => path === told)).toHaveLength(1);
  });

  test('while the database is frozen an order is answered with "later", within half a minute; afterwards it is taken, and told once', async () => {
    const url = await server.freshDatabase();
    const net = await network();
    const file = join(folder(), 'site.yaml');
    writeFileSync(file, yamlFor(net.url));
    expect(await run(url, ['apply', file]).ended()).toBe(0);
    const at = await run(url, ['serve']).listens();
    expect((await report(at, 'before')).status).toBe(200);
    const thaw = server.freeze();
    ends.push(thaw);
    const asked = ['one', 'two', 'three', 'four'].map((id) => report(at, id));
    const ready = fetch(`${at}/readyz`);
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    for (const { headers } of answers) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ready).status).toBe(503);
    thaw();
    await until(async () => (await report(at, 'one')).status === 200, { what: 'it to be taken' });
    for (const id of ['two', 'three', 'four']) expect((await report(at, id)).status).toBe(200);
    const all = ['before', 'one', 'two', 'three', 'four'].map((id) => `/p?c=click-1&o=${id}`).sort();
    await until(() => net.told.length >= 5 || undefined, { what: 'every order to be told' });
    expect([...net.told].sort()).toEqual(all);
  }, 90_000);

  test('a replica with another key is refused before it has changed anything, and each fault says what to do', async () => {
    const url = await server.freshDatabase();
    const file = join(folder(), 'site.yaml');
    writeFileSync(file, yamlFor('http://127.0.0.1:9'));
    expect(await run(url, ['apply', file]).ended()).toBe(0);
    const faults: [address: string, more: Record<string, string>, words: RegExp][] = [
      [url, { CLICKTHREAD_KEY: 'another-key-than-the-first' }, /was sealed with another key.*Nothing was changed/],
      [url.replace(/:[^:@]+@/, ':wrong@'), {}, /password authentication failed.*Correct user and password/],
      [url.replace(/\/[^/]+$/, '/nowhere'), {}, /does not exist.*createdb/],
      [url.replace(/@[^/]+/, '@127.0.0.1:1'), {}, /Is PostgreSQL running there/],
    ];
    for (const [address, more, words] of faults) {
      const failed = run(address, ['serve'], more);
      expect(await failed.ended()).not.toBe(0);
      expect(failed.err()).toMatch(words);
      expect(failed.err()).not.toContain('a-password-of-tests');
    }
  });

  test('doctor and migrate look at the database', async () => {
    const url = await server.freshDatabase();
    const dry = run(url, ['migrate', '--dry-run']);
    expect(await dry.ended()).toBe(0);
    expect(dry.out()).toMatch(/Would apply: 0001-records/);
    const before = run(url, ['doctor', '--no-test']);
    await before.ended();
    expect(before.out()).toMatch(/migrations: Missing: 0001-records/);
    expect(await run(url, ['migrate']).ended()).toBe(0);
    const after = run(url, ['doctor', '--no-test']);
    await after.ended();
    expect(after.out()).toMatch(/migrations: None is missing/);
    // The server of tests runs without: the doctor must see it.
    expect(after.out()).toMatch(/FAIL {2}durability: PostgreSQL \d+ runs with fsync off/);
  });
});
