import { expect, test } from 'vitest';
import { siteFindings } from '../../../collector/admin/doctor/sites.ts';
import { createSiteFacts } from '../../../collector/admin/note-site-facts.ts';
import { minutes } from '../../../collector/lib/duration.ts';
import type { SiteFact } from '../../../collector/model/site-fact.ts';
import { siteSchema } from '../../../collector/configuration/site-schema.ts';
import { manualClock } from '../../harness/clock.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const quiet = { warn: () => undefined };

test('a fact is written when it is new, then at most once a minute, and none is forgotten', async () => {
  const clock = manualClock();
  const written: SiteFact[] = [];
  const facts = createSiteFacts({ write: async (rows) => void written.push(...rows), clock: clock.now, log: quiet });
  for (let i = 0; i < 1000; i += 1) facts.note('shop', 'tag');
  facts.note('shop', 'touch');
  expect(written.map(({ name, count }) => [name, count])).toEqual([
    ['tag', 1],
    ['touch', 1],
  ]);
  clock.pass(minutes(1));
  facts.note('shop', 'tag');
  expect(written.at(-1)).toEqual({ site: 'shop', name: 'tag', at: clock.now(), count: 1000 });
  facts.note('shop', 'tag');
  await facts.flush();
  await facts.flush();
  expect(written.filter(({ name }) => name === 'tag').reduce((sum, { count }) => sum + count, 0)).toBe(1002);
});

test('what could not be written is told with the next one, and fails nothing', async () => {
  const clock = manualClock();
  const written: SiteFact[] = [];
  let isAway = true;
  const write = async (rows: SiteFact[]): Promise<void> => {
    if (isAway) throw new Error('away');
    written.push(...rows);
  };
  const facts = createSiteFacts({ write, clock: clock.now, log: quiet });
  facts.note('shop', 'tag');
  await Promise.resolve();
  await Promise.resolve();
  isAway = false;
  clock.pass(minutes(1));
  facts.note('shop', 'tag');
  await facts.flush();
  expect(written.reduce((sum, { count }) => sum + count, 0)).toBe(2);
});

const finding = (consent: 'wait' | 'granted' | 'auto', facts: Readonly<Record<string, number>>) =>
  siteFindings({
    sites: [{ config: siteSchema.parse({ id: 'shop', domains: ['shop.example'], consent }) }],
    facts: Object.entries(facts).map(([name, at]) => ({ site: 'shop', name: name as SiteFact['name'], at, count: 1 })),
    refused: [],
    time: (at) => new Date(at).toISOString().slice(11, 16),
    now: NOON,
  })[0]!;

test.each([
  ['wait', {}, 'warn', 'No page has fetched the tag yet; no order of a page yet.'],
  ['wait', { tag: NOON }, 'warn', 'tag last fetched 12:00, but no page has granted consent yet'],
  ['auto', { tag: NOON }, 'warn', 'tag last fetched 12:00, but no page has granted consent yet'],
  ['granted', { tag: NOON }, 'ok', 'tag last fetched 12:00; no touch yet; no consent yet; no order of a page yet'],
  [
    'wait',
    { tag: NOON, consent: NOON },
    'ok',
    'tag last fetched 12:00; no touch yet; last consent 12:00; no order of a page yet',
  ],
  [
    'wait',
    { tag: NOON, touch: NOON - minutes(5), consent: NOON - minutes(5), order: NOON },
    'ok',
    'tag last fetched 12:00; last touch 11:55; last consent 11:55; last order of a page 12:00',
  ],
  [
    'granted',
    { tag: NOON - minutes(3000) },
    'warn',
    'The tag was last fetched 10:00; no touch yet; no order of a page yet.',
  ],
] as const)('a site with consent %s and %j is told as %s', (consent, facts, level, message) => {
  expect(finding(consent, facts)).toMatchObject({ area: 'site shop', level, message });
});

test('the consent line stands in the fix of a site that waits for it', () => {
  expect(finding('wait', { tag: NOON }).fix).toContain("clickthread('consent', { marketing: true })");
});

test('hosts whose pages were refused are named with what to do', () => {
  const refused = Array.from({ length: 7 }, (_, n) => ({ site: 'shop', host: `h${n}.example`, count: n + 1 }));
  const all = siteFindings({
    ...{ sites: [{ config: siteSchema.parse({ id: 'shop', domains: ['shop.example'] }) }], facts: [], refused },
    ...{ time: String, now: NOON },
  });
  expect(all[1]).toEqual({
    ...{ area: 'site shop', level: 'warn' },
    message:
      '7 reports of pages on h6.example, 6 reports of pages on h5.example, 5 reports of pages on h4.example, 4 reports of pages on h3.example, 3 reports of pages on h2.example, and of 2 more hosts were refused',
    fix: 'If h6.example is yours, add it to domains of shop, then: clickthread quarantine replay --site shop',
  });
});

test.each<[string, string[], string[], string[]]>([
  ['the same host', ['shop.example'], ['shop.example', 'b.example'], ['shop.example']],
  ['a subdomain', ['shop.example'], ['de.shop.example'], ['de.shop.example']],
  ['the host above, in other letters', ['de.shop.example'], ['*.Shop.example'], ['shop.example']],
  ['hosts that only end alike', ['shop.example'], ['workshop.example'], []],
])('two sites that list %s', (_, one, two, named) => {
  const site = (id: string, domains: string[]) => ({
    config: siteSchema.parse({ id, domains, linked: ['pay.example'] }),
  });
  const sites = [site('one', one), site('two', two)];
  const found = siteFindings({ sites, facts: [], refused: [], time: String, now: NOON }).slice(2);
  expect(found.map(({ area, level, message }) => [area, level, message.split(' belongs to one, too')[0]])).toEqual(
    named.map((host) => ['site two', 'warn', host]),
  );
});
