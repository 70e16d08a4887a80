import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Connection, Sites } from '../../../../collector/configuration/sites.ts';
import { createSeal } from '../../../../collector/lib/seal.ts';
import { createSharedMinutes } from '../../../../collector/relay/lane/budgets.ts';
import { createLaneNames } from '../../../../collector/relay/lane/lane.ts';
import { createRateBudget, joinBudgets } from '../../../../collector/relay/lane/rate-budget.ts';

const NOON = Date.parse('2026-11-20T12:00:00Z');
const MINUTE = 60_000;

test('a vendor that names no limit is not limited', () => {
  const budget = createRateBudget(undefined);
  budget.take(1_000_000, NOON);
  expect(budget.available(NOON)).toBe(Infinity);
});

test('what has left is missing for an hour and comes back afterwards', () => {
  const budget = createRateBudget(10);
  budget.take(7, NOON);
  expect(budget.available(NOON)).toBe(3);
  expect(budget.available(NOON + 59 * MINUTE)).toBe(3);
  expect(budget.available(NOON + 61 * MINUTE)).toBe(10);
});

test('a request in the last second of a minute counts for a whole hour, too', () => {
  const budget = createRateBudget(10);
  budget.take(10, NOON + MINUTE - 1000);
  expect(budget.available(NOON + 60 * MINUTE)).toBe(0);
  expect(budget.freeAt(NOON + 60 * MINUTE)).toBe(NOON + 61 * MINUTE);
  expect(budget.available(NOON + 61 * MINUTE)).toBe(10);
});

test('it never falls below nothing', () => {
  const budget = createRateBudget(10);
  budget.seed(25, NOON);
  expect(budget.available(NOON)).toBe(0);
});

test('requests made before a restart count when they are seeded', () => {
  const budget = createRateBudget(10);
  budget.seed(4, NOON - 30 * MINUTE);
  expect(budget.available(NOON)).toBe(6);
  expect(budget.available(NOON + 31 * MINUTE)).toBe(10);
});

describe('whatever the rhythm', () => {
  test('no hour ever holds more requests than the vendor grants', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 * MINUTE }), { minLength: 1, maxLength: 100 }), (pauses) => {
        const budget = createRateBudget(5);
        const left: number[] = [];
        let now = NOON;
        for (const pause of pauses) {
          now += pause;
          const count = Math.min(3, budget.available(now));
          budget.take(count, now);
          for (let i = 0; i < count; i += 1) left.push(now);
          const lastHour = left.filter((at) => at > now - 60 * MINUTE);
          expect(lastHour.length).toBeLessThanOrEqual(5);
        }
      }),
    );
  });
});

describe('two limits at once', () => {
  test('what leaves must fit into both', () => {
    const [hour, minute] = [createRateBudget(100), createRateBudget(2, 1000)];
    const both = joinBudgets(hour, minute);
    both.take(2, NOON);
    expect([both.available(NOON), hour.available(NOON)]).toEqual([0, 98]);
    expect(both.freeAt(NOON)).toBeGreaterThan(NOON + MINUTE);
    expect(both.available(NOON + MINUTE + 2000)).toBe(2);
  });

  test('connections of one credential share their minute, and what left for any of them within it counts for the next holder', async () => {
    const connection = (id: string, apiKey: string): Connection =>
      ({
        ...{ site: 'shop', id, type: 'awin', limits: { perMinute: 20 }, settings: { apiKey } },
        destination: { sharesLimit: (settings: { apiKey: string }) => settings.apiKey, ownReport: {} },
      }) as unknown as Connection;
    const connections = [connection('de', 'one'), connection('uk', 'one'), connection('fr', 'two')];
    const [de, uk, fr] = connections as [Connection, Connection, Connection];
    const sites = { byId: new Map([['shop', { connections }]]) } as unknown as Sites;
    const left: Record<string, number> = { de: 3 };
    let beside = 0;
    const store = {
      attemptsSince: (_site: string, id: string, since: number) =>
        Promise.resolve(since === NOON - MINUTE ? (left[id] ?? 0) : 0),
      leasedNow: (_site: string, id: string) => Promise.resolve(id === 'uk' ? 2 : 0),
      askedSince: (_site: string, id: string, since: number) =>
        Promise.resolve(id === 'uk' && since >= NOON ? beside : 0),
    };
    const laneOf = createLaneNames({ hash: (text) => `hash of ${text}` });
    const minutesOf = createSharedMinutes({ store, sites: () => Promise.resolve(sites), laneOf });
    const token = (fence: number) => ({ name: laneOf(de), owner: 'a', fence });
    (await minutesOf(de, token(1), NOON)).take(10, NOON);
    expect((await minutesOf(uk, token(1), NOON)).available(NOON)).toBe(5);
    expect((await minutesOf(fr, undefined, NOON)).available(NOON)).toBe(20);
    // A report is asked for beside the relay, by one of those who share: all of them have that much less, once.
    beside = 4;
    expect((await minutesOf(de, token(1), NOON + 1000)).available(NOON + 1000)).toBe(1);
    beside = 0;
    expect((await minutesOf(de, token(1), NOON + 2000)).available(NOON + 2000)).toBe(1);
    expect((await minutesOf(fr, undefined, NOON + 2000)).available(NOON + 2000)).toBe(20);
    expect((await minutesOf({ ...connection('it', 'one'), limits: {} }, token(1), NOON)).available(NOON)).toBe(
      Infinity,
    );
    // Another holder was there meanwhile: the store knows what it sent.
    left.uk = 6;
    expect((await minutesOf(de, token(3), NOON)).available(NOON)).toBe(9);
  });
});

describe('the name of a lane', () => {
  const connection = (type: string, id: string, more: object = {}): Connection =>
    ({
      ...{ site: 'shop', id, type, limits: { perMinute: 20 }, settings: { apiKey: 'secret-of-awin' }, ...more },
      destination: type === 'awin' ? { sharesLimit: (settings: { apiKey: string }) => settings.apiKey } : {},
    }) as unknown as Connection;
  const nameOf = createLaneNames(createSeal('an invented key of this test'));

  test('is one for all that share a credential, which it does not show, and one each for others', () => {
    const [one, two] = [nameOf(connection('awin', 'de')), nameOf(connection('awin', 'uk', { site: 'other' }))];
    expect(one).toBe(two);
    expect(one).toMatch(/^awin [0-9a-f]{32}$/);
    expect(nameOf(connection('awin', 'fr', { settings: { apiKey: 'another' } }))).not.toBe(one);
    expect(nameOf(connection('awin', 'it', { limits: {} }))).toBe('shop/it');
    expect(nameOf(connection('postback', 'net'))).toBe('shop/net');
  });
});
