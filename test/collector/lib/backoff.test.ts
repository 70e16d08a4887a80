import { describe, expect, test } from 'vitest';
import { confirmDelay, nextDelay } from '../../../collector/lib/backoff.ts';

describe('the delay before the next attempt', () => {
  test('has a ceiling of two seconds that doubles to an hour', () => {
    const ceilings = Array.from({ length: 14 }, (_, index) => nextDelay({ attempt: index + 1, random: 1 }));
    expect(ceilings.slice(0, 4)).toEqual([2000, 4000, 8000, 16_000]);
    expect(ceilings.slice(10)).toEqual([2_048_000, 3_600_000, 3_600_000, 3_600_000]);
    expect(nextDelay({ attempt: 10_000, random: 1 })).toBe(3_600_000);
  });

  test('is spread over the whole span, and never nothing', () => {
    expect(nextDelay({ attempt: 1, random: 0 })).toBe(200);
    expect(nextDelay({ attempt: 3, random: 0.5 })).toBe(4400);
    expect(nextDelay({ attempt: 0, random: 0.5 })).toBe(1100);
  });

  test("is never shorter than the vendor's wish, and spread after it", () => {
    expect(nextDelay({ attempt: 1, random: 0, hint: 60_000 })).toBe(60_000);
    expect(nextDelay({ attempt: 1, random: 0.5, hint: 60_000 })).toBe(61_000);
    expect(nextDelay({ attempt: 12, random: 0.5, hint: 60_000 })).toBe(1_980_000);
    expect(nextDelay({ attempt: 5, random: 0.9, hint: 0 })).toBeGreaterThan(0);
  });
});

test('a verdict is asked for after 2 s, 8 s, 32 s … an hour, give or take a tenth', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7].map((poll) => confirmDelay(poll, 0.5))).toEqual([
    2000, 8000, 32_000, 128_000, 512_000, 2_048_000, 3_600_000, 3_600_000,
  ]);
  expect([confirmDelay(0, 0), confirmDelay(0, 1)]).toEqual([1800, 2200]);
});
