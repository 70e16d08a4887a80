import { expect, test } from 'vitest';
import { hookFindings } from '../../../collector/admin/doctor/hooks.ts';
import { siteOf } from '../../harness/sites.ts';

const WOO =
  '{ id: woo, type: woocommerce, settings: { url: "https://shop.example", webhookSecret: a-secret-of-a-test } }';
const KEYS = ', consumerKey: ck_a, consumerSecret: cs_b';
const NOON = Date.parse('2026-11-20T12:00:00Z');
const at = (minutes: number): number => NOON + minutes * 60_000;

const time = (when: number): string => new Date(when).toISOString().slice(11, 16);

test.each([
  ['', [], 'warn', 'Without consumerKey'],
  [KEYS, [], undefined, ''],
  [KEYS, [{ state: 'enabled', reason: '', succeededAt: NOON }], 'ok', 'WooCommerce was asked 12:00'],
  [
    KEYS,
    [{ state: 'failed', reason: 'The keys are wrong.', succeededAt: NOON }],
    'fail',
    'could not be asked what the webhooks missed: The keys are wrong.',
  ],
] as const)('of a shop that is asked with %j and %j the doctor says %s %s', async (keys, rows, level, message) => {
  const found = hookFindings({
    sites: [await siteOf([WOO.replace(' } }', `${keys} } }`)])],
    facts: [],
    syncs: rows.map((row) => ({ site: 'shop', connection: 'woo', checkpoint: {}, ...row })),
    ...{ time, now: NOON },
  }).filter(({ area }) => area === 'orders of woo');
  expect(found).toHaveLength(level === undefined ? 0 : 1);
  if (level !== undefined)
    expect(found[0]).toMatchObject({ level, message: expect.stringContaining(message) as string });
});

test.each([
  [[], 'warn', 'WooCommerce has not posted yet.', 'clickthread connection hook woo'],
  [[['hook:woo', 0]], 'ok', 'last one taken 12:00, 3 so far', undefined],
  [
    [
      ['hook:woo', 0],
      ['hook-signature:woo', 5],
    ],
    'fail',
    'refused 12:05: the signature does not match (3 times so far)',
    'Compare the secret',
  ],
  [
    [
      ['hook:woo', 9],
      ['hook-signature:woo', 5],
    ],
    'ok',
    'last one taken 12:09, 3 so far',
    undefined,
  ],
  [
    [
      ['hook-broken:woo', 1],
      ['hook:woo', 1],
    ],
    'fail',
    'refused 12:01: the shop could not say',
    'Save the webhook again',
  ],
  [[['hook-encoding:woo', 1]], 'fail', 'refused 12:01: it is compressed', 'plain bytes'],
  [[['hook-stale:woo', 1]], 'fail', 'refused 12:01: its time is too old', 'clocks'],
] as const)('of %j the doctor says: %s', async (facts, level, message, fix) => {
  const [finding, ...more] = hookFindings({
    sites: [await siteOf([WOO])],
    facts: facts.map(([name, minutes]) => ({ site: 'shop', name, at: at(minutes), count: 3 })),
    syncs: [],
    ...{ time, now: NOON },
  });
  expect(more).toMatchObject([{ area: 'orders of woo', level: 'warn' }]);
  expect(finding).toMatchObject({ area: 'webhooks of woo', level });
  expect(finding!.message).toContain(message);
  if (fix) expect(finding!.fix).toContain(fix);
});

test('of a shop that posts nothing signed it says whether it could be asked, and nothing of webhooks', async () => {
  const settings =
    '{ url: "https://shop.example", accessKeyId: SWIAEXAMPLEEXAMPLE, secretAccessKey: a-secret-of-a-test }';
  const found = hookFindings({
    sites: [await siteOf([`{ id: shopware, type: shopware, settings: ${settings} }`])],
    facts: [],
    syncs: [
      {
        ...{ site: 'shop', connection: 'shopware', state: 'failed', reason: 'No such key.', succeededAt: NOON },
        checkpoint: {},
      },
    ],
    ...{ time, now: NOON },
  });
  expect(found).toMatchObject([
    {
      level: 'fail',
      area: 'orders of shopware',
      message: 'Shopware 6 could not be asked for its orders: No such key.',
    },
  ]);
});

const TOPIC = 'order.created';
const STANDING = { at: NOON, known: [TOPIC], off: [], gone: [], paused: [], problem: '' };

test.each([
  [{ known: [] }, undefined, '', ''],
  [{}, undefined, '', ''],
  [
    { off: [TOPIC], problem: 'The keys may not change webhooks (401).' },
    'fail',
    'WooCommerce has switched off order.created. The keys may not change webhooks (401).',
    'clickthread connection hook woo --register',
  ],
  [{ gone: [TOPIC] }, 'fail', 'WooCommerce posts no more order.created', 'connection hook woo --register'],
  [{ paused: [TOPIC] }, 'warn', 'paused by somebody: order.created', 'Make them active'],
  [{ problem: 'No.' }, 'warn', 'Whether they are on is not known: No.', undefined],
  [
    { restored: { at: at(-30), triggers: [TOPIC], times: 2 } },
    'warn',
    'switched off by the shop, and on again 11:30: order.created (2 times so far)',
    'look whether the collector was away',
  ],
  [{ restored: { at: at(-1440), triggers: [TOPIC], times: 2 } }, undefined, '', ''],
] as const)('of webhooks that stand as %j at the shop the doctor says %s', async (health, level, message, fix) => {
  const sites = [await siteOf([WOO])];
  const row = { site: 'shop', connection: 'woo', state: 'enabled', reason: '', succeededAt: NOON } as const;
  const checkpoint = { hooks: { ...STANDING, ...health } };
  const found = hookFindings({ sites, facts: [], syncs: [{ ...row, checkpoint }], time, now: NOON });
  const said = found.filter(({ area }) => area === 'webhooks of woo at the shop');
  expect(said).toHaveLength(level === undefined ? 0 : 1);
  if (level === undefined) return;
  expect(said[0]).toMatchObject({ level, message: expect.stringContaining(message) as string });
  if (fix !== undefined) expect(said[0]!.fix).toContain(fix);
});

test('what a shop does not say of an order is said until it does', async () => {
  const problem = '10042: a part was paid back, and Shopware does not say how much';
  const found = hookFindings({
    sites: [await siteOf([WOO.replace(' } }', `${KEYS} } }`)])],
    facts: [],
    syncs: [
      {
        ...{ site: 'shop', connection: 'woo', state: 'enabled', reason: '', succeededAt: NOON },
        checkpoint: { problems: [problem] },
      },
    ],
    ...{ time, now: NOON },
  });
  expect(found.filter(({ area }) => area === 'orders of woo')).toMatchObject([
    { level: 'ok' },
    { level: 'warn', message: problem },
  ]);
});
