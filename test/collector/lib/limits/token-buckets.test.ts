import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTokenBuckets } from '../../../../collector/lib/limits/token-buckets.ts';

/** Requests of a key that pass, one every `every` milliseconds. */
function passing(given: { perSecond: number; burst: number; requests: number; every: number; from?: number }): number {
  const { requests, every, from = 0, ...bucket } = given;
  const buckets = createTokenBuckets({ ...bucket, keys: 64 });
  let passed = 0;
  for (let index = 0; index < requests; index += 1) if (buckets.take('a', from + index * every) === 0) passed += 1;
  return passed;
}

describe('a bucket', () => {
  test('lets its burst pass at once, and no more', () => {
    expect(passing({ perSecond: 20, burst: 200, requests: 1000, every: 0 })).toBe(200);
    expect(passing({ perSecond: 20, burst: 200, requests: 1000, every: 0, from: 123_456.789 })).toBe(200);
  });

  test('fills again at its rate, to its burst and no further', () => {
    expect(passing({ perSecond: 20, burst: 200, requests: 4000, every: 10 })).toBe(200 + 20 * 40 - 1);
    const buckets = createTokenBuckets({ perSecond: 2, burst: 3, keys: 8 });
    const take = (now: number) => buckets.take('a', now) === 0;
    expect([take(0), take(0), take(0), take(0)]).toEqual([true, true, true, false]);
    expect([take(86_400_000), take(86_400_000), take(86_400_000), take(86_400_000)]).toEqual([true, true, true, false]);
  });

  test('says after how many seconds it is worth to come again, and keeps that promise', () => {
    const buckets = createTokenBuckets({ perSecond: 20 / 3600, burst: 20, keys: 8 });
    for (let n = 0; n < 20; n += 1) expect(buckets.take('a', 0)).toBe(0);
    const wait = buckets.take('a', 0);
    expect(wait).toBe(180);
    expect(buckets.take('a', (wait - 2) * 1000)).toBeGreaterThan(0);
    expect(buckets.take('a', wait * 1000)).toBe(0);
  });

  test('is nobody else’s: a key that is over its limit bars no other', () => {
    const buckets = createTokenBuckets({ perSecond: 1, burst: 1, keys: 1024 });
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 20 }), (keys) => {
        const fresh = createTokenBuckets({ perSecond: 1, burst: 1, keys: 1024 });
        for (const key of keys) expect(fresh.take(key, 5)).toBe(0);
        for (const key of keys) expect(fresh.take(key, 5)).toBe(1);
      }),
      { seed: 10 },
    );
    expect(buckets.take('other', 0)).toBe(0);
  });

  test('never passes more than burst and rate allow, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2000), { minLength: 1, maxLength: 200 }), (gaps) => {
        const buckets = createTokenBuckets({ perSecond: 2, burst: 5, keys: 8 });
        let now = 0;
        let passed = 0;
        for (const gap of gaps) {
          now += gap;
          if (buckets.take('a', now) === 0) passed += 1;
        }
        expect(passed).toBeLessThanOrEqual(5 + Math.floor((now / 1000) * 2 + 1e-6));
      }),
      { seed: 11 },
    );
  });
});

test('whoever is over the limit stays so while a hundred times more strangers come than are remembered', () => {
  const buckets = createTokenBuckets({ perSecond: 1 / 60, burst: 30, keys: 1024 });
  for (let n = 0; n < 30; n += 1) buckets.take('noisy', 0);
  for (let n = 0; n < 100_000; n += 1) buckets.take(`stranger ${n}`, 1);
  expect(buckets.take('noisy', 2)).toBeGreaterThan(0);
});
