/** `clickthread connection hook` of a shop whose app subscribes to its webhooks by itself. */
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../../../sandbox/server.ts';
import { configured, NOON } from './setup.ts';

const URL_OF_HOOK = /\/v1\/hooks\/shopify\?site=shop/;

async function withShop(secret: string) {
  const sandbox = await startSandbox({ clock: () => NOON });
  onTestFinished(() => sandbox.stop());
  const installation = await configured({ SECRET: 'sandbox-client-secret', TOKEN: 'shpat_sandbox' });
  installation.env['CLICKTHREAD_ALLOW_PRIVATE'] = '1';
  const set = ['shop=sandbox.myshopify.com', `baseUrl=${sandbox.url}/shopify`, 'accessToken=${TOKEN}', secret];
  const pairs = set.flatMap((pair) => ['--set', pair]);
  const added = await installation.run(['connection', 'add', 'shopify', '--type', 'shopify', '--no-test', ...pairs]);
  expect(added.error).toBeUndefined();
  const posted = async (): Promise<string[]> => {
    const response = await fetch(`${sandbox.url}/shopify/admin/api/2026-07/graphql.json`, {
      method: 'POST',
      headers: { 'x-shopify-access-token': 'shpat_sandbox' },
      body: JSON.stringify({ query: '{ webhookSubscriptions(first: 9) { nodes { topic uri } } }' }),
    });
    const { data } = (await response.json()) as {
      data: { webhookSubscriptions: { nodes: { topic: string; uri: string }[] } };
    };
    return data.webhookSubscriptions.nodes.map(({ topic, uri }) => `${topic} ${URL_OF_HOOK.test(uri) ? 'here' : uri}`);
  };
  return { ...installation, posted };
}

test('the app is subscribed once, and no longer when it is taken away', async () => {
  const { run, posted } = await withShop('clientSecret=${SECRET}');
  expect((await run(['connection', 'hook', 'shopify'])).out).toMatch(/Order creation.*--register does it/);
  for (let n = 0; n < 2; n += 1) {
    expect((await run(['connection', 'hook', 'shopify', '--register'])).out).toMatch(URL_OF_HOOK);
    expect(await posted()).toEqual(['ORDERS_CREATE here', 'ORDERS_UPDATED here']);
  }
  const { error } = await run(['connection', 'remove', 'shopify']);
  expect(error).toMatch(/go on posting to \/v1\/hooks\/shopify\?site=shop.*connection hook shopify --unregister.*now/);
  expect((await run(['connection', 'hook', 'shopify', '--unregister'])).out).toContain('Deleted at the shop: 2 hooks');
  expect(await posted()).toEqual([]);
});

test('what could not be checked is not subscribed', async () => {
  const { run, posted } = await withShop('webhookSecret=${SECRET}');
  const { error } = await run(['connection', 'hook', 'shopify', '--register']);
  expect(error).toContain('signed with its client secret: give clientSecret');
  expect(await posted()).toEqual([]);
});
