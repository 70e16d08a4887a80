import { expect, test } from 'vitest';
import { findSilence } from '../../../collector/alerts/silence.ts';

const WEEK = 168;
const FROM = 10_000 * WEEK + 10;

/** `each` orders an hour of every hour before the silence, back to `weeks` ago. */
const steady = (each: number, weeks: number, but: readonly number[] = []) => ({
  span: { first: FROM - weeks * WEEK, last: FROM - 1 },
  between: async (from: number, until: number): Promise<number> => {
    let sum = 0;
    for (let hour = from; hour < until; hour += 1)
      if (hour < FROM && hour >= FROM - weeks * WEEK && !but.includes(hour)) sum += each;
    return sum;
  },
});

test.each([
  ['a steady shop falls silent', steady(1.5, 6), 6, { hours: 6, usual: 9 }],
  ['a silence that chance explains', steady(1, 6), 6, undefined],
  ['the hour that has just begun', steady(100, 6), 0, undefined],
  ['two weeks are enough history', steady(3, 2), 3, { hours: 3, usual: 9 }],
  ['a shop of eleven days', steady(100, 1.6), 6, undefined],
  ['a week without any order in these hours', steady(100, 6, [FROM - 2 * WEEK, FROM - 2 * WEEK + 1]), 2, undefined],
  ['a silence of weeks is compared with the weeks before it', steady(1, 6), 5 * WEEK, { hours: 5 * WEEK, usual: 48 }],
])('%s', async (_what, { span, between }, hours, expected) => {
  expect(await findSilence({ span, present: FROM + hours, between })).toEqual(expected);
});

test('a site that never sold anything is not silent', async () => {
  expect(await findSilence({ span: null, present: 5, between: async () => 99 })).toBeUndefined();
});

test('however long the silence and the history, it asks for four sums at most', async () => {
  let asked = 0;
  const { span, between } = steady(10, 300);
  await findSilence({ span, present: FROM + 4000, between: (from, until) => ((asked += 1), between(from, until)) });
  expect(asked).toBe(4);
});
