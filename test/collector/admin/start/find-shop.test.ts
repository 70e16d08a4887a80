import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findShop } from '../../../../collector/admin/start/find-shop.ts';
import { readShopPage, shortName } from '../../../../collector/admin/start/read-shop-page.ts';
import { createSender } from '../../../../collector/outbound/send.ts';
import { manualClock } from '../../../harness/clock.ts';

const at = new URL('https://www.garden.example/en');

describe('a shop’s page tells', () => {
  test.each<[what: string, html: string, found: object]>([
    [
      'its name',
      '<meta content="Gärten &amp; mehr" property="og:site_name"><title>Home</title>',
      { name: 'Gärten & mehr' },
    ],
    ['the last part of its title', '<title>Roses – Garden &#38; Co</title>', { name: 'Garden & Co' }],
    ['a name with a hyphen whole', '<title>Spar-Shop</title>', { name: 'Spar-Shop' }],
    ['nothing of a name', '<title> </title>', {}],
    ['a currency in its meta', '<meta property="product:price:currency" content="eur">', { currency: 'EUR' }],
    ['a currency of Shopify', '<script>Shopify.currency = {"active":"GBP","rate":"1.0"}</script>', { currency: 'GBP' }],
    [
      'a currency of its offers',
      '<script type="application/ld+json">{"priceCurrency":"SEK"}</script>',
      { currency: 'SEK' },
    ],
    ['no currency where it is a word', '<meta property="og:price:currency" content="euros">', {}],
    ['where the checkout lies', '<a href="https://pay.example/checkout/1">x</a>', { linked: ['pay.example'] }],
    [
      'a checkout by its host',
      "<form action='https://checkout.other.example/'>",
      { linked: ['checkout.other.example'] },
    ],
    ['no checkout of its own', '<a href="/cart">x</a><a href="https://shop.garden.example/cart">y</a>', {}],
    ['no checkout elsewhere', '<a href="https://news.example/blog">x</a><a href="javascript:checkout()">y</a>', {}],
    ['that a banner asks', "<script>gtag('consent', 'default', {})</script>", { consent: 'auto' }],
  ])('%s', (_what, html, found) => {
    expect(readShopPage(html, at)).toEqual({ linked: [], ...found });
  });

  test('something in no time, however it is built', () => {
    const hostile = ['<meta '.repeat(40_000), '<a href="'.repeat(40_000), '<title'.repeat(40_000), '&#'.repeat(90_000)];
    for (const html of hostile) expect(readShopPage(html, at).linked).toEqual([]);
  });
});

test.each([
  ['www.garden-shop.co.uk', 'garden-shop'],
  ['shop.example', 'example'],
  ['localhost:3000', 'localhost'],
  ['xn--fiqs8s.example', 'xn--fiqs8s'],
])('a short name of %s is %s', (host, name) => {
  expect(shortName(host)).toBe(name);
});

async function shopAt(answer: (path: string) => [status: number, headers: Record<string, string>, body: string]) {
  const server = createServer((request, response) => {
    const [status, headers, body] = answer(request.url!);
    response.writeHead(status, headers).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sender = createSender({ allowPrivate: true, clock: manualClock().now });
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await sender.close();
  });
  return { send: sender.send, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('a shop is found at the end of its redirects', async () => {
  const { send, host } = await shopAt((path) =>
    path === '/start'
      ? [301, { location: '/en' }, '']
      : [200, {}, '<title>Garden</title><a href="https://pay.example/checkout">'],
  );
  expect(await findShop(`http://${host}/start`, { send })).toEqual({
    ...{ id: '127', domains: [host], linked: ['pay.example'], name: 'Garden' },
  });
});

test.each<[what: string, status: number, headers: Record<string, string>, unread: RegExp]>([
  ['refuses', 503, {}, /answered with 503/],
  ['leads in a circle', 302, { location: '/again' }, /leads on and on/],
  ['leads to nowhere', 302, { location: 'http://' }, /leads to nowhere/],
  ['leads to another protocol', 302, { location: 'file:///etc/passwd' }, /must begin with https/],
])('a page that %s leaves what the address says', async (_what, status, headers, unread) => {
  const { send, host } = await shopAt(() => [status, headers, '']);
  expect(await findShop(`http://${host}`, { send })).toMatchObject({ unread: expect.stringMatching(unread) });
});

test('a private address is asked only where the operator allows it, also at the end of a redirect', async () => {
  const sender = createSender({ allowPrivate: false, clock: manualClock().now });
  onTestFinished(() => sender.close());
  expect(await findShop('https://127.0.0.1/', sender)).toMatchObject({
    unread: expect.stringContaining('not a public address'),
  });
});

test.each(['', 'no spaces in hosts', 'ftp://shop.example', 7, 'shop', 'https://'])(
  '%j is no address of a shop',
  async (address) => {
    const send = () => Promise.reject(new Error('asked'));
    expect(await findShop(address, { send })).toEqual({
      problems: [{ field: 'address', message: 'must be the address of the shop, such as shop.example' }],
    });
  },
);
