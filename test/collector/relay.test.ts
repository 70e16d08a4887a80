import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { applyConfiguration } from '../../collector/apply.ts';
import type { HttpRequest } from '../../collector/destinations/destination.ts';
import { hours, minutes, seconds } from '../../collector/lib/duration.ts';
import { createRelay, type Relay } from '../../collector/relay.ts';
import type { Sender, SendResult } from '../../collector/send.ts';
import { cachedSites } from '../../collector/sites.ts';
import { openSqliteStore } from '../../collector/store/sqlite/store.ts';
import type { Delivery, Store } from '../../collector/store/store.ts';
import { manualClock } from '../harness/clock.ts';
import { temporaryFolders } from '../harness/folder.ts';
import { CARTSTACK, IMPACT, shopYaml, testSeal } from '../harness/sites.ts';
import { until } from '../harness/until.ts';
import { delivery, NOON, storedOrder, write } from './store/rows.ts';

const folder = temporaryFolders();
const ENV: Record<string, string> = { IMPACT_TOKEN: 'impact-secret-1', CARTSTACK_KEY: 'cs-secret-1' };
const QUEUED = '{"Status":"QUEUED","QueuedUri":"/Advertisers/IRxxx/APISubmissions/A-1"}';
const MAIL = testSeal.seal(JSON.stringify({ email: 'jane@example.com' }));

type Answering = (request: HttpRequest, number: number) => SendResult | Promise<SendResult>;
const answered = (status: number, body = '', headers: Record<string, string> = {}): SendResult => ({
  ok: true,
  response: { status, headers, body },
});
const broken: SendResult = { ok: false, kind: 'timeout', sent: true, message: 'it did not answer within 15 s' };

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A relay over a real store, with a clock that stands still and a vendor that answers as told. */
async function setUp(given: { answer: Answering; connections?: string[]; file?: string }) {
  const clock = manualClock(NOON);
  const file = given.file ?? join(folder(), 'clickthread.db');
  const store = openSqliteStore({ file, clock: clock.now });
  const apply = (connections: readonly string[]) =>
    applyConfiguration({
      ...{ text: shopYaml(connections), env: (name: string) => ENV[name], store, seal: testSeal, now: clock.now() },
      ...{ actor: 'test', allowPrivate: false },
    });
  await apply(given.connections ?? [IMPACT]);
  const sent: HttpRequest[] = [];
  const sender: Sender = {
    async send(request) {
      sent.push(request);
      return given.answer(request, sent.length);
    },
    close: async () => undefined,
  };
  const warnings: string[] = [];
  const relay: Relay = createRelay({
    ...{ store, sites: cachedSites({ store, seal: testSeal }), sender, seal: testSeal, clock: clock.now },
    ...{ random: () => 0, owner: 'test' },
    log: {
      warn: (_fields, message) => warnings.push(message),
      error: (fields) => warnings.push(JSON.stringify(fields)),
    },
  });
  let stopped = false;
  const stop = async () => {
    if (!stopped) await relay.stop();
    stopped = true;
  };
  closing.push(
    () => store.close(),
    () => stop(),
  );
  const wake = (connection = 'impact') => relay.wake([{ site: 'shop', connection }]);
  const pass = (ms: number, connection?: string) => {
    clock.pass(ms);
    wake(connection);
  };
  const row = async (id: string): Promise<Delivery> => (await store.deliveries({})).find((found) => found.id === id)!;
  const becomes = (id: string, state: Delivery['state']) =>
    until(async () => (await row(id)).state === state && row(id), { what: `${id} to be ${state}` });
  const put = async (...rows: Delivery[]) => {
    const orders = [...new Set(rows.map(({ orderId }) => orderId))].map((id) => storedOrder(id, { personal: MAIL }));
    await write(store, { orders, deliveries: rows });
    return rows;
  };
  return { clock, store, relay, stop, sent, warnings, wake, pass, row, becomes, put, apply };
}

const attemptsOf = async (store: Store, orderId = 'O1') =>
  (await store.deliveriesOf('shop', orderId)).flatMap((d) => d.attemptLog);
const toCartstack = (more: Partial<Delivery> = {}) => delivery({ connection: 'cartstack', ...more });

describe('a delivery', () => {
  test('is sent once, whole, and its exchange is kept without secrets', async () => {
    const t = await setUp({ answer: () => answered(200, '{"ActionId":"1000.9876.1"}') });
    const [sale] = await t.put(delivery());
    t.wake();
    await t.becomes(sale!.id, 'delivered');
    expect(t.sent).toHaveLength(1);
    expect(t.sent[0]).toMatchObject({
      ...{ method: 'POST', url: 'https://api.impact.com/Advertisers/IRxxx/Conversions' },
      headers: { Authorization: `Basic ${Buffer.from('IRxxx:impact-secret-1').toString('base64')}` },
      body: expect.stringContaining('OrderId=O1'),
    });
    const [attempt] = await attemptsOf(t.store);
    expect(attempt).toMatchObject({ purpose: 'report', outcome: 'delivered', response: { status: 200 } });
    expect(JSON.stringify(attempt)).not.toContain('impact-secret-1');
    expect(JSON.stringify(attempt)).not.toContain(Buffer.from('IRxxx:impact-secret-1').toString('base64'));
  });

  test('whose vendor could not take it is rejected in words and nothing leaves', async () => {
    const t = await setUp({ answer: () => answered(200) });
    const long = 'x'.repeat(65);
    const [sale] = await t.put(delivery({ orderId: long }));
    t.wake();
    expect((await t.becomes(sale!.id, 'rejected')).reason).toContain('at most 64 characters');
    expect(t.sent).toEqual([]);
  });

  test('of a connection that is switched off waits', async () => {
    const t = await setUp({
      answer: () => answered(200),
      connections: [IMPACT.replace('type:', 'enabled: false, type:')],
    });
    const [sale] = await t.put(delivery());
    t.wake();
    await t.stop();
    expect([t.sent.length, (await t.row(sale!.id)).state]).toEqual([0, 'due']);
  });

  test('past its deadline is given up with the last reason', async () => {
    const t = await setUp({ answer: () => answered(503) });
    const [sale] = await t.put(delivery({ deadlineAt: NOON - 1, reason: 'impact.com is unavailable (503)' }));
    t.wake();
    expect((await t.becomes(sale!.id, 'rejected')).reason).toBe(
      'given up at its deadline; last: impact.com is unavailable (503)',
    );
    expect(t.sent).toEqual([]);
  });

  test('whose consent was withdrawn meanwhile is skipped', async () => {
    const t = await setUp({ answer: () => answered(200) });
    const [sale] = await t.put(delivery());
    await write(t.store, { orders: [storedOrder('O1', { consent: { marketing: 'denied' } })] });
    t.wake();
    expect((await t.becomes(sale!.id, 'skipped')).reason).toContain('withdrew consent');
  });

  test('whose e-mail was erased meanwhile is skipped where the vendor knows customers by nothing else', async () => {
    const t = await setUp({ answer: () => answered(200), connections: [CARTSTACK] });
    const [sale] = await t.put(toCartstack());
    await write(t.store, { orders: [storedOrder('O1', { personal: null })] });
    t.wake('cartstack');
    expect((await t.becomes(sale!.id, 'skipped')).reason).toContain('erased');
  });
});

describe('a failure', () => {
  test('is retried after two seconds and longer each time, with the same request', async () => {
    const t = await setUp({ answer: (_, number) => (number < 4 ? answered(503) : answered(200, '{"ActionId":"1"}')) });
    const [sale] = await t.put(delivery());
    const gaps: number[] = [];
    t.wake();
    for (let attempts = 1; attempts < 4; attempts += 1) {
      await until(async () => (await t.row(sale!.id)).attempts === attempts, { what: `attempt ${attempts}` });
      const { nextAt, state } = await t.row(sale!.id);
      expect(state).toBe('due');
      gaps.push(nextAt! - t.clock.now());
      t.pass(gaps.at(-1)!);
    }
    await t.becomes(sale!.id, 'delivered');
    // No jitter in this test: a tenth of 2, 4 and 8 seconds is the least that is waited.
    expect(gaps).toEqual([200, 400, 800]);
    expect(new Set(t.sent.map((request) => JSON.stringify(request))).size).toBe(1);
  });

  test('with a time named by the vendor pauses the whole connection until then', async () => {
    const t = await setUp({
      answer: (_, number) =>
        number === 1 ? answered(429, '', { 'retry-after': '90' }) : answered(200, '{"ActionId":"1"}'),
      connections: [IMPACT.replace('type:', 'limits: { concurrency: 1 }, type:')],
    });
    const [first, second] = await t.put(delivery(), delivery({ orderId: 'O2', nextAt: NOON + 1 }));
    t.clock.pass(1);
    t.wake();
    await until(async () => (await t.row(first!.id)).attempts === 1, { what: 'the refusal' });
    t.pass(seconds(89));
    await until(() => t.warnings.some((text) => text.includes('asked to wait')), { what: 'the warning' });
    expect(t.sent).toHaveLength(1);
    expect((await t.row(second!.id)).state).toBe('due');
    t.pass(seconds(2));
    await t.becomes(first!.id, 'delivered');
    await t.becomes(second!.id, 'delivered');
    expect(t.sent).toHaveLength(3);
  });

  test('long enough for leases to run out still sends every delivery once afterwards', async () => {
    const slow: (() => void)[] = [];
    const t = await setUp({
      async answer(_request, number) {
        if (number === 1) return answered(429, '', { 'retry-after': '600' });
        await new Promise<void>((release) => slow.push(release));
        return answered(200, '{"ActionId":"1"}');
      },
    });
    const rows = await t.put(...Array.from({ length: 12 }, (_, index) => delivery({ orderId: `O${index}` })));
    t.wake();
    await until(() => t.sent.length >= 4, { what: 'the first requests' });
    await until(() => t.warnings.length > 0, { what: 'the pause' });
    for (const release of slow.splice(0)) release();
    await until(async () => (await t.store.deliveries({ states: ['sending'] })).length === 0, {
      what: 'leases given back',
    });
    t.pass(seconds(601));
    const done = until(async () => (await t.store.deliveries({ states: ['delivered'] })).length === rows.length, {
      what: 'all',
    });
    const pump = setInterval(() => {
      t.wake();
      slow.shift()?.();
    }, 5);
    await done.finally(() => clearInterval(pump));
    const orders = t.sent.map(({ body }) => new URLSearchParams(body).get('OrderId'));
    // The one that was refused, again; every other one exactly once.
    expect(orders).toHaveLength(rows.length + 1);
    expect(new Set(orders).size).toBe(rows.length);
  });

  test.each([
    [400, 'rejected'],
    [401, 'held'],
    [403, 'held'],
  ] as const)('with status %i ends as %s and is not repeated', async (status, state) => {
    const t = await setUp({ answer: () => answered(status, '{"errors":[{"field":"OrderId","message":"is wrong"}]}') });
    const [sale] = await t.put(delivery());
    t.wake();
    await t.becomes(sale!.id, state);
    t.pass(hours(5));
    await t.stop();
    expect(t.sent).toHaveLength(1);
  });
});

describe('a vendor that is down', () => {
  test('is asked by one probe at a time, and its backlog leaves when it is back', async () => {
    let up = false;
    const t = await setUp({ answer: () => (up ? answered(200, '{"ActionId":"1"}') : answered(503)) });
    const rows = await t.put(...Array.from({ length: 8 }, (_, index) => delivery({ orderId: `O${index}` })));
    t.wake();
    const breaker = await until(async () => (await t.store.breakers())[0], { what: 'the breaker' });
    expect(breaker).toMatchObject({ kind: 'outage', connection: 'impact', reason: 'impact.com is unavailable (503)' });
    await until(async () => (await t.store.deliveries({ states: ['sending'] })).length === 0, { what: 'rest' });
    const before = t.sent.length;
    t.pass(minutes(2));
    await until(() => t.sent.length > before, { what: 'a probe' });
    await until(async () => (await t.store.breakers())[0]!.probeAt > t.clock.now(), { what: 'the probe to count' });
    expect(t.sent.length).toBe(before + 1);
    up = true;
    t.pass(minutes(2));
    await until(async () => (await t.store.breakers()).length === 0, { what: 'the breaker to close' });
    t.pass(seconds(10));
    for (const { id } of rows) await t.becomes(id, 'delivered');
  });

  test('for lack of a right token keeps everything, and goes on once the settings were changed', async () => {
    let right = false;
    const t = await setUp({ answer: () => (right ? answered(200, '{"ActionId":"1"}') : answered(401)) });
    const [first] = await t.put(delivery());
    t.wake();
    await t.becomes(first!.id, 'held');
    expect(await until(async () => (await t.store.breakers())[0], { what: 'the breaker' })).toMatchObject({
      kind: 'held',
    });
    const [second] = await t.put(delivery({ orderId: 'O2' }));
    t.pass(minutes(1));
    right = true;
    ENV.IMPACT_TOKEN = 'impact-secret-2';
    t.clock.pass(1000);
    await t.apply([IMPACT]);
    ENV.IMPACT_TOKEN = 'impact-secret-1';
    t.wake();
    await t.becomes(second!.id, 'delivered');
    expect(t.sent).toHaveLength(2);
    await t.store.replay({}, t.clock.now(), false);
    t.wake();
    await t.becomes(first!.id, 'delivered');
  });
});

describe("a vendor's hourly limit", () => {
  const limited = IMPACT.replace('type:', 'limits: { perHour: 3 }, type:');
  test('is kept, and what is left over goes in the next hour', async () => {
    const t = await setUp({ answer: () => answered(200, '{"ActionId":"1"}'), connections: [limited] });
    await t.put(...Array.from({ length: 5 }, (_, index) => delivery({ orderId: `O${index}` })));
    t.wake();
    const delivered = async () => (await t.store.deliveries({ states: ['delivered'] })).length;
    await until(async () => (await delivered()) === 3, { what: 'three deliveries' });
    t.pass(minutes(30));
    await until(async () => (await t.store.deliveries({ states: ['sending'] })).length === 0, { what: 'rest' });
    expect(t.sent).toHaveLength(3);
    t.pass(minutes(31));
    await until(async () => (await delivered()) === 5, { what: 'the rest' });
  });

  test('counts what left before a restart, never a moment too short', async () => {
    const file = join(folder(), 'clickthread.db');
    const first = await setUp({ answer: () => answered(200, '{"ActionId":"1"}'), connections: [limited], file });
    const [a] = await first.put(delivery(), delivery({ orderId: 'O2' }), delivery({ orderId: 'O3' }));
    first.wake();
    await until(async () => (await first.store.deliveries({ states: ['delivered'] })).length === 3, { what: 'three' });
    expect(a).toBeDefined();
    await first.stop();
    const second = await setUp({ answer: () => answered(200, '{"ActionId":"1"}'), connections: [limited], file });
    await second.put(delivery({ orderId: 'O4' }));
    second.clock.pass(minutes(56));
    await second.relay.start();
    second.pass(minutes(3));
    await until(async () => (await second.store.deliveries({ states: ['sending'] })).length === 0, { what: 'rest' });
    expect(second.sent).toHaveLength(0);
    second.pass(minutes(7));
    await until(() => second.sent.length === 1, { what: 'the fourth' });
  });
});

describe('what was interrupted', () => {
  test('is sent again at once after a start, with the identical request', async () => {
    const t = await setUp({ answer: () => answered(200, '{"ActionId":"1"}') });
    const [sale] = await t.put(delivery());
    await t.store.claim({
      site: 'shop',
      connection: 'impact',
      now: NOON,
      leaseMs: hours(1),
      limit: 1,
      owner: 'killed',
    });
    await t.relay.start();
    await t.becomes(sale!.id, 'delivered');
    expect(t.sent).toHaveLength(1);
  });

  test('at a vendor that counts twice is sent once more, marked, and then left to a person', async () => {
    const t = await setUp({ answer: () => broken, connections: [CARTSTACK] });
    const [sale] = await t.put(toCartstack());
    t.wake('cartstack');
    await until(async () => (await t.row(sale!.id)).attempts === 1, { what: 'the first try' });
    expect(await t.row(sale!.id)).toMatchObject({ state: 'due', ambiguous: true });
    t.pass(hours(1), 'cartstack');
    const given = await t.becomes(sale!.id, 'rejected');
    expect(given.reason).toContain('no clear answer twice');
    expect(t.sent).toHaveLength(2);
    expect(given.reason).not.toContain('jane@example.com');
  });

  test('twice at such a vendor is not sent a third time', async () => {
    const t = await setUp({ answer: () => answered(200, '{"resp":100}'), connections: [CARTSTACK] });
    const [sale] = await t.put(toCartstack({ ambiguous: true }));
    await t.store.claim({ site: 'shop', connection: 'cartstack', now: NOON, leaseMs: 1, limit: 1, owner: 'killed' });
    t.pass(5, 'cartstack');
    expect((await t.becomes(sale!.id, 'rejected')).reason).toContain('interrupted twice');
    expect(t.sent).toEqual([]);
  });
});

describe('a verdict', () => {
  const verdicts =
    (bodies: string[]): Answering =>
    (request) =>
      request.method === 'GET' ? answered(200, bodies.shift() ?? '{"Status":"Queued"}') : answered(200, QUEUED);

  test('is asked for until it comes, with growing pauses, and releases the refund behind the sale', async () => {
    const t = await setUp({
      answer: verdicts(['{"Status":"Queued"}', '{"Status":"In Progress"}', '{"Status":"Complete"}']),
    });
    const [sale] = await t.put(delivery());
    const [refund] = await t.put(
      delivery({ kind: 'reversal', seq: 1, state: 'waiting', nextAt: null, after: sale!.id }),
    );
    t.wake();
    expect(await t.becomes(sale!.id, 'delivered')).toMatchObject({
      reference: '/Advertisers/IRxxx/APISubmissions/A-1',
    });
    for (let polls = 1; polls <= 3; polls += 1) {
      t.pass((await t.row(sale!.id)).confirmAt! - t.clock.now());
      await until(async () => (await t.row(sale!.id)).polls === polls, { what: `question ${polls}` });
      if (polls < 3) expect(await t.row(refund!.id)).toMatchObject({ state: 'waiting' });
    }
    expect(await t.row(sale!.id)).toMatchObject({ state: 'confirmed', reason: 'recorded by impact.com' });
    await t.becomes(refund!.id, 'delivered');
    expect(t.sent.map(({ method, url }) => `${method} ${url.split('/').slice(5).join('/')}`)).toEqual([
      ...[
        'POST Conversions',
        'GET APISubmissions/A-1',
        'GET APISubmissions/A-1',
        'GET APISubmissions/A-1',
        'DELETE Actions',
      ],
    ]);
  });

  test('that declines a sale says why, and its refund has nothing to reverse', async () => {
    const t = await setUp({ answer: verdicts(['{"Status":"Complete","ErrorReason":"CONTRACT_NOT_FOUND"}']) });
    const [sale] = await t.put(delivery());
    const [refund] = await t.put(
      delivery({ kind: 'reversal', seq: 1, state: 'waiting', nextAt: null, after: sale!.id }),
    );
    t.wake();
    await t.becomes(sale!.id, 'delivered');
    t.pass(seconds(3));
    expect((await t.becomes(sale!.id, 'declined')).reason).toContain('[CONTRACT_NOT_FOUND]');
    expect((await t.becomes(refund!.id, 'skipped')).reason).toContain('nothing to reverse there');
  });

  test('that can not be asked for is not asked for ever', async () => {
    const t = await setUp({ answer: (request) => (request.method === 'GET' ? answered(500) : answered(200, QUEUED)) });
    const [sale] = await t.put(delivery());
    t.wake();
    await t.becomes(sale!.id, 'delivered');
    for (let polls = 1; polls <= 8; polls += 1) {
      t.pass(hours(2));
      await until(async () => (await t.row(sale!.id)).polls === polls, { what: `question ${polls}` });
    }
    expect(await t.row(sale!.id)).toMatchObject({
      state: 'delivered',
      confirmAt: null,
      reason: expect.stringContaining('never came'),
    });
  });
});

test('stopping lets running exchanges end, gives back the rest, and starts nothing', async () => {
  const releases: (() => void)[] = [];
  const t = await setUp({
    async answer() {
      await new Promise<void>((release) => releases.push(release));
      return answered(200, '{"ActionId":"1"}');
    },
  });
  await t.put(...Array.from({ length: 12 }, (_, index) => delivery({ orderId: `O${index}` })));
  t.wake();
  await until(() => t.sent.length === 4, { what: 'four running exchanges' });
  const stopped = t.stop();
  for (const release of releases.splice(0)) release();
  await stopped;
  const states = (await t.store.deliveries({})).map(({ state }) => state);
  expect([
    states.filter((state) => state === 'delivered').length,
    states.filter((state) => state === 'due').length,
  ]).toEqual([4, 8]);
  t.wake();
  expect(t.sent).toHaveLength(4);
});
