/** The page of attacks names the test that proves each guard: every name leads to one, every row has a name, and each of the sixteen attacks a title. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesOf, leadsToTest, provedRows, root } from './named-tests.ts';

const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
const rows = provedRows(page, '| who, with what | guard | test |');

test('there are rows to look at', () => {
  expect(rows.length).toBeGreaterThan(40);
});

test.each(rows)('$what', ({ names }) => {
  expect(names).not.toEqual([]);
  for (const name of names) expect(leadsToTest(name), name).toBe(true);
});

/** `file › title`: the title stands in the file, as far as it is given. */
const attacks = page
  .slice(page.indexOf('## Sixteen attacks'), page.indexOf('## Whose address'))
  .split('\n')
  .filter((line) => /^\| \d+ /.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('sixteen attacks are told one by one, each with what stops it', () => {
  expect(attacks.map(([, number]) => Number(number))).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
  for (const [, , door, tried, guard] of attacks) for (const cell of [door, tried, guard]) expect(cell).not.toBe('');
});

const proofs = attacks.flatMap(([, number, , , , cell = '']) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => {
    const [file = '', title = ''] = name!.split(' › ');
    return { number: number!, file, title };
  }),
);

test.each(attacks.map(([, number]) => ({ number: number! })))('attack $number names a test', ({ number }) => {
  expect(proofs.filter((proof) => proof.number === number)).not.toEqual([]);
});

test.each(proofs)('attack $number is proved by $file: $title', ({ file, title }) => {
  const [found, ...more] = filesOf(file).filter((path) =>
    readFileSync(path, 'utf8').replaceAll("\\'", "'").includes(title),
  );
  expect(title.length).toBeGreaterThan(10);
  expect([found, more]).toEqual([expect.any(String), []]);
});

test('every file of the code that the page names is there', () => {
  for (const [, file] of page.matchAll(/`((?:collector|tag|middleware)\/[\w/.-]+\.ts)`/g))
    expect(existsSync(join(root, file!)), file).toBe(true);
});
