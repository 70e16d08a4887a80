import { afterEach, describe, expect, test } from 'vitest';
import { isTimeZone, readInstant, readTimestamp } from '../../../collector/lib/local-time.ts';

const at = (text: string, zone = 'UTC'): string | undefined => {
  const instant = readInstant(text, zone);
  return instant === undefined ? undefined : new Date(instant).toISOString();
};

const zoneOfTheMachine = process.env.TZ;
afterEach(() => {
  if (zoneOfTheMachine === undefined) delete process.env.TZ;
  else process.env.TZ = zoneOfTheMachine;
});

test.each([
  ['2024-08-01T23:55:24-08:00', '2024-08-02T07:55:24.000Z'],
  ['2024-08-01T23:55:24+0530', '2024-08-01T18:25:24.000Z'],
  ['2024-08-01 23:55 +03', '2024-08-01T20:55:00.000Z'],
  ['2024-08-01T23:55:24.123456Z', '2024-08-01T23:55:24.123Z'],
  ['2024-08-01 23:55:24 UTC', '2024-08-01T23:55:24.000Z'],
  ['2024-08-01t23:55:24z', '2024-08-01T23:55:24.000Z'],
])('%s says its offset, and no zone changes it', (text, instant) => {
  expect([at(text), at(text, 'Asia/Tokyo')]).toEqual([instant, instant]);
});

test.each([
  ['2024-01-15T12:00:00', 'Europe/Bucharest', '2024-01-15T10:00:00.000Z'],
  ['2024-07-15 12:00', 'Europe/Bucharest', '2024-07-15T09:00:00.000Z'],
  ['2024-07-15', 'Europe/Bucharest', '2024-07-14T21:00:00.000Z'],
  ['2024-07-15T12:00:00.5', 'America/Los_Angeles', '2024-07-15T19:00:00.500Z'],
  ['2024-07-15T12:00:00', 'Asia/Kathmandu', '2024-07-15T06:15:00.000Z'],
  ['2024-12-31T23:30:00', 'Pacific/Kiritimati', '2024-12-31T09:30:00.000Z'],
  ['2024-07-15T24:00', 'UTC', '2024-07-16T00:00:00.000Z'],
])('%s on a wall of %s is %s', (text, zone, instant) => {
  expect(at(text, zone)).toBe(instant);
});

describe('where clocks change', () => {
  test.each([
    // Bucharest, 27 October 2024: 04:00 becomes 03:00. 03:30 comes twice, and the first is meant.
    ['2024-10-27T02:59:59', 'Europe/Bucharest', '2024-10-26T23:59:59.000Z'],
    ['2024-10-27T03:30:00', 'Europe/Bucharest', '2024-10-27T00:30:00.000Z'],
    ['2024-10-27T04:00:00', 'Europe/Bucharest', '2024-10-27T02:00:00.000Z'],
    // New York, 10 March 2024: 02:00 becomes 03:00. 02:30 never was, and means 03:30.
    ['2024-03-10T01:59:59', 'America/New_York', '2024-03-10T06:59:59.000Z'],
    ['2024-03-10T02:30:00', 'America/New_York', '2024-03-10T07:30:00.000Z'],
    ['2024-03-10T03:00:00', 'America/New_York', '2024-03-10T07:00:00.000Z'],
    // Half an hour, on the southern side: Lord Howe, 7 April 2024, 02:00 becomes 01:30.
    ['2024-04-07T01:45:00', 'Australia/Lord_Howe', '2024-04-06T14:45:00.000Z'],
    ['2024-04-07T02:00:00', 'Australia/Lord_Howe', '2024-04-06T15:30:00.000Z'],
    // Beirut puts its clock forward at midnight: that day has no beginning at 00:00.
    ['2024-03-31', 'Asia/Beirut', '2024-03-30T22:00:00.000Z'],
    // Samoa left out the whole of 30 December 2011.
    ['2011-12-30T12:00:00', 'Pacific/Apia', '2011-12-30T22:00:00.000Z'],
  ])('%s in %s is %s', (text, zone, instant) => {
    expect(at(text, zone)).toBe(instant);
  });
});

test.each([
  ...['2024-02-30T10:00', '2023-02-29', '2024-13-01', '2024-00-10', '2024-08-01T25:00', '2024-08-01T24:01'],
  ...[
    '2024-08-01T10:60',
    '2024-08-01T10:00:60',
    '0000-00-00 00:00:00',
    '2024-08-01 11:55 PM',
    '2024-08-01T',
    '2024-08',
  ],
  ...['1/8/2024 23:55', '2024-08-01T23:55:24 PST', '1722556524', '', ' 2024-08-01'],
])('%j is no time', (text) => {
  expect(readInstant(text, 'Europe/Bucharest')).toBeUndefined();
});

test.each(['Pacific/Kiritimati', 'America/Los_Angeles', 'UTC'])('a machine in %s reads the same', (zone) => {
  process.env.TZ = zone;
  expect(new Date(2024, 6, 1).getTimezoneOffset()).toBe({ 'Pacific/Kiritimati': -840, UTC: 0 }[zone] ?? 420);
  expect(at('2024-07-15 12:00', 'Europe/Bucharest')).toBe('2024-07-15T09:00:00.000Z');
  expect(at('2024-07-15')).toBe('2024-07-15T00:00:00.000Z');
});

test.each([
  ['Europe/Bucharest', true],
  ['UTC', true],
  ['America/Argentina/Buenos_Aires', true],
  ['Mars/North', false],
  ['+02:00', false],
  ['GMT+99', false],
  ['', false],
])('%j names a zone: %s', (name, is) => {
  expect(isTimeZone(name)).toBe(is);
});

const moment = (value: unknown, zone = 'Europe/Bucharest'): string | undefined => {
  const instant = readTimestamp(value, zone);
  return instant === undefined ? undefined : new Date(instant).toISOString();
};

test.each([
  [1_722_556_524, '2024-08-01T23:55:24.000Z'],
  ['1722556524', '2024-08-01T23:55:24.000Z'],
  [1_722_556_524.25, '2024-08-01T23:55:24.250Z'],
  [1_722_556_524_250, '2024-08-01T23:55:24.250Z'],
  ['1722556524250', '2024-08-01T23:55:24.250Z'],
  ['Thu, 01 Aug 2024 23:55:24 GMT', '2024-08-01T23:55:24.000Z'],
  ['Thu, 1 Aug 2024 23:55:24 +0200', '2024-08-01T21:55:24.000Z'],
  ['Thu Aug 01 2024 23:55:24 GMT+0300 (Eastern European Summer Time)', '2024-08-01T20:55:24.000Z'],
  ['2024-08-01T23:55:24[Asia/Tokyo]', '2024-08-01T14:55:24.000Z'],
  ['2024-08-01T23:55:24+09:00[Asia/Tokyo]', '2024-08-01T14:55:24.000Z'],
  ['2024/08/01 23:55:24', '2024-08-01T20:55:24.000Z'],
  ['2024-08-01 23:55', '2024-08-01T20:55:00.000Z'],
])('%j, as a program writes it, is %s', (value, instant) => {
  expect(moment(value)).toBe(instant);
});

test.each([
  ...[
    '01/08/2024',
    '1.8.2024 10:00',
    '20240801',
    '0',
    'now',
    '',
    'Thu, 41 Aug 2024 23:55:24 GMT',
    'Thu, 01 Aus 2024 23:55:24 GMT',
  ],
  ...['2024-08-01T23:55:24[Mars/North]', 0, -1, NaN, Infinity, true, null, {}, ['2024-08-01']],
])('%j is no moment that could be told', (value) => {
  expect(moment(value)).toBeUndefined();
});
