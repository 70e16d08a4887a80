/** Files for spreadsheets: whatever a stranger wrote, no cell runs. */
import { expect, test } from 'vitest';
import { csvLine, parseCsv } from '../../../../collector/lib/text/csv.ts';

test.each([
  ['=1+1', "'=1+1"],
  ['+cmd|x', "'+cmd|x"],
  ['-2+3', "'-2+3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['＝1+1', "'＝1+1"],
  ['＠SUM(A1)', "'＠SUM(A1)"],
  [' =1+1', "' =1+1"],
  ['\u00a0\u200b=1+1', "'\u00a0\u200b=1+1"],
  ['"=1+1', `"'""=1+1"`],
  ['\t=1+1', "'\t'=1+1"],
  ['\n=1+1', `"'\n=1+1"`],
  ['shirt;=1+1', "shirt;'=1+1"],
  ['shirt; @SUM(A1);=1', "shirt;' @SUM(A1);'=1"],
  ['shirt\t=1+1', "shirt\t'=1+1"],
])('%j is no formula', (cell, written) => {
  expect(csvLine([cell])).toBe(written);
});

test.each(['-5.00', '+306900000000', '+1.2', '12.00', 'O-1002', 'a=b', 'a-b; c', 'x;y', 'jane+shop@example.com', ''])(
  '%j stays as it is',
  (cell) => {
    expect(csvLine([cell])).toBe(cell);
  },
);

test('numbers are numbers, nothing is an empty cell, and what is written is read again', () => {
  const cells = ['a,b', 'c "d"', 'e\r\nf', 'g'];
  expect(csvLine([-5, null, true])).toBe('-5,,true');
  expect(parseCsv(`${csvLine(cells)}\r\n`)).toEqual([cells]);
});
