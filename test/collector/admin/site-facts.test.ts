import { expect, test } from 'vitest';
import { siteFindings } from '../../../collector/admin/doctor/sites.ts';
import { createSiteFacts } from '../../../collector/admin/note-site-facts.ts';
import { minutes } from '../../../collector/lib/duration.ts';
import { hostsOfTag, type SiteFact } from '../../../collector/model/site-fact.ts';
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
  ['wait', {}, 'warn', 'No page has fetched the tag yet; no order of a page yet'],
  ['wait', { tag: NOON }, 'warn', 'tag last fetched 12:00; no page has granted consent yet'],
  ['auto', { tag: NOON }, 'warn', 'tag last fetched 12:00; no page has granted consent yet'],
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
    'The tag was last fetched 10:00; no touch yet; no order of a page yet',
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
  expect(all.slice(1).map(({ message }) => message)).toEqual(
    [6, 5, 4, 3, 2].map((n) => `${n + 1} reports of pages on h${n}.example were refused`),
  );
  expect(all[1]).toMatchObject({
    ...{ area: 'site shop', level: 'warn' },
    fix: 'If h6.example is yours, add it to domains of shop, then: clickthread quarantine replay --site shop',
  });
});

const facts = (all: Readonly<Record<string, number>>): SiteFact[] =>
  Object.entries(all).map(([name, count]) => ({ site: 'shop', name: name as SiteFact['name'], at: NOON, count }));
const linking = { config: siteSchema.parse({ id: 'shop', domains: ['shop.example'], linked: ['pay.example:8443'] }) };

test.each([
  ['before there are visitors', { tag: 1 }, []],
  ['that nobody has followed yet', { tag: 1, touch: 1 }, [['warn', /No visitor has gone over a link to pay\.example/]]],
  ['with which nobody arrived', { touch: 1, give: 3 }, [['warn', /^3 visitors left over links .* none arrived/]]],
  ['that arrive', { touch: 1, give: 3, arrival: 2 }, [['ok', /12:00, 2 so far/]]],
] as const)('links to another host of the shop %s', (_title, known, expected) => {
  const given = { sites: [linking], facts: facts(known), refused: [], now: NOON };
  const found = siteFindings({ ...given, time: (at) => new Date(at).toISOString().slice(11, 16) });
  const said = found.filter(({ area }) => area === 'linker of shop');
  expect(said.map(({ level }) => level)).toEqual(expected.map(([level]) => level));
  for (const [index, [, message]] of expected.entries()) expect(said[index]!.message).toMatch(message);
});

test.each([
  [
    'seen on every host',
    ['tag@shop.example', 'tag@pay.example:8443'],
    'ok',
    /seen on shop\.example, pay\.example:8443/,
  ],
  ['missing on the checkout', ['tag@shop.example'], 'warn', /seen on shop\.example; .*not seen on pay\.example:8443/],
  ['of before hosts were told apart', [], 'ok', /^tag last fetched [^;]*; last touch/],
] as const)('the tag is %s', (_title, hosts, level, message) => {
  const known = facts({
    tag: 1,
    touch: 1,
    consent: 1,
    order: 1,
    ...Object.fromEntries(hosts.map((host) => [host, 1])),
  });
  const [found] = siteFindings({ sites: [linking], facts: known, refused: [], now: NOON, time: String });
  expect(found).toMatchObject({ level, message: expect.stringMatching(message) as string });
});

test('hosts of a page are told apart where they are the site’s, and no more than a few of them', () => {
  const written: SiteFact[] = [];
  const log = quiet;
  const noted = createSiteFacts({ write: async (rows) => void written.push(...rows), clock: () => NOON, log });
  noted.noteTag('shop', 'stranger.example', false);
  noted.noteTag('shop', undefined, false);
  for (let n = 0; n < 100; n += 1) noted.noteTag('shop', `${n}.shop.example`, true);
  expect(hostsOfTag(written)).toEqual(Array.from({ length: 20 }, (_, n) => `${n}.shop.example`));
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
