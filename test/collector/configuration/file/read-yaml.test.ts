import { describe, expect, test } from 'vitest';
import { applyConfiguration } from '../../../../collector/configuration/apply.ts';
import { readYaml } from '../../../../collector/configuration/file/read-yaml.ts';
import { ConfigurationError } from '../../../../collector/model/configuration-error.ts';
import { testSeal } from '../../../harness/sites.ts';

const store = {
  configuration: async () => ({ version: 1, orderKeys: [], plugins: [], sites: [], connections: [] }),
} as unknown as Parameters<typeof applyConfiguration>[0]['store'];

async function complaint(text: string): Promise<string> {
  const given = { text, env: () => undefined, store, seal: testSeal, now: 0, actor: 'test', allowPrivate: false };
  const error = await applyConfiguration({ ...given, dryRun: true }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConfigurationError);
  return (error as Error).message;
}

const site = (...lines: string[]): string =>
  ['sites:', '  - id: shop', ...lines.map((line) => `    ${line}`)].join('\n');

describe('a slip of the hand is named with its line and with what to write instead', () => {
  test.each([
    [
      'a host without brackets',
      site('domains: shop.example'),
      'line 3: sites[0].domains: must be a list, such as [shop.example]',
    ],
    ['no hosts at all', site('currency: USD'), 'sites[0].domains: is required, such as [shop.example]'],
    [
      'a consent of its own',
      site('domains: [a.example]', 'consent: maybe'),
      'line 4: sites[0].consent: must be wait, granted or auto',
    ],
    [
      'a misspelt key',
      site('domains: [a.example]', 'conections: []'),
      'line 4: sites[0].conections: is not a setting of Clickthread; did you mean connections?',
    ],
    [
      'a misspelt key further in',
      site('domains: [a.example]', 'attribution:', '  windw: 30d'),
      'line 5: sites[0].attribution.windw: is not a setting of Clickthread; did you mean window?',
    ],
    [
      'an id that YAML reads as a number',
      'sites:\n  - id: 7\n    domains: [a.example]',
      'line 2: sites[0].id: must be text: put it in quotes',
    ],
    [
      'a word for a switch',
      site('domains: [a.example]', 'tag: { detect: "on" }'),
      'line 4: sites[0].tag.detect: must be true or false',
    ],
    ['a misspelt root', 'site:\n  - id: shop', 'line 1: site: is not known here; did you mean sites?'],
    ['no YAML', 'sites: [', 'line 1: '],
    [
      'a misspelt type',
      site('domains: [a.example]', 'connections:', '  - id: x', '    type: impct'),
      'line 6: sites[0].connections[0].type: "impct" is no destination or source that this version knows; did you mean impact?',
    ],
    [
      'a network without a type of its own',
      site('domains: [a.example]', 'connections: [{ id: x, type: shareasale }]'),
      '"shareasale" is no type of this version: use type: postback',
    ],
    [
      'a misspelt setting',
      site(
        'domains: [a.example]',
        'connections:',
        '  - id: x',
        '    type: impact',
        '    settings:',
        '      acountSid: IRx',
      ),
      'line 8: sites[0].connections[0].settings.acountSid: is not a setting of impact.com; did you mean accountSid?',
    ],
    [
      'a misspelt field of a connection',
      site('domains: [a.example]', 'connections:', '  - { id: x, type: impact,', '      exclusiv: false }'),
      'line 6: sites[0].connections[0].exclusiv: is not a setting of Clickthread; did you mean exclusive?',
    ],
  ])('%s', async (_what, text, words) => {
    expect(await complaint(text)).toContain(words);
  });

  test('every one of them is in the one answer, and zod’s own words are in none', async () => {
    const message = await complaint(
      site('domains: shop.example', 'consent: maybe', 'linked: 5', 'retention: { touches: 5 }'),
    );
    expect(message.split('\n')).toHaveLength(5);
    expect(message).not.toMatch(/Invalid|expected|received|"wait"\|/);
  });
});

test.each([
  ['a tab', 'sites:\n\t- id: shop', 'line 2: is indented with a tab: use spaces'],
  [
    'a key twice',
    site('domains: [a.example]', 'domains: [b.example]'),
    'line 4: names a key that stands above already: keep one of the two',
  ],
  ['two documents', 'sites: []\n---\nsites: []', 'line 2: begins a second document (---): put everything into one'],
  [
    'a colon in a name',
    site('name: Shop: the best'),
    'line 3: has a second ": " in one line: put the text into quotes',
  ],
  ['no blank behind a colon', 'sites:\n  - id:shop\n    domains: [a.example]', 'line 2: has no ": " behind its key'],
  ['an alias of nothing', site('domains: *hosts'), 'line 3: *hosts points to no &hosts above it'],
  ['an alias above its anchor', site('domains: *hosts', 'linked: &hosts [a.example]'), 'line 3: *hosts points to no'],
  ['a tag of a program', site('name: !!js/function shop'), 'line 3: has a tag that is not known here'],
  ['a tag of one’s own', site('name: !secret shop'), 'line 3: has a tag that is not known here'],
  [
    'aliases of aliases',
    `x-a: &a [${'x,'.repeat(9)}]\nx-b: &b [${'*a,'.repeat(9)}]\nx-c: &c [${'*b,'.repeat(9)}]\nsites: [${'*c,'.repeat(9)}]`,
    'file: Excessive alias count',
  ],
])('%s is named with its line and a way out', async (_what, text, words) => {
  expect(await complaint(text)).toContain(words);
});

test('what sites have in common is written once', () => {
  const { sites, problems } = readYaml(
    [
      ...['x-common: &common', '  currency: EUR', '  consent: wait', 'sites:'],
      ...['  - <<: *common', '    id: one', '    domains: &hosts [a.example]'],
      ...['  - { <<: *common, id: two, consent: granted, domains: *hosts }'],
    ].join('\n'),
  );
  expect(problems).toEqual([]);
  expect(sites).toEqual([
    { currency: 'EUR', consent: 'wait', id: 'one', domains: ['a.example'] },
    { currency: 'EUR', consent: 'granted', id: 'two', domains: ['a.example'] },
  ]);
});

test.each([
  ['00045', '00045'],
  ['45', 45],
  ['1e5', '1e5'],
  ['0x1F', '0x1F'],
  ['1_000', '1_000'],
  ['12345678901234567890', '12345678901234567890'],
  ['1.10', '1.10'],
  ['-7', -7],
  ['"45"', '45'],
])('a setting written as %s keeps its digits', (written, read) => {
  const { sites } = readYaml(
    `sites:\n  - id: s\n    connections: [{ id: c, settings: { a: ${written}, b: [${written}], c: { d: ${written} } } }]`,
  );
  const [connection] = sites[0]!.connections as { settings: unknown }[];
  expect(connection!.settings).toEqual({ a: read, b: [read], c: { d: read } });
});

test('a code that looks like a number keeps its digits as a name', () => {
  const { sites } = readYaml('sites:\n  - attribution: { coupons: { 007: { connection: x } } }');
  expect(sites[0]!.attribution).toEqual({ coupons: { '007': { connection: 'x' } } });
});
