/** `clickthread sync` of a shop that tells by webhooks: it is asked for what these have not brought. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/server.ts';
import { configured, type Installation, NOON } from './setup.ts';

async function withShop(keys: string): Promise<Installation & { place(): Promise<void> }> {
  const sandbox = await startSandbox({ clock: () => NOON });
  onTestFinished(() => sandbox.stop());
  const installation = await configured();
  const file = join(installation.folder, 'shop.yaml');
  writeFileSync(
    file,
    `sites: [{ id: woo-shop, domains: [woo.example], currency: EUR, connections: [{ id: woo, type: woocommerce, settings: { url: "${sandbox.url}/woocommerce", webhookSecret: a-secret-of-a-test${keys} } }] }]`,
  );
  installation.env['CLICKTHREAD_ALLOW_PRIVATE'] = '1';
  expect((await installation.run(['apply', file])).error).toBeUndefined();
  const url = `${sandbox.url}/woocommerce/merchant/orders`;
  return { ...installation, place: async () => void (await fetch(url, { method: 'POST', body: '{}' })) };
}

test('an order is read, counted once, and known', async () => {
  const { run, place, open } = await withShop(', consumerKey: ck_sandbox, consumerSecret: cs_sandbox');
  await place();
  const { out, error } = await run(['sync', 'woo', '--since', '7d']);
  expect(error).toBeUndefined();
  expect(out).toContain('woo: 1 order read in 4 requests.');
  const { store } = open();
  expect(await store.order('woo-shop', '4711')).toBeDefined();
  await store.close();
});

test('without keys it says what is missing', async () => {
  const { run } = await withShop('');
  expect((await run(['sync', 'woo'])).error).toContain('Without consumerKey and consumerSecret only the webhooks tell');
});
