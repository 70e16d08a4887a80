import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configured, install } from './setup.ts';

test('what is exported reads like the file that was applied: durations in words, no defaults, secrets as references', async () => {
  const { run } = await configured();
  const { out } = await run(['export-config']);
  expect(parse(out)).toEqual({
    sites: [
      {
        id: 'shop',
        name: 'Example Shop',
        domains: ['shop.example'],
        linked: ['checkout.example'],
        currency: 'USD',
        thankYouUrl: 'https://shop.example/thanks',
        consent: 'granted',
        attribution: { window: '14d', coupons: { PARTNER10: { connection: 'impact', exclusive: true } } },
        retention: { touches: '200d', personal: '36h' },
        connections: [
          {
            id: 'impact',
            type: 'impact',
            window: '7d',
            limits: { deadline: '20d', timeout: '4s' },
            settings: {
              accountSid: 'IRxxx',
              campaignId: '1000',
              actionTrackerId: '9876',
              authToken: '${SHOP_IMPACT_AUTH_TOKEN}',
            },
          },
          {
            id: 'net',
            type: 'postback',
            enabled: false,
            exclusive: false,
            settings: {
              url: 'https://net.example/p?c={click_id}&t={secret.token}&o={order_id}',
              clickParam: ['transaction_id'],
              successStatus: ['2xx'],
              secrets: { token: '${SHOP_NET_SECRETS_TOKEN}' },
            },
          },
        ],
      },
    ],
  });
  expect(out).not.toContain('tok/en');
  expect(out).toContain('#   SHOP_IMPACT_AUTH_TOKEN');
});

test.each([
  ['shopConsent: granted', { shopConsent: 'granted' }],
  ['gpc: ignore', { gpc: 'ignore' }],
  ['gpc: respect', {}],
  ['shopConsent: wait', {}],
])('%s is exported as it stands in the file, or left out as the default', async (line, expected) => {
  const { run, folder } = install();
  const file = join(folder, 'site.yaml');
  writeFileSync(file, `sites:\n  - id: shop\n    domains: [shop.example]\n    ${line}\n    connections: []\n`);
  expect((await run(['apply', file])).error).toBeUndefined();
  const { out } = await run(['export-config']);
  const site = { id: 'shop', domains: ['shop.example'], ...expected, connections: [] };
  expect(parse(out)).toEqual({ sites: [site] });
  writeFileSync(file, out);
  expect((await run(['apply', '--dry-run', file])).out).not.toMatch(/shopConsent|gpc/);
});

test('applying what was exported changes nothing', async () => {
  const { run, open, folder } = await configured();
  const { store } = open();
  const before = await store.configuration();
  const file = join(folder, 'exported.yaml');
  writeFileSync(file, (await run(['export-config'])).out);
  expect((await run(['apply', file])).error).toBeUndefined();
  const after = await store.configuration();
  expect({ ...after, version: 0 }).toEqual({ ...before, version: 0 });
  expect((await run(['export-config'])).out).toBe((await run(['export-config'])).out);
});

test('on a fresh installation the references are taken from the environment, and a missing one is named', async () => {
  const { run, folder } = await configured();
  const file = join(folder, 'exported.yaml');
  writeFileSync(file, (await run(['export-config'])).out);
  const fresh = install();
  expect((await fresh.run(['apply', file])).error).toContain(
    'refers to SHOP_IMPACT_AUTH_TOKEN, which the environment does not set',
  );
  const env = { SHOP_IMPACT_AUTH_TOKEN: 'tok/en+Secret=1', SHOP_NET_SECRETS_TOKEN: 'pb/secret+token=1' };
  expect((await fresh.run(['apply', file], { env })).error).toBeUndefined();
  expect((await fresh.run(['export-config'])).out).toBe((await run(['export-config'])).out);
});

test('one site can be exported, and an unknown one is named with those that exist', async () => {
  const { run } = await configured();
  expect(parse((await run(['export-config', '--site', 'shop'])).out)).toMatchObject({ sites: [{ id: 'shop' }] });
  expect((await run(['export-config', '--site', 'shpo'])).error).toBe('There is no site shpo; known: shop.');
});
