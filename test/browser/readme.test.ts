/** The set-up of README.md, followed to the letter: its YAML is applied, its lines are pasted, and the order reaches impact.com. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { expect, it } from 'vitest';
import { page, useBrowser, world } from '../harness/browser-suite.ts';
import { impactAt } from '../harness/browser-world.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The block of a language that holds a word. */
function block(language: string, word: string): string {
  const blocks = [...README.matchAll(/```(\w+)\n([\s\S]*?)```/g)];
  const found = blocks.find(([, name, text]) => name === language && text!.includes(word));
  if (!found) throw new Error(`README.md has no ${language} block with ${word}.`);
  return found[2]!;
}

interface WrittenSite {
  id: string;
  domains: string[];
  linked: string[];
  connections: { id: string; type: string; settings: object }[];
}

const { sites } = parse(block('yaml', 'sites:')) as { sites: WrittenSite[] };
const SNIPPET = block('html', '<script async');
const SCRIPT = /https:\/\/t\.shop\.example\/t\/shop\.js/;
const CONSENT = /^.*clickthread\('consent'.*\n/m;
const THANK_YOU = /^.*clickthread\('conversion'.*\n/m;

// What can't be had on one machine is replaced: the names of the hosts, the account at impact.com, and where it answers.
useBrowser((sandbox) =>
  sites.map((site) => ({
    ...site,
    domains: ['localhost', ...site.domains],
    linked: ['127.0.0.1', ...site.linked],
    connections: site.connections.map((connection) => ({ ...connection, ...impactAt(sandbox) })),
  })),
);

const pageOf = (snippet: string): string =>
  `<!doctype html><html lang="en"><head><title>Shop</title><link rel="icon" href="data:,">${snippet.replace(SCRIPT, `${world.tag()}.js`)}</head><body></body></html>`;

it('names what the test replaces', () => {
  expect(SNIPPET).toMatch(SCRIPT);
  expect(SNIPPET).toMatch(CONSENT);
  expect(SNIPPET).toMatch(THANK_YOU);
  expect(sites).toMatchObject([{ id: 'shop', consent: 'wait', connections: [{ id: 'impact', type: 'impact' }] }]);
});

it('reports the order with the partner’s click, once', async () => {
  world.pages.put('/', pageOf(SNIPPET.replace(THANK_YOU, '')));
  world.pages.put('/thanks', pageOf(SNIPPET));
  await page.goto(`${world.pages.shop}/?irclickid=README-1`, { waitUntil: 'networkidle' });
  await page.goto(`${world.pages.shop}/thanks`, { waitUntil: 'networkidle' });
  await page.reload({ waitUntil: 'networkidle' });
  expect(await world.settled('O1234567')).toMatchObject({
    ...{ total: '112.00', currency: 'USD' },
    attribution: { winner: { connection: 'impact', param: 'irclickid', value: 'README-1' } },
    deliveries: [{ connection: 'impact', kind: 'conversion' }],
  });
  expect(world.door.posts('conversion')).toHaveLength(1);
});

it('sends and keeps nothing without the consent line', async () => {
  world.door.passed.length = 0;
  world.pages.put('/unasked', pageOf(SNIPPET.replace(CONSENT, '')));
  await page.goto(`${world.pages.shop}/unasked?irclickid=README-2`, { waitUntil: 'networkidle' });
  expect(world.door.passed.filter(({ method }) => method === 'POST')).toEqual([]);
  expect(await page.evaluate(() => document.cookie)).toBe('');
});
