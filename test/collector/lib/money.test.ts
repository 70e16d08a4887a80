import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decimals,
  formatMoney,
  isCurrency,
  LARGEST_MINOR,
  moneyNumber,
  parseMoney,
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
    ['1.005', 'USD', 101, true],
    ['1.0049', 'USD', 100, true],
    ['9.999', 'USD', 1000, true],
    ['1500', 'JPY', 1500, false],
    ['1500.4', 'JPY', 1500, true],
    ['1.2345', 'KWD', 1235, true],
    ['1000000000.00', 'USD', LARGEST_MINOR, false],
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
    ['1000000000.01', /larger than any order/],
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
        fc.integer({ min: 0, max: LARGEST_MINOR }),
        fc.constantFrom('USD', 'JPY', 'KWD', 'EUR'),
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

test('currencies are known by their exact code, with their own number of decimals', () => {
  expect(['USD', 'EUR', 'JPY', 'usd', 'US', 'XYZ', ''].map(isCurrency)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(['USD', 'JPY', 'KWD'].map(decimals)).toEqual([2, 0, 3]);
});
