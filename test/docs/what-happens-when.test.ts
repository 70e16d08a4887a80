/** The page of faults names the test that breaks each thing on purpose; and no test of the chaos suite is missing there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leadsToTest, provedRows, root } from './named-tests.ts';

const page = readFileSync(join(root, 'docs/what-happens-when.md'), 'utf8');
const rows = provedRows(page, '| what breaks | what people see | guarantee | test |');

test('there are rows to look at', () => {
  expect(rows.length).toBeGreaterThan(25);
});

test.each(rows)('$what', ({ names }) => {
  expect(names).not.toEqual([]);
  for (const name of names) expect(leadsToTest(name), name).toBe(true);
});

test('every test of the chaos suite is named', () => {
  const named = new Set(rows.flatMap(({ names }) => names));
  const suite = readdirSync(join(root, 'test/chaos'))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `chaos/${name.replace('.test.ts', '')}`);
  expect(suite.filter((name) => !named.has(name))).toEqual([]);
});
