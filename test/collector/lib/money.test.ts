import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decimalsOf,
  formatMoney,
  isCurrency,
  LARGEST_MAJOR,
  moneyNumber,
  parseMoney,
  parsePrice,
} from '../../../collector/lib/money.ts';

describe('reading an amount', () => {
  test.each<[unknown, string, number, boolean]>([
    ['112.00', 'USD', 11200, false],
    ['0', 'USD', 0, false],
    ['0.00', 'USD', 0, false],
    [0, 'USD', 0, false],
    [-0, 'USD', 0, false],
    ['-0.00', 'USD', 0, false],
    [' 19.9 ', 'USD', 1990, false],
    ['12.', 'USD', 1200, false],
    ['007.50', 'USD', 750, false],
    [19.95, 'USD', 1995, false],
    [0.1 + 0.2, 'USD', 30, false],
    [1.1 * 3, 'USD', 330, false],
    [4.35 * 100, 'USD', 43500, false],
    ['1.0050', 'USD', 101, true],
    [1.005, 'USD', 101, true],
    ['1.0049', 'USD', 100, true],
    ['9.9990', 'USD', 1000, true],
    ['0.999', 'USD', 100, true],
    ['80000000.00', 'IDR', 8_000_000_000, false],
    ['1299.500', 'IQD', 1_299_500, false],
    ['1299.50', 'HUF', 129_950, false],
    ['1.2345', 'CLF', 12_345, false],
    ['1500', 'JPY', 1500, false],
    ['1500.4', 'JPY', 1500, true],
    ['1.2345', 'KWD', 1235, true],
    ['10000000000.00', 'USD', LARGEST_MAJOR * 100, false],
    ['10000000000', 'VND', LARGEST_MAJOR, false],
    ['10000000000.0000', 'CLF', LARGEST_MAJOR * 10_000, false],
  ])('%j of %s is %i minor units (rounded: %s)', (input, currency, minor, rounded) => {
    expect(parseMoney(input, currency)).toEqual({ minor, rounded });
  });

  test.each<[unknown, RegExp]>([
    ['-1.00', /must not be negative/],
    [-0.01, /must not be negative/],
    ['1,234.50', /no grouping/],
    ['1.234,50', /no grouping/],
    ['12,50', /with a dot/],
    ['$12.50', /decimal amount/],
    ['12.50 USD', /decimal amount/],
    ['1e3', /decimal amount/],
    ['+5', /decimal amount/],
    ['.5', /decimal amount/],
    ['', /decimal amount/],
    ['NaN', /decimal amount/],
    ['１２', /decimal amount/],
    [NaN, /must be an amount/],
    [Infinity, /must be an amount/],
    [1e21, /must be an amount/],
    [null, /must be an amount/],
    [undefined, /must be an amount/],
    [{}, /must be an amount/],
    [[12], /must be an amount/],
    [true, /must be an amount/],
    ['10000000000.01', /larger than any order/],
    ['999999999999999', /larger than any order/],
    ['9'.repeat(16), /decimal amount/],
  ])('%j is refused with the fix in words', (input, message) => {
    expect(parseMoney(input, 'USD')).toEqual({ error: expect.stringMatching(message) });
  });
});

describe('writing an amount', () => {
  test.each<[number, string, string]>([
    [11200, 'USD', '112.00'],
    [5, 'USD', '0.05'],
    [0, 'USD', '0.00'],
    [-5, 'USD', '-0.05'],
    [1500, 'JPY', '1500'],
    [0, 'JPY', '0'],
    [1, 'KWD', '0.001'],
    [-123456, 'KWD', '-123.456'],
  ])('%i minor units of %s are %s', (minor, currency, text) => {
    expect(formatMoney({ minor, currency })).toBe(text);
    expect(moneyNumber({ minor, currency })).toBe(Number(text));
  });

  test('what is written is read back to the same minor units', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: LARGEST_MAJOR }),
        fc.constantFrom('USD', 'JPY', 'KWD', 'EUR', 'HUF', 'CLF'),
        (minor, currency) => {
          expect(parseMoney(formatMoney({ minor, currency }), currency)).toEqual({ minor, rounded: false });
        },
      ),
    );
  });

  test('an amount that a shop computed in floating point is read to the cent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 1, max: 9 }), (cents, times) => {
        expect(parseMoney((cents / 100) * times, 'USD')).toEqual({ minor: cents * times, rounded: false });
      }),
    );
  });
});

describe('one dot and three digits in text', () => {
  test.each<[string, string, number]>([
    ['12.990', 'CLP', 12_990],
    ['1.300', 'JPY', 1_300],
    ['1.250.000', 'CLP', 1_250_000],
    ['12.345', 'KWD', 12_345],
    ['0.500', 'USD', 50],
  ])('%s %s is %i minor units', (text, currency, minor) => {
    expect(parseMoney(text, currency)).toEqual({ minor, rounded: false });
  });

  test.each([
    ['1.234', 'EUR', '1234.00'],
    ['150.000', 'IDR', '150000.00'],
    ['112.000', 'USD', '112000.00'],
  ])('%s %s may be either, and is refused with the fix', (text, currency, fix) => {
    expect(parseMoney(text, currency)).toEqual({ error: expect.stringContaining(`send ${fix}`) });
  });

  test('a number from code has decimals, whatever they are', () => {
    expect(parseMoney(12.99, 'CLP')).toEqual({ minor: 13, rounded: true });
    expect(parseMoney(1.234, 'EUR')).toEqual({ minor: 123, rounded: true });
  });
});

describe('reading a unit price', () => {
  test.each<[unknown, string, number, number]>([
    ['14.00', 'USD', 1400, 0],
    ['122.1667', 'USD', 1_221_667, 2],
    ['122.166', 'USD', 122_166, 1],
    ['122.1600', 'USD', 12_216, 0],
    [122.1667, 'USD', 1_221_667, 2],
    [0.1 + 0.2, 'USD', 30, 0],
    ['787.40', 'HUF', 78_740, 0],
    ['0.0004', 'EUR', 4, 2],
    ['99.5', 'JPY', 995, 1],
    ['12.990', 'CLP', 12_990, 0],
    ['-10.00', 'USD', -1000, 0],
    ['0', 'USD', 0, 0],
    ['40.333333', 'USD', 40_333_333, 4],
  ])('%j of %s is %i with %i further decimals', (input, currency, units, scale) => {
    expect(parsePrice(input, currency)).toEqual({ units, scale, rounded: false });
  });

  test('more than six decimals are rounded, and that is said', () => {
    expect(parsePrice('40.3333333', 'USD')).toEqual({ units: 40_333_333, scale: 4, rounded: true });
    expect(parsePrice('12,50', 'USD')).toEqual({ error: expect.stringMatching(/with a dot/) });
  });
});

test('decimals that are kept with an amount beat the list', () => {
  expect(formatMoney({ minor: 12990, currency: 'HUF', digits: 0 })).toBe('12990');
  expect(parseMoney('12990', { currency: 'HUF', digits: 0 })).toEqual({ minor: 12990, rounded: false });
  expect(decimalsOf({ currency: 'HUF' })).toBe(2);
});

test('currencies are known by their exact code', () => {
  expect(['USD', 'EUR', 'JPY', 'usd', 'US', 'XYZ', ''].map(isCurrency)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
