import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyConfiguration } from '../../../collector/configuration/apply.ts';
import { mayPost } from '../../../collector/configuration/site-pages.ts';
import { buildSites, cachedSites } from '../../../collector/configuration/sites.ts';
import { days, hours } from '../../../collector/lib/duration.ts';
import { createSeal } from '../../../collector/lib/seal.ts';
import { ConfigurationError } from '../../../collector/model/configuration-error.ts';
import { openSqliteStore } from '../../../collector/store/sqlite/store.ts';
import type { Stores } from '../../../collector/store/store.ts';
import { manualClock } from '../../harness/clock.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { CARTSTACK, IMPACT, shopYaml, testSeal } from '../../harness/sites.ts';

const folder = temporaryFolders();
const clock = manualClock();
let file: string;
let store: Stores;

beforeEach(() => {
  file = join(folder(), 'clickthread.db');
  store = openSqliteStore({ file, clock: clock.now });
});
afterEach(() => store.close());

const apply = (
  text: string,
  env: Record<string, string> = { IMPACT_TOKEN: 'impact-secret-1', CARTSTACK_KEY: 'cs-secret-1' },
  more: { prune?: boolean; dryRun?: boolean } = {},
) =>
  applyConfiguration({
    ...more,
    text,
    env: (name) => env[name],
    store,
    seal: testSeal,
    now: clock.now(),
    actor: 'test',
    allowPrivate: false,
  });

async function problemsOf(text: string, env: Record<string, string> = {}): Promise<Record<string, string>> {
  const version = await store.configurationVersion();
  const refused = await apply(text, env).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refused).toBeInstanceOf(ConfigurationError);
  expect(await store.configurationVersion()).toBe(version);
  return Object.fromEntries((refused as ConfigurationError).problems.map(({ field, message }) => [field, message]));
}

test('a file becomes sites and connections in force, durations in milliseconds, defaults filled in', async () => {
  const connection = IMPACT.replace(
    'type: impact,',
    'type: impact, window: 12h, limits: { perHour: 10, timeout: 2s },',
  );
  expect(await apply(shopYaml([connection], 'retention: { touches: 100d }'))).toEqual({
    ...{ sites: ['shop'], connections: 1, removed: [], leftOut: [], alerts: [], warnings: [], version: 2 },
    changes: [
      {
        ...{ id: 'shop', change: 'new', fields: [] },
        connections: [{ id: 'impact', type: 'impact', change: 'new', fields: [] }],
      },
    ],
  });
  const { byId, version } = buildSites(await store.configuration(), testSeal);
  const shop = byId.get('shop')!;
  expect(version).toBe(2);
  expect(shop.config).toMatchObject({
    ...{ id: 'shop', domains: ['shop.example'], linked: ['checkout.example'], currency: 'USD', timezone: 'UTC' },
    ...{ consent: 'granted', shopConsent: 'wait', gpc: 'honour', release: 'browser', signedOrders: 'optional' },
    withoutScript: 'taken',
    retention: { touches: days(100), personal: days(90) },
    attribution: { window: days(30), model: 'last-touch', precedence: ['partner', 'paid', 'campaign', 'referral'] },
  });
  expect(shop.connections[0]).toMatchObject({
    ...{ id: 'impact', type: 'impact', enabled: true, mode: 'suppress', exclusive: true, window: hours(12) },
    limits: { perHour: 10, concurrency: 4, timeout: 2000 },
    settings: { accountSid: 'IRxxx', authToken: 'impact-secret-1', emailHash: 'sha1' },
    secrets: ['impact-secret-1'],
  });
  expect(shop.contenders).toEqual([
    {
      ...{ id: 'impact', clickParams: ['im_ref', 'irclickid'], window: hours(12), mode: 'suppress', exclusive: true },
      cannotBeInformed: 'impact.com',
    },
  ]);
  expect([...shop.personal]).toEqual(['email']);
});

test.each([
  ['Shop.Example.', 'https://shop.example'],
  ['MÜNCHEN.example', 'https://münchen.example'],
  ['https://κατάστημα.example/el/', 'https://www.xn--hxajbxmp1cgc.example'],
  ['*.日本.example:8443', 'https://shop.xn--wgv71a.example:8443'],
  ['xn--mnchen-3ya.example', 'https://münchen.example'],
])('a domain written as %s takes the pages of %s', async (domain, page) => {
  await apply(`sites:\n  - id: shop\n    domains: [${JSON.stringify(domain)}]`);
  const shop = buildSites(await store.configuration(), testSeal).byId.get('shop')!;
  expect(mayPost(shop, new URL(page).origin)).toBe(true);
});

describe('a wrong file changes nothing and every problem is listed with its place', () => {
  test('shape, names, references and settings at once', async () => {
    const text = `
sites:
  - id: "has space"
    domains: ["shop example"]
    currency: dollars
    timezone: Mars/North
    consent: maybe
    colour: red
    attribution: { window: 30, coupons: { A: { connection: nobody } } }
    connections:
      - { id: impact, type: impact, window: soon, settings: { accountSid: IRxxx } }
      - { id: two, type: impact, settings: { accountSid: IRxxx, authToken: "\${NO_SUCH}", campaignId: abc, actionTrackerId: "1", acountSid: x } }
      - { id: two, type: cartstack, settings: { key: k, siteId: s } }
      - { id: three, type: fax }
`;
    const problems = await problemsOf(text);
    expect(Object.keys(problems).sort()).toEqual(
      [
        'sites[0].id',
        'sites[0].domains[0]',
        'sites[0].currency',
        'sites[0].timezone',
        'sites[0].consent',
        'sites[0].colour',
        'sites[0].attribution.window',
        'sites[0].connections[0].window',
        'sites[0].connections[1].settings.authToken',
        'sites[0].connections[1].settings.campaignId',
        'sites[0].connections[1].settings.acountSid',
        'sites[0].connections[2].id',
        'sites[0].connections[3].type',
      ].sort(),
    );
    expect(problems['sites[0].connections[1].settings.acountSid']).toContain('did you mean accountSid?');
    expect(problems['sites[0].timezone']).toBe('must be an IANA time zone such as "Europe/Bucharest" or "UTC"');
    expect(problems['sites[0].connections[3].type']).toContain('"fax" is no destination or source');
  });

  test.each([
    ['sites:\n  - id: [', /^line \d+$/],
    ['', /^sites$/],
    ['sites: {}', /^sites$/],
    ['sites: []', /^sites$/],
    [`${shopYaml()}\nother: 1`, /^other$/],
    [shopYaml([]) + shopYaml([]).replace('sites:', ''), /^sites\[1\]\.id$/],
    [shopYaml([], 'attribution: { coupons: { A: { connection: nobody } } }'), /^sites\[0\]\.attribution\.coupons$/],
    ['sites:\n  - id: shop\n    domains: [a.example]\n    connections: { }', /^sites\[0\]\.connections$/],
    ['sites:\n  - id: shop\n    domains: []', /^sites\[0\]\.domains$/],
    ['sites:\n  - text', /^sites\[0\]\.id$/],
  ])('%j', async (text, field) => {
    const fields = Object.keys(await problemsOf(text, { IMPACT_TOKEN: 'x-secret' }));
    expect(fields.some((name) => field.test(name))).toBe(true);
  });

  const retention = 'sites[0].retention';
  test.each([
    [
      'retention: { touches: 400 }',
      `${retention}.touches`,
      'must be a duration with its unit, such as 30d, 12h or 10m',
    ],
    ['attribution: { window: 30 }', 'sites[0].attribution.window', /^must be a duration with its unit/],
    ['retention: 400d', retention, 'must be a map of names and values, such as { touches: 400d, personal: 90d }'],
    [
      'attribution: { coupons: { P: impact } }',
      'sites[0].attribution.coupons.P',
      /, such as \{ connection: impact \}$/,
    ],
    ['name: 5', 'sites[0].name', 'must be text: put it in quotes'],
    ['name: [five]', 'sites[0].name', 'must be text'],
    ['tag: { paid: [null] }', 'sites[0].tag.paid[0]', 'is empty: give it a value, or leave the line out'],
    ['signals: { fats: 5 }', 'sites[0].signals.fats', 'is no sign of invented money; did you mean fast?'],
    ['signals: { fast: -1 }', 'sites[0].signals.fast', 'must be 0 or more'],
  ])('%s is answered with what to write', async (more, field, message) => {
    const problems = await problemsOf(shopYaml([], more));
    expect(problems).toEqual({ [field]: typeof message === 'string' ? message : expect.stringMatching(message) });
  });

  test('a missing variable is named', async () => {
    expect(await problemsOf(shopYaml())).toMatchObject({
      'sites[0].connections[0].settings.authToken': 'refers to IMPACT_TOKEN, which the environment does not set',
    });
  });
});

describe('secrets', () => {
  test('stand in no column in the clear and open only with the key', async () => {
    await apply(shopYaml([IMPACT, CARTSTACK]));
    const db = new Database(file, { readonly: true });
    const rows = db.prepare('SELECT id, settings, secrets FROM connection ORDER BY id').all() as {
      settings: string;
      secrets: Buffer;
    }[];
    const audit = JSON.stringify(db.prepare('SELECT * FROM audit').all());
    db.close();
    expect(rows.map(({ settings }) => Object.keys(JSON.parse(settings) as object).sort())).toEqual([
      expect.not.arrayContaining(['key']),
      expect.not.arrayContaining(['authToken']),
    ]);
    const raw = Buffer.concat(rows.flatMap(({ settings, secrets }) => [Buffer.from(settings), secrets])).toString(
      'latin1',
    );
    expect(raw + audit).not.toMatch(/impact-secret-1|cs-secret-1/);
    const configuration = await store.configuration();
    expect(() => buildSites(configuration, createSeal('another key of sixteen'))).toThrow(/CLICKTHREAD_KEY/);
  });

  test('applied again unchanged they keep their bytes and the connection its time', async () => {
    await apply(shopYaml());
    const [before] = (await store.configuration()).connections;
    clock.pass(60_000);
    expect((await apply(shopYaml())).version).toBe(3);
    const [after] = (await store.configuration()).connections;
    expect(after).toEqual(before);
  });

  test('a new value moves the time: that is how a paused connection starts again', async () => {
    await apply(shopYaml());
    clock.pass(60_000);
    await apply(shopYaml(), { IMPACT_TOKEN: 'impact-secret-2' });
    const [row] = (await store.configuration()).connections;
    expect(row!.updatedAt - row!.createdAt).toBe(60_000);
    expect(JSON.parse(testSeal.open(row!.secrets!))).toEqual({ authToken: 'impact-secret-2' });
  });

  test('a reference that the environment lacks this time keeps the stored value', async () => {
    await apply(shopYaml());
    await apply(shopYaml([IMPACT], 'name: Renamed'), {});
    const [row] = (await store.configuration()).connections;
    expect(JSON.parse(testSeal.open(row!.secrets!))).toEqual({ authToken: 'impact-secret-1' });
  });
});

test('a connection that left the file stays until it is pruned with its secrets; sites that the file does not name stay', async () => {
  const env = { IMPACT_TOKEN: 'impact-secret-1', CARTSTACK_KEY: 'cs-secret-1' };
  await apply(shopYaml([IMPACT, CARTSTACK]));
  await apply(shopYaml([CARTSTACK]).replace('id: shop', 'id: other'));
  expect(await apply(shopYaml([IMPACT]))).toMatchObject({ removed: [], leftOut: ['shop/cartstack'] });
  expect((await store.configuration()).connections).toHaveLength(3);
  expect(await apply(shopYaml([IMPACT]), env, { prune: true, dryRun: true })).toMatchObject({
    ...{ removed: ['shop/cartstack'], leftOut: [], version: null },
  });
  expect((await store.configuration()).connections).toHaveLength(3);
  expect(await apply(shopYaml([IMPACT]), env, { prune: true })).toMatchObject({ removed: ['shop/cartstack'] });
  const { sites, connections } = await store.configuration();
  expect(sites.map(({ id }) => id)).toEqual(['other', 'shop']);
  expect(connections.map(({ site, id }) => `${site}/${id}`)).toEqual(['other/cartstack', 'shop/impact']);
});

test('what is in force follows the store without a restart', async () => {
  await apply(shopYaml([], 'name: One'));
  const sites = cachedSites({ store, seal: testSeal });
  const first = await sites();
  expect(await sites()).toBe(first);
  await apply(shopYaml([], 'name: Two'));
  expect((await sites()).byId.get('shop')?.config.name).toBe('Two');
});
