import { expect, test } from 'vitest';
import { days, hours, minutes, parseDuration, seconds } from '../../../collector/lib/duration.ts';

test.each<[unknown, number | undefined]>([
  ['30d', days(30)],
  ['12h', hours(12)],
  ['10m', minutes(10)],
  ['5s', seconds(5)],
  ['250ms', 250],
  [' 1 d ', days(1)],
  ['0d', 0],
  ['30', undefined],
  ['-1d', undefined],
  ['1.5h', undefined],
  ['1w', undefined],
  ['d', undefined],
  ['', undefined],
  ['9999999d', undefined],
  [30, undefined],
  [null, undefined],
])('%j is %s milliseconds', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
