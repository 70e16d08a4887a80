/** CS-Cart: a strict shop with the REST API of 4.15, its traps as settings, and a size that may be half a million orders. */
import type { Exchange, Reply } from '../../reply.ts';
import type { Vendor, VendorFactory } from '../../vendor.ts';
import { answerApi, type ApiCall, type CsCartState, refuse } from './api.ts';
import { openHooks } from './hooks.ts';
import { answerMerchant } from './merchant.ts';
import { openShop, type ShopSize } from './shop.ts';
import { builtInStatuses } from './statuses.ts';
import { type CsCartTraps, openTraps } from './traps.ts';

/** The vendor, with what a test or a benchmark changes by hand. */
export interface CsCartVendor extends Vendor, CsCartState {}

/** A shop of the given size; `vendors.ts` lists it with a small one. */
export function csCartOf(size: Partial<ShopSize>, { clock }: { clock: () => number }): CsCartVendor {
  const settings = openTraps();
  const now = () => Math.floor(clock() / 1000);
  const state: CsCartState = {
    shop: openShop(size, now),
    traps: settings.now,
    statuses: builtInStatuses(),
    hooks: openHooks(),
  };
  let calls = 0;
  const vendor: CsCartVendor = {
    ...state,
    name: 'cs-cart',
    title: 'CS-Cart',
    about:
      'A shop with the REST API of CS-Cart 4.15: strings for numbers, ten a page, letters for statuses, and every known trap.',
    signIn: { adminEmail: settings.now.adminEmail, apiKey: settings.now.apiKey },
    columns: ['id', 'status', 'total', 'email'],
    settings,
    handle(exchange) {
      if (exchange.path.startsWith('/merchant/')) return answerMerchant(exchange, vendor);
      calls += 1;
      const reply = answerShop(exchange, vendor);
      // The shop's own clock, which a client compares with its own.
      return { ...reply, headers: { date: new Date(exchange.at).toUTCString(), ...reply.headers } };
    },
    recorded: () => [...vendor.shop.orders.values()],
    counts: () => ({ calls, orders: vendor.shop.size.orders, changed: vendor.shop.orders.size }),
    reset() {
      vendor.shop = openShop(size, now);
      vendor.statuses = builtInStatuses();
      vendor.hooks.clear();
      calls = 0;
    },
  };
  return vendor;
}

export const csCart: VendorFactory = (context) => csCartOf({ customers: 40, orders: 120 }, context);

const VERSIONS: Record<string, ApiCall['version']> = { '1.0': '1.0', '2.0': '2.0', '2.1': '2.1' };

function answerShop(exchange: Exchange, state: CsCartState): Reply {
  const { traps } = state;
  if (traps.maintenance > 0) return page(traps.maintenance, 'We are down for maintenance');
  const route = routeOf(exchange, traps);
  if (route === 'storefront') return page(404, 'Page not found');
  if (traps.httpsOnly && exchange.headers['x-forwarded-proto'] !== 'https') {
    return refuse(403, 'The API is only accessible over HTTPS');
  }
  if (!route) return refuse(404, 'Not Found');
  const refused = authenticate(exchange, traps);
  if (refused) return refused;
  const accept = exchange.headers['accept'] ?? '*/*';
  if (!/\*\/\*|application\/(json|\*)/.test(accept)) return refuse(406, 'Not Acceptable');
  return answerApi(route, state);
}

/** The shop's own page, which any address outside the API shows. */
function page(status: number, text: string): Reply {
  const body = `<!DOCTYPE html><html><head><title>${text}</title></head><body><h1>${text}</h1></body></html>`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

/** `undefined` for a version without classes: `/api/2/` is documented and resolves to a namespace that does not exist. */
function routeOf(exchange: Exchange, traps: CsCartTraps): ApiCall | 'storefront' | undefined {
  const { method, query, headers, body } = exchange;
  if (exchange.path === '/api.php') {
    const path = storefront((query.get('_d') ?? '').split('/'));
    return query.get('ajax_custom') === '1' ? { method, version: '2.1', path, query, headers, body } : undefined;
  }
  const [, api, first = '', ...rest] = exchange.path.split('/');
  if (api !== 'api' || traps.noRewrite) return 'storefront';
  if (!/^[\d.]+$/.test(first))
    return { method, version: '2.1', path: storefront([first, ...rest]), query, headers, body };
  const version = VERSIONS[first];
  return version && { method, version, path: storefront(rest), query, headers, body };
}

/** `/stores/1/orders` is `/orders` of one storefront. A trailing slash names nothing. */
function storefront(path: string[]): string[] {
  const named = path.filter((part) => part !== '');
  return named[0] === 'stores' ? named.slice(2) : named;
}

function authenticate({ headers }: Exchange, traps: CsCartTraps): Reply | undefined {
  const given = traps.stripAuth ? undefined : headers['authorization'];
  const expected = `Basic ${Buffer.from(`${traps.adminEmail}:${traps.apiKey}`).toString('base64')}`;
  if (given === expected && !traps.inactive) return undefined;
  return refuse(401, 'Unauthorized', { 'www-authenticate': 'Basic realm="User email/API key"' });
}
