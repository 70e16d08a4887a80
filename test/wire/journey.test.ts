/** The journey's text: exact both ways, and undefined for anything else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJourney, encodeJourney, isClickId, mergeJourneys } from '../../wire/journey.ts';

const at = Date.UTC(2026, 10, 5);
const visitor = '0123456789abcdef';

describe('isClickId', () => {
  it.each([
    'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0',
    '12345_1700000000_0a1b',
    'a%2Bb',
    'x',
    'a'.repeat(512),
    'A=b&c:/|!*@$+~()',
    ...['0815', 'x1xx', 'click_id_7', 'falseflag', '-a'],
  ])('keeps %s', (value) => expect(isClickId(value)).toBe(true));

  it.each([
    '',
    'a'.repeat(513),
    'x; max-age=1',
    'a,b',
    'a b',
    '"a"',
    "a'b",
    'a\\b',
    '<a>',
    'a\n',
    'é',
    '🙂',
    'a^b',
    undefined,
    7,
    {},
    // What templates leave where nobody has filled in the id.
    ...[
      'INSERT_CLICK_ID',
      'YOUR_CLICK_ID',
      'click_id',
      'CLICKID',
      'clickref',
      'transaction_id',
      'N/A',
      'false',
      '0',
      '-',
      'xxxx',
    ],
    ...[
      'REPLACE_ME',
      'replace-this',
      'CLICK_ID_HERE',
      'true',
      'unknown',
      'empty',
      '@clickid@',
      '~clickid~',
      '%7Bclickid%7D',
    ],
    ...['TBD', 'tba', 'todo', 'CHANGE_ME', 'placeholder', 'na', 'N.A.'],
    ...['nil', 'not_set', 'not-available', 'notset', 'no_click', 'noclickid', 'no-id', 'unset'],
    ...['%5Bclickid%5D', '%253Cclickid%253E', '%25%25CLICKID%25%25'],
  ])('refuses %j', (value) => expect(isClickId(value)).toBe(false));

  it.each(['irclickid', 'IRCLICKID'])("refuses the parameter's own name %s", (value) => {
    expect(isClickId(value, 'irclickid')).toBe(false);
    expect(isClickId(value, 'awc')).toBe(true);
  });

  it.each([
    'abc%3D%3D',
    'a~b',
    '~abc',
    '1-true',
    'unknown7',
    '@1',
    'test1',
    'TESTIMONIAL',
    'nab',
    'demo-7f',
    'tbdx',
    'test',
    'demo',
  ])('keeps %s all the same', (value) => expect(isClickId(value, 'irclickid')).toBe(true));
});

describe('the codec', () => {
  it('writes visitor and touches into a text that a cookie can hold', () => {
    const journey = { visitor, touches: [{ param: 'irclickid', value: 'Abc', at }] };
    expect(encodeJourney(journey)).toBe(`1^${visitor}^irclickid^Abc^${at.toString(36)}`);
    expect(decodeJourney(encodeJourney(journey))).toEqual(journey);
  });

  it('gives back every value byte for byte', () => {
    const chars = 'ABCxyz0189._~:/|!*@$&+=%()-';
    const value = fc.string({ unit: fc.constantFrom(...chars), minLength: 1, maxLength: 40 });
    const touch = fc.record({
      param: fc.constantFrom('awc', 'irclickid', 'utm_source'),
      value,
      at: fc.integer({ min: 1, max: 4e12 }),
    });
    fc.assert(
      fc.property(fc.array(touch, { maxLength: 8 }), (touches) => {
        expect(decodeJourney(encodeJourney({ visitor, touches }))).toEqual({ visitor, touches });
      }),
    );
  });

  it('drops the oldest touches first and stays below what a cookie holds', () => {
    const touches = Array.from({ length: 60 }, (_, i) => ({
      param: 'irclickid',
      value: '%'.repeat(30) + i,
      at: at + i,
    }));
    const text = encodeJourney({ visitor, touches });
    expect(encodeURI(text).length).toBeLessThan(2500);
    const kept = decodeJourney(text)!.touches;
    expect(kept[kept.length - 1]).toEqual(touches[59]);
    expect(kept.length).toBeGreaterThan(10);
  });

  it.each([
    '',
    '1',
    '2^0123456789abcdef',
    '1^short',
    `1^${visitor}^a`,
    `1^${visitor}^a^b^!`,
    `1^${visitor}^a b^c^1`,
    `1^${visitor}^a^x;y^1`,
    null,
    1,
    {},
  ])('reads nothing out of %j', (text) => expect(decodeJourney(text)).toBeUndefined());

  it('never throws at garbage', () => {
    fc.assert(fc.property(fc.string(), (text) => void decodeJourney(text)));
  });
});

describe('mergeJourneys', () => {
  it('keeps each touch once, newest last, under the second visitor', () => {
    const a = {
      visitor: 'visitor-a',
      touches: [
        { param: 'awc', value: '1', at: 3 },
        { param: 'awc', value: '2', at: 5 },
      ],
    };
    const b = {
      visitor: 'visitor-b',
      touches: [
        { param: 'awc', value: '3', at: 4 },
        { param: 'awc', value: '1', at: 3 },
      ],
    };
    expect(mergeJourneys(a, b)).toEqual({
      visitor: 'visitor-b',
      touches: [
        { param: 'awc', value: '1', at: 3 },
        { param: 'awc', value: '3', at: 4 },
        { param: 'awc', value: '2', at: 5 },
      ],
    });
  });
});
