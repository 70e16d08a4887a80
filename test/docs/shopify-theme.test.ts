/** The theme's snippet of docs/shops/shopify.md, run as a page runs it: what it writes into the cart is what an order's attributes carry. */
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';

const page = readFileSync(new URL('../../docs/shops/shopify.md', import.meta.url), 'utf8');
const snippet = [...page.matchAll(/<script>([^]*?)<\/script>/g)].map(([, code]) => code!).join('\n');

interface Journey {
  token: string;
  touches?: object[];
}

/** `kept`: what Liquid prints of the cart. */
function run(kept: string | null, journey: Journey): { url: string; body: unknown }[] {
  const sent: { url: string; body: unknown }[] = [];
  const clickthread = (_call: string, callback: (journey: Journey) => void): void => callback(journey);
  const window = { clickthread };
  const fetch = (url: string, { body }: { body: string }): void => void sent.push({ url, body: JSON.parse(body) });
  const code = snippet.replace('{{ cart.attributes._ct_journey | json }}', JSON.stringify(kept));
  runInNewContext(code, { window, clickthread, fetch, Shopify: { routes: { root: '/de/' } } });
  return sent;
}

const journey = { token: '1^visitor-1^awc^abc^1763000000000', touches: [{}] };

test('the theme keeps a journey with the cart, once, and none of a visitor without a click', () => {
  const update = { url: '/de/cart/update.js', body: { attributes: { _ct_journey: journey.token } } };
  expect(run(null, journey)).toEqual([update]);
  expect(run('1^visitor-1^awc^older^1762000000000', journey)).toEqual([update]);
  expect(run(journey.token, journey)).toEqual([]);
  expect(run(null, { token: '' })).toEqual([]);
});
