import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hours, minutes, seconds } from '../../../collector/lib/duration.ts';
import { createSeal } from '../../../collector/lib/seal.ts';
import type { Delivery } from '../../../collector/model/delivery.ts';
import { answered, type Answering, broken, ENV, folder, openRelay, QUEUED } from '../../harness/relay.ts';
import { CARTSTACK, IMPACT, testSeal } from '../../harness/sites.ts';
import { until } from '../../harness/until.ts';
import { delivery, NOON, replayAt, storedOrder, write } from '../store/rows.ts';

const toCartstack = (more: Partial<Delivery> = {}) => delivery({ connection: 'cartstack', ...more });

describe('a vendor that is down', () => {
  test('is asked by one probe at a time, and its backlog leaves when it is back', async () => {
    let up = false;
    const t = await openRelay({ answer: () => (up ? answered(200, '{"ActionId":"1"}') : answered(503)) });
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

  test.each([
    { status: 503, kind: 'outage', gap: seconds(1) },
    { status: 401, kind: 'held', gap: minutes(5) },
  ])(
    'that answers $status to many that were on their way together is probed as soon as if one had met it',
    async ({ status, kind, gap }) => {
      const releases: (() => void)[] = [];
      const t = await openRelay({
        connections: [IMPACT.replace('type:', 'limits: { concurrency: 16 }, type:')],
        async answer() {
          await new Promise<void>((release) => releases.push(release));
          return answered(status);
        },
      });
      await t.put(...Array.from({ length: 16 }, (_, index) => delivery({ orderId: `O${index}` })));
      t.wake();
      await until(() => releases.length === 16, { what: 'sixteen on their way' });
      for (const release of releases.splice(0)) release();
      await until(async () => (await t.store.deliveries({ states: ['sending'] })).length === 0, { what: 'rest' });
      expect(await t.store.breakers()).toMatchObject([{ kind, failures: 1, probeAt: NOON + gap }]);
    },
  );

  test('spends a few reports that add with each repeat, and the others wait until it answers clearly', async () => {
    let up = false;
    const connections = ['{ id: rk, type: rakuten, settings: { merchantId: 12345 } }'];
    const good = '<response><unique_id>1</unique_id><good>2</good><bad>0</bad></response>';
    const t = await openRelay({ answer: () => (up ? answered(200, good) : answered(500)), connections });
    const rows = Array.from({ length: 12 }, (_, index) => delivery({ orderId: `O${index}`, connection: 'rk' }));
    await t.put(...rows);
    t.wake('rk');
    const breaker = await until(async () => (await t.store.breakers())[0], { what: 'the breaker' });
    expect(breaker).toMatchObject({ kind: 'outage', reason: expect.stringContaining('unavailable (500)') });
    await until(async () => (await t.store.deliveries({ states: ['sending'] })).length === 0, { what: 'rest' });
    const held = await t.store.deliveries({ states: ['held'] });
    // Five in a row, and what was on its way beside them.
    expect(held.length).toBeLessThan(10);
    up = true;
    t.pass(minutes(2), 'rk');
    const delivered = async () => (await t.store.deliveries({ states: ['delivered'] })).length;
    await until(async () => (await t.store.breakers()).length === 0, { what: 'the breaker to close' });
    t.pass(seconds(10), 'rk');
    await until(async () => (await delivered()) === 12 - held.length, { what: 'the others' });
    expect(t.sent).toHaveLength(12);
  });

  test('for lack of a right token keeps everything, and goes on once the settings were changed', async () => {
    let right = false;
    const t = await openRelay({ answer: () => (right ? answered(200, '{"ActionId":"1"}') : answered(401)) });
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
    await t.store.replay({}, replayAt(t.clock.now()));
    t.wake();
    await t.becomes(first!.id, 'delivered');
  });
});

describe("a vendor's hourly limit", () => {
  const limited = IMPACT.replace('type:', 'limits: { perHour: 3 }, type:');
  test('is kept, and what is left over goes in the next hour', async () => {
    const t = await openRelay({ answer: () => answered(200, '{"ActionId":"1"}'), connections: [limited] });
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
    const first = await openRelay({ answer: () => answered(200, '{"ActionId":"1"}'), connections: [limited], file });
    const [a] = await first.put(delivery(), delivery({ orderId: 'O2' }), delivery({ orderId: 'O3' }));
    first.wake();
    await until(async () => (await first.store.deliveries({ states: ['delivered'] })).length === 3, { what: 'three' });
    expect(a).toBeDefined();
    await first.stop();
    const second = await openRelay({ answer: () => answered(200, '{"ActionId":"1"}'), connections: [limited], file });
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
    const t = await openRelay({ answer: () => answered(200, '{"ActionId":"1"}') });
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
    const t = await openRelay({ answer: () => broken, connections: [CARTSTACK] });
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

  test('while it was sent waits for a look there: nobody here knows whether it arrived', async () => {
    const t = await openRelay({ answer: () => answered(200, '{"resp":100}'), connections: [CARTSTACK] });
    const [sale] = await t.put(toCartstack());
    await t.store.claim({ site: 'shop', connection: 'cartstack', now: NOON, leaseMs: 1, limit: 1, owner: 'killed' });
    t.pass(5, 'cartstack');
    const held = await t.becomes(sale!.id, 'held');
    expect(held).toMatchObject({
      ambiguous: true,
      reason: expect.stringContaining("can't recognise a repeat: look there"),
    });
    expect(t.sent).toEqual([]);
    await t.store.replay({ orderId: held.orderId }, replayAt(t.clock.now()));
    t.wake('cartstack');
    await t.becomes(sale!.id, 'delivered');
    expect(t.sent, 'a person has looked').toHaveLength(1);
  });
});

describe('a verdict', () => {
  const verdicts =
    (bodies: string[]): Answering =>
    (request) =>
      request.method === 'GET' ? answered(200, bodies.shift() ?? '{"Status":"Queued"}') : answered(200, QUEUED);

  test('is asked for until it comes, with growing pauses, and releases the refund behind the sale', async () => {
    const t = await openRelay({
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
    const t = await openRelay({ answer: verdicts(['{"Status":"Complete","ErrorReason":"CONTRACT_NOT_FOUND"}']) });
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
    const t = await openRelay({
      answer: (request) => (request.method === 'GET' ? answered(500) : answered(200, QUEUED)),
    });
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

describe('what another key sealed', () => {
  const MAIL = JSON.stringify({ email: 'jane@example.com' });
  const sealedOtherwise = createSeal('another key of an installation').seal(MAIL);
  const order = (personal: Buffer) => storedOrder('O1', { personal });

  test('is held before it is sent, in words, and sent by a replay once it opens', async () => {
    const t = await openRelay({ answer: () => answered(200, QUEUED) });
    const [sale] = await t.put(delivery());
    await write(t.store, { orders: [order(sealedOtherwise)] });
    t.wake();
    expect((await t.becomes(sale!.id, 'held')).reason).toMatch(/does not open with this CLICKTHREAD_KEY.*then replay/);
    expect(t.sent).toEqual([]);
    await write(t.store, { orders: [order(testSeal.seal(MAIL))] });
    await t.store.replay({}, replayAt(t.clock.now()));
    t.wake();
    await t.becomes(sale!.id, 'delivered');
  });

  test('keeps its question for the verdict, and the refund behind it, until it opens', async () => {
    const t = await openRelay({
      answer: ({ method }) => answered(200, method === 'GET' ? '{"Status":"Complete"}' : QUEUED),
    });
    const [sale] = await t.put(delivery());
    const [refund] = await t.put(
      delivery({ kind: 'reversal', seq: 1, state: 'waiting', nextAt: null, after: sale!.id }),
    );
    t.wake();
    await t.becomes(sale!.id, 'delivered');
    await write(t.store, { orders: [order(sealedOtherwise)] });
    // Longer than any question is repeated: a key that is missing for a week loses nothing.
    for (let hour = 0; hour < 50; hour += 1) {
      t.pass((await t.row(sale!.id)).confirmAt! - t.clock.now());
      const next = t.clock.now() + hours(1);
      await until(async () => (await t.row(sale!.id)).confirmAt === next, { what: `look ${hour}` });
    }
    expect(await t.row(sale!.id)).toMatchObject({
      ...{ state: 'delivered', polls: 0 },
      reason: expect.stringMatching(/^accepted; the customer's data does not open with this CLICKTHREAD_KEY/),
    });
    expect(await t.row(refund!.id)).toMatchObject({ state: 'waiting' });
    expect(t.sent.map(({ method }) => method)).toEqual(['POST']);
    expect(t.warnings).toEqual([]);
    await write(t.store, { orders: [order(testSeal.seal(MAIL))] });
    t.pass(hours(1));
    await t.becomes(sale!.id, 'confirmed');
    await t.becomes(refund!.id, 'delivered');
  });
});

test('stopping lets running exchanges end, gives back the rest, and starts nothing', async () => {
  const releases: (() => void)[] = [];
  const t = await openRelay({
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
