import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createRateBudget } from '../../collector/relay/lane/rate-budget.ts';
import { followClock } from '../../collector/privacy/agreed-time.ts';
import { type AgreedTime, keepAgreedTime } from '../../collector/privacy/keep-agreed-time.ts';
import { runRetention } from '../../collector/privacy/retention.ts';
import { cachedSites } from '../../collector/configuration/sites.ts';
import { answered, attemptsOf, openRelay } from '../harness/relay.ts';
import { testSeal } from '../harness/sites.ts';
import { until } from '../harness/until.ts';
import { delivery, NOON, touch, write } from './store/rows.ts';

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('the agreed time', () => {
  const follow = (agreed: number, clock: number, elapsed: number) => followClock({ agreed, clock, elapsed });

  test('goes with a clock that is right', () => {
    expect(follow(NOON, NOON + HOUR, HOUR)).toBe(NOON + HOUR);
  });

  test('is dragged along by a leap no further than the leap lasts, in either direction', () => {
    expect(follow(NOON, NOON + 100 * DAY, 5 * SECOND)).toBe(NOON + 10 * SECOND);
    expect(follow(NOON, NOON - 100 * DAY, 5 * SECOND)).toBe(NOON);
    expect(follow(NOON + 10 * SECOND, NOON + 10 * SECOND, 5 * SECOND)).toBe(NOON + 10 * SECOND);
  });

  test('catches up with a night’s standstill in as long a run', () => {
    expect(follow(NOON, NOON + 16 * HOUR, 8 * HOUR)).toBe(NOON + 16 * HOUR);
  });

  test('is written down, goes on from there, and is the clock’s as soon as somebody agrees', async () => {
    const store = memory();
    let clock = NOON;
    const shouts: string[] = [];
    const log = { error: (_fields: object, message: string) => void shouts.push(message) };
    const start = () => keepAgreedTime({ store, clock: () => clock, monotonic: () => clock - NOON, log });
    const first = await start();
    expect(first.now()).toBe(NOON);
    await first.end();
    clock = NOON + 500 * DAY;
    const second = await start();
    expect(second.now()).toBe(NOON);
    expect(shouts).toEqual([expect.stringContaining('clickthread doctor --agree-time')]);
    store.at = clock;
    await second.end();
    expect((await start()).now()).toBe(clock);
    expect(shouts).toHaveLength(1);
  });

  test('of several collectors is counted by one, and the others go by that, however often they look', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const store = memory();
    let clock = NOON;
    const pass = async (seconds: number, kept: readonly AgreedTime[]): Promise<void> => {
      for (let second = 0; second < seconds; second += 1) {
        clock += SECOND / 2;
        for (const { now } of kept) now();
        clock += SECOND / 2;
        await vi.advanceTimersByTimeAsync(SECOND);
      }
    };
    const start = (writes: boolean) =>
      keepAgreedTime({
        ...{ store, clock: () => clock, monotonic: () => clock, mayRun: async () => writes },
        log: { error: () => undefined },
      });
    const one = await start(true);
    await pass(30, [one]);
    const other = await start(false);
    await pass(600, [one, other]);
    expect(store.at).toBe(NOON + 600 * SECOND);
    expect(Math.abs(other.now() - clock)).toBeLessThanOrEqual(60 * SECOND);
    await other.end();
    expect(store.at).toBe(NOON + 600 * SECOND);
    await one.end();
    expect(store.at).toBe(clock);
  });
});

function memory() {
  const store = {
    at: null as number | null,
    agreedTime: async () => store.at,
    agreeOnTime: async (at: number) => void (store.at = at),
    newestMoment: async () => null,
  };
  return store;
}

describe('a clock that leaps a hundred days and comes back', () => {
  test('gives no sale up: its deadline goes by the agreed time', async () => {
    let up = false;
    const agreed = NOON + 10 * SECOND;
    const t = await openRelay({
      answer: () => (up ? answered(200, '{"ActionId":"1"}') : answered(503)),
      agreed: () => agreed,
    });
    const [sale] = await t.put(delivery({ deadlineAt: NOON + 30 * DAY }));
    t.clock.set(NOON + 100 * DAY);
    t.wake();
    await until(async () => (await t.row(sale!.id)).attempts === 1, { what: 'a try while the clock was wrong' });
    const retried = await t.row(sale!.id);
    expect(retried.state).toBe('due');
    expect(retried.nextAt).toBeGreaterThan(NOON + 99 * DAY);

    t.clock.set(NOON + 5 * SECOND);
    up = true;
    await t.relay.start();
    await t.becomes(sale!.id, 'delivered');
    expect(await attemptsOf(t.store)).toHaveLength(2);
  });

  test('deletes nothing, and a start within it neither', async () => {
    const t = await openRelay({ answer: () => answered(200) });
    await write(t.store, { touches: [touch()] });
    const sites = cachedSites({ store: t.store, seal: testSeal });
    const run = (agreed: number) =>
      runRetention({ store: t.store, sites, clock: () => NOON + 500 * DAY, agreed: () => agreed });
    expect((await run(NOON + 10 * SECOND)).touch).toBe(0);
    expect(await t.store.touchesOf('shop', 'visitor-1')).toHaveLength(1);
    expect((await run(NOON + 500 * DAY)).touch).toBe(1);
  });

  test('takes no hour from a vendor: what was counted ahead is forgotten', () => {
    const budget = createRateBudget(10);
    budget.take(10, NOON + 100 * DAY);
    expect(budget.available(NOON)).toBe(10);
    budget.take(4, NOON);
    expect(budget.available(NOON + HOUR / 2)).toBe(6);
  });
});

test('a process that was frozen beyond its lease writes nothing to the socket when it wakes', async () => {
  let asked: (() => boolean) | undefined;
  const t = await openRelay({
    answer: (_request, _number, limits) => {
      asked = limits?.mayStart;
      t.clock.pass(DAY);
      return asked?.() === false
        ? { ok: false, kind: 'network', sent: false, message: 'its lease had run out before it could be written' }
        : answered(200);
    },
  });
  const [sale] = await t.put(delivery());
  t.wake();
  await until(async () => (await attemptsOf(t.store)).length === 1, { what: 'the attempt to be noted' });
  expect(asked).toBeDefined();
  expect((await t.row(sale!.id)).state).toBe('due');
});
