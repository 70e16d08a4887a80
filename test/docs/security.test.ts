/** The page of attacks names the test that proves each guard: every name leads to one, and every row has a name. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leadsToTest, provedRows, root } from './named-tests.ts';

const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
const rows = provedRows(page, '| who, with what | guard | test |');

test('there are rows to look at', () => {
  expect(rows.length).toBeGreaterThan(40);
});

test.each(rows)('$what', ({ names }) => {
  expect(names).not.toEqual([]);
  for (const name of names) expect(leadsToTest(name), name).toBe(true);
});

test('every file of the code that the page names is there', () => {
  for (const [, file] of page.matchAll(/`((?:collector|tag|middleware)\/[\w/.-]+\.ts)`/g))
    expect(existsSync(join(root, file!)), file).toBe(true);
});
