/** Amounts as carts of many countries write them. */
import { expect, it } from 'vitest';
import { readAmount } from '../../tag/amount.ts';

it.each([
  [112, '112'],
  [0, '0'],
  [19.95, '19.95'],
  ['0.00', '0.00'],
  ['9080', '9080'],
  ['33.50', '33.50'],
  ['1.234', '1.234'],
  ['1.234,56', '1234.56'],
  ['1,234.56', '1234.56'],
  ['1 234,56', '1234.56'],
  ['1\u00a0234,5 lei', '1234.5'],
  ['1.234.567', '1234567'],
  ['1,234', '1234'],
  ['1,23,456', '123456'],
  ['1,234.567', '1234.567'],
  ['12,5', '12.5'],
  ["1'234.50", '1234.50'],
  ['$9', '9'],
  ['€ 19,95', '19.95'],
  ['Lei. 12,50', '12.50'],
  ['12,-', '12'],
  ['USD 1,234,567.89', '1234567.89'],
])('reads %j as %s', (given, amount) => expect(readAmount(given)).toBe(amount));

it.each(['', 'free', '-5', '−5,00', -1, NaN, Infinity, 1e21, null, undefined, {}, [], true, '9'.repeat(16)])(
  'reads no amount out of %j',
  (given) => expect(readAmount(given)).toBeUndefined(),
);
