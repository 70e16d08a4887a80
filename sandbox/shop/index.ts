/**
 * The demo shop: one listener, two sites. `localhost` is the shop, `127.0.0.1` its checkout; browsers keep their cookies apart.
 *
 * Paths: `/` landing · `/product` · `/checkout` (GET, POST) · `/pay` (POST, then a redirect) ·
 * `/thanks?order=&at=&email=&via=call|datalayer|attribute|pixel|form|none`; `consent=ask` on any of them shows a banner.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../collector/lib/clock.ts';
import { flatHeaders, readBody, writeReply } from '../exchange.ts';
import type { Reply } from '../reply.ts';
import { SEED_ORDER_ID, shopOrder, type ShopOrder, type Via, VIAS } from './order.ts';
import { checkoutPage, landingPage, productPage, type ShopView, thanksPage } from './pages.ts';

const MOST_ORDERS = 1_000;

export interface ShopOptions {
  /** 127.0.0.1 unless given. */
  host?: string;
  /** Any free port unless given. */
  port?: number;
  /** The tag is loaded from the page's own host at this port, so that it is same-site on both. */
  collectorPort: number;
  /** `shop` unless given. */
  site?: string;
  /** `/t` unless given. */
  prefix?: string;
  /** Fresh order ids and the present time, in place of the founding document's order. */
  demo?: boolean;
  sandboxUrl?: string;
  /** What a person types before the name of a command, to ask this demo's collector; `npx clickthread` unless given. */
  command?: string;
  adminUrl?: string;
  clock: Clock;
}

/** What the shop's own server knows of an order: with the hidden fields that the tag filled. */
export interface PlacedOrder {
  order: ShopOrder;
  irclickid: string;
  journey: string;
}

export interface Shop {
  shopUrl: string;
  checkoutUrl: string;
  port: number;
  /** Orders that went through `/pay`, oldest first. */
  orders(): readonly PlacedOrder[];
  stop(): Promise<void>;
}

export async function startShop(options: ShopOptions): Promise<Shop> {
  const { host = '127.0.0.1', port = 0, clock, demo = false } = options;
  const { site = 'shop', prefix = '/t', collectorPort, sandboxUrl, adminUrl, command = 'npx clickthread' } = options;
  const placed: PlacedOrder[] = [];
  let made = 0;
  let bound = 0;

  const freshId = () => {
    made += 1;
    return demo ? `D${clock().toString(36).toUpperCase()}-${made}` : SEED_ORDER_ID;
  };
  const present = () => new Date(clock()).toISOString();
  const viewFor = (hostHeader: string, query: URLSearchParams): ShopView => ({
    shopUrl: `http://localhost:${bound}`,
    checkoutUrl: `http://127.0.0.1:${bound}`,
    collector: `http://${hostHeader.startsWith('127.0.0.1') ? '127.0.0.1' : 'localhost'}:${collectorPort}${prefix}/${site}`,
    ...{ site, sandboxUrl, adminUrl, command, ask: query.get('consent') === 'ask' },
  });

  function pay(body: string, ask: boolean): Reply {
    const form = new URLSearchParams(body);
    const email = form.get('email') ?? '';
    const orderId = form.get('order') ?? freshId();
    // Placed when it is paid, as in a real shop: a click that came after an order earns nothing.
    const order = shopOrder({ orderId, placedAt: present(), ...(email === '' ? {} : { email }) });
    placed.push({ order, irclickid: form.get('irclickid') ?? '', journey: form.get('journey') ?? '' });
    if (placed.length > MOST_ORDERS) placed.shift();
    return redirect(`/thanks?order=${encodeURIComponent(orderId)}${ask ? '&consent=ask' : ''}`);
  }

  function thanks(view: ShopView, query: URLSearchParams): Reply {
    const orderId = query.get('order') ?? undefined;
    // A fresh id goes into the address, so that a reload shows the same order again, as in a real shop.
    if (demo && orderId === undefined) {
      query.set('order', freshId());
      return redirect(`/thanks?${query.toString()}`);
    }
    const via = (query.get('via') ?? 'call') as Via;
    if (!VIAS.includes(via)) return html(`"via" must be one of ${VIAS.join(', ')}`, 400);
    const known = placed.findLast(({ order }) => order.orderId === orderId)?.order;
    const at = query.get('at') ?? (demo ? 'now' : undefined);
    const placedAt = at === 'now' ? present() : at;
    const email = query.get('email') ?? undefined;
    const order = known ?? shopOrder({ orderId, placedAt, email });
    return html(thanksPage(view, order, via));
  }

  function route(method: string, target: string, given: { hostHeader: string; body: string }): Reply {
    const { pathname, searchParams } = new URL(target, 'http://shop.invalid');
    const view = viewFor(given.hostHeader, searchParams);
    if (pathname === '/pay' && method === 'POST') return pay(given.body, view.ask);
    if (pathname === '/checkout' && (method === 'GET' || method === 'POST')) return html(checkoutPage(view, freshId()));
    if (method !== 'GET') return html('This page takes GET only.', 405);
    if (pathname === '/') return html(landingPage(view));
    if (pathname === '/product') return html(productPage(view));
    if (pathname === '/thanks') return thanks(view, searchParams);
    return html('There is no such page in this shop.', 404);
  }

  const server = createServer((request, response) => {
    readBody(request)
      .then((body = '') => {
        const hostHeader = flatHeaders(request)['host'] ?? '';
        writeReply(response, route(request.method ?? 'GET', request.url ?? '/', { hostHeader, body }));
      })
      .catch(() => response.destroy()); // the shopper went away, or sent what is no address
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  bound = (server.address() as AddressInfo).port;
  return {
    shopUrl: `http://localhost:${bound}`,
    checkoutUrl: `http://127.0.0.1:${bound}`,
    port: bound,
    orders: () => placed,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const html = (body: string, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body,
});

const redirect = (location: string): Reply => ({ status: 303, headers: { location } });
