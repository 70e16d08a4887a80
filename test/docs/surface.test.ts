import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectionSchema, siteSchema } from '../../collector/configuration/site-schema.ts';
import { CONNECTION, ENVIRONMENT, SITE } from './reference-words.ts';
import { fieldsOf, leaves, reference } from './reference.ts';

const root = new URL('../..', import.meta.url).pathname;

/** Pages that tell people what to type. */
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));

test('the reference says what the code does', async () => {
  await expect(reference()).toMatchFileSnapshot(join(root, 'docs/reference.md'));
});

test('every variable that the collector reads is described, and no other', () => {
  const source = readFileSync(join(root, 'collector/environment.ts'), 'utf8');
  const read = new Set([...source.matchAll(/get\('([A-Z_]+)'\)/g)].map(([, name]) => name));
  expect(Object.keys(ENVIRONMENT).toSorted()).toEqual([...read].toSorted());
});

test('every field of the configuration file is described, and no other', () => {
  expect(Object.keys(SITE).toSorted()).toEqual(
    fieldsOf(siteSchema)
      .map(({ path }) => path)
      .toSorted(),
  );
  expect(Object.keys(CONNECTION).toSorted()).toEqual(
    fieldsOf(connectionSchema)
      .map(({ path }) => path)
      .toSorted(),
  );
});

test('every command that a page tells to type exists', () => {
  const known = leaves().map(({ path }) => path);
  for (const { name, text } of pages) {
    for (const [, typed = ''] of text.matchAll(/(?:npx |[`\n])clickthread ((?:[a-z-]+ ?){1,2})/g)) {
      const [first = '', second = ''] = typed.trim().split(' ');
      const group = known.filter(([command]) => command === first);
      expect(group.length, `${name}: clickthread ${typed}`).toBeGreaterThan(0);
      const nested = group.filter((path) => path.length > 1);
      if (nested.length === 0 || second === '') continue;
      expect(
        nested.map((path) => path[1]),
        `${name}: clickthread ${typed}`,
      ).toContain(second);
    }
  }
});

/** Variables of the shop's own code in recipes. */
const OF_SHOPS = ['CLICKTHREAD_ORDER_KEY', 'CLICKTHREAD_TAG', 'CLICKTHREAD_ORDER_NUMBER'];

test('every variable that a page names exists', () => {
  for (const { name, text } of pages)
    for (const [variable] of text.matchAll(/\bCLICKTHREAD_[A-Z_]+\b/g))
      expect([...Object.keys(ENVIRONMENT), ...OF_SHOPS], `${name}: ${variable}`).toContain(
        variable.replace(/_FILE$/, ''),
      );
});

test('every command that prints data has --json, and every one says what it does', () => {
  const silent = [
    'apply',
    'serve',
    'completion',
    'init',
    'demo',
    'sandbox',
    'export',
    'gtm container',
    'gtm template',
    'site remove',
    'key create',
    'key revoke',
    'key rotate',
  ];
  const quiet = [...silent, 'connection pause', 'connection resume', 'connection remove', 'quarantine drop'];
  for (const { path, command } of leaves()) {
    expect(command.description(), path.join(' ')).not.toBe('');
    const json = command.options.some(({ long }) => long === '--json');
    if (!quiet.includes(path.join(' '))) expect(json, path.join(' ')).toBe(true);
  }
});
