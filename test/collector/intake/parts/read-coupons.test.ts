import { expect, test } from 'vitest';
import { readCoupons } from '../../../../collector/intake/parts/read-coupons.ts';

const NO_CODES = [{ field: 'coupons', message: 'had entries that are no codes; those were left out' }];
const read = (value: unknown) => {
  const warnings: object[] = [];
  return { codes: readCoupons(value, (field, message) => void warnings.push({ field, message })), warnings };
};

test.each<[unknown, string[]]>([
  [undefined, []],
  ['', []],
  [[], []],
  ['A', ['A']],
  ['A, B', ['A', 'B']],
  ['A;B', ['A', 'B']],
  ['A|B\nC\tD', ['A', 'B', 'C', 'D']],
  [
    ['A,B', ' C '],
    ['A', 'B', 'C'],
  ],
  ['SUMMER 20', ['SUMMER 20']],
  [
    [{ id: 7, code: 'A' }, { coupon_code: 'B' }],
    ['A', 'B'],
  ],
  [{ code: 'A' }, ['A']],
  [['A', 'A'], ['A']],
  ['A,,B,', ['A', 'B']],
])('%j is read whole', (value, codes) => {
  expect(read(value)).toEqual({ codes, warnings: [] });
});

test.each<[unknown, string[]]>([
  [['A', null], ['A']],
  [['A', ''], ['A']],
  [['A', { discount: 5 }], ['A']],
  [['A', 'x'.repeat(300)], ['A']],
  [['A', 'B\u202ecod'], ['A']],
  [['A', 1.5], ['A']],
  [Array.from({ length: 30 }, (_, n) => `C${n}`), Array.from({ length: 20 }, (_, n) => `C${n}`)],
])('of %j what can be read is kept, and the rest named', (value, codes) => {
  expect(read(value)).toEqual({ codes, warnings: NO_CODES });
});

test.each([10, [10]])('the number %j is read, and said to be one', (value) => {
  expect(read(value)).toEqual({
    codes: ['10'],
    warnings: [{ field: 'coupons', message: 'had numbers, which lose leading zeros: send texts' }],
  });
});

test.each([true, { discount: 5 }, 1.5])('%j holds no codes', (value) => {
  expect(read(value)).toEqual({
    codes: [],
    warnings: [{ field: 'coupons', message: 'must be a list of codes; left out' }],
  });
});
