/** Adding a destination is three files: its definition, a line in the registry, and a test that hands its samples to the contract suite. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createCatalogue } from '../../../collector/catalogue.ts';
import { destinations } from '../../../collector/destinations/index.ts';

const filesIn = (folder: string): { name: string; text: string }[] => {
  const url = new URL(folder, import.meta.url);
  return readdirSync(fileURLToPath(url), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(new URL(name, url), 'utf8') }));
};

test('every definition in the folder is registered under the name of its file, once', () => {
  const files = filesIn('../../../collector/destinations/').filter(({ text }) =>
    text.includes('export default defineDestination('),
  );
  const named = files.map(({ name }) => name.replace(/(\/index)?\.ts$/, ''));
  expect(destinations.map(({ name }) => name).sort()).toEqual(named.sort());
  const { findDestination } = createCatalogue();
  for (const definition of destinations) expect(findDestination(definition.name)).toBe(definition);
  expect(findDestination('constructor')).toBeUndefined();
});

test("every destination's own test hands its samples to the contract suite", () => {
  const tests = filesIn('./').filter(({ name }) => name.endsWith('.test.ts') && name !== 'contract.test.ts');
  const handed = tests.flatMap(({ text }) => [...text.matchAll(/testContract\(\s*(\w+)/g)].map(([, name]) => name!));
  const camel = (name: string): string => name.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());
  expect(handed.sort()).toEqual(destinations.map(({ name }) => camel(name)).sort());
});
