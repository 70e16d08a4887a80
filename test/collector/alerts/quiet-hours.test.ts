import { expect, test } from 'vitest';
import { minutes } from '../../../collector/lib/duration.ts';
import { quietFor, readQuietHours } from '../../../collector/model/alerts/quiet-hours.ts';

test.each(['22:00-07:00', '00:00-06:30', ' 22:00 – 07:00 '])('%s are hours', (text) => {
  expect(readQuietHours(text)).toBeDefined();
});

test.each(['22-7', '24:00-07:00', '22:60-07:00', '22:00-22:00', 'night', ''])('%s are none', (text) => {
  expect(readQuietHours(text)).toBeUndefined();
});

test.each([
  ['2026-01-10T21:59:00Z', 'UTC', 0],
  ['2026-01-10T22:00:00Z', 'UTC', minutes(15)],
  ['2026-01-11T06:50:30Z', 'UTC', minutes(9.5)],
  ['2026-01-11T07:00:00Z', 'UTC', 0],
  // The same moments on a clock in Bucharest, two hours ahead in winter and three in summer.
  ['2026-01-10T20:00:00Z', 'Europe/Bucharest', minutes(15)],
  ['2026-01-11T05:00:00Z', 'Europe/Bucharest', 0],
  ['2026-07-11T04:00:00Z', 'Europe/Bucharest', 0],
  ['2026-07-11T03:55:00Z', 'Europe/Bucharest', minutes(5)],
])('at %s in %s one waits %d ms', (at, zone, wait) => {
  expect(quietFor(readQuietHours('22:00-07:00'), Date.parse(at), zone)).toBe(wait);
});
