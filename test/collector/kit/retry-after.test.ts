import { expect, test } from 'vitest';
import { retryAfter } from '../../../collector/kit/retry-after.ts';

const now = Date.parse('2026-11-22T12:00:00Z');

test.each<[string, number, Record<string, string>, number | undefined]>([
  ['seconds', 503, { 'retry-after': '120' }, 120_000],
  ['a date', 503, { 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT' }, 30_000],
  ['a date that has passed', 503, { 'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT' }, 0],
  ['zero', 429, { 'retry-after': '0' }, 0],
  ['a span in the reset header', 429, { 'x-ratelimit-reset': '61' }, 61_000],
  ['an instant in it', 429, { 'x-ratelimit-reset': String(now / 1000 + 5) }, 5000],
  ['an instant in milliseconds', 429, { 'x-ratelimit-reset': String(now + 5000) }, 5000],
  ['the newer header', 429, { 'ratelimit-reset': '9' }, 9000],
  ['Retry-After before any other', 429, { 'retry-after': '1', 'x-ratelimit-reset': '3600' }, 1000],
  ['no reset header of an answer that is not about limits', 503, { 'x-ratelimit-reset': '3600' }, undefined],
  ['never more than a day', 429, { 'retry-after': '99999999' }, 86_400_000],
  ['nothing', 429, {}, undefined],
  ['nonsense', 429, { 'retry-after': 'soon', 'x-ratelimit-reset': '-5' }, undefined],
])('honours %s', (_title, status, headers, expected) => {
  expect(retryAfter({ status, headers, body: '', receivedAt: now })).toBe(expected);
});

test('measures instants against the Date header where nobody noted the time', () => {
  const headers = { date: 'Sun, 22 Nov 2026 12:00:00 GMT', 'x-ratelimit-reset': String(now / 1000 + 5) };
  expect(retryAfter({ status: 429, headers, body: '' })).toBe(5000);
});
