/** The REST API v3 of the sandbox WooCommerce: keys, orders with paging and filters, refunds, webhooks. */
import type { Exchange, Reply } from '../../reply.ts';
import { json } from '../../reply.ts';
import { phpJson } from './php-json.ts';
import type { Json } from '../../fields/shape.ts';
import type { WooOrder, WooShop, WooWebhook } from './shop.ts';

const wp = (status: number, code: string, message: string): Reply => json(status, { code, message, data: { status } });

const php = (value: unknown, headers: Record<string, string> = {}): Reply => ({
  ...{ status: 200, body: phpJson(value) },
  headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
});

export function answerApi(exchange: Exchange, shop: WooShop): Reply {
  const { traps } = shop;
  if (traps.maintenance > 0)
    return { status: traps.maintenance, headers: { 'content-type': 'text/html' }, body: '<h1>Maintenance</h1>' };
  const path = pathOf(exchange);
  if (path === 'wc/v3') return php({ namespace: 'wc/v3', routes: {} });
  const [, , entity, id, part] = path.split('/');
  if (!path.startsWith('wc/v3/')) return wp(404, 'rest_no_route', 'No route was found');
  if (!isKnown(exchange, shop)) return wp(401, 'woocommerce_rest_cannot_view', 'Sorry, you cannot list resources.');
  if (exchange.method !== 'GET' && !traps.mayWrite)
    return wp(401, 'woocommerce_rest_authentication_error', 'The API key provided does not have write permissions.');
  if (entity === 'webhooks') return answerWebhooks(exchange, id, shop);
  if (exchange.method !== 'GET') return wp(404, 'rest_no_route', 'The sandbox changes webhooks alone.');
  if (entity !== 'orders') return wp(404, 'rest_no_route', 'No route was found');
  if (id === undefined) return listOrders(exchange, shop);
  const order = shop.orders.get(Number(id));
  if (!order) return wp(404, 'woocommerce_rest_shop_order_invalid_id', 'Invalid ID.');
  return part === 'refunds' ? php(order.refunds.toReversed()) : php(order.row);
}

const webhook = ({ secret: _hidden, failures: _inside, ...shown }: WooWebhook): Json => shown;

/** Made active, failures are counted from nought again. */
function answerWebhooks({ method, body, query }: Exchange, id: string | undefined, shop: WooShop): Reply {
  const given = (body === '' ? {} : JSON.parse(body)) as Partial<WooWebhook>;
  if (method === 'GET') return php(shop.webhooks.map(webhook));
  if (method === 'POST') {
    const made: WooWebhook = {
      ...{ id: shop.next++, name: '', topic: '', delivery_url: '', secret: '', status: 'active', failures: 0 },
      ...given,
    };
    shop.webhooks.push(made);
    return { ...php(webhook(made)), status: 201 };
  }
  const found = shop.webhooks.find((one) => String(one.id) === id);
  if (!found) return wp(404, 'woocommerce_rest_shop_webhook_invalid_id', 'Invalid ID.');
  if (method === 'DELETE' && query.get('force') !== 'true')
    return wp(501, 'woocommerce_rest_trash_not_supported', 'Webhooks do not support trashing.');
  if (method === 'DELETE') shop.webhooks = shop.webhooks.filter((one) => one !== found);
  else Object.assign(found, given, given.status === 'active' ? { failures: 0 } : {});
  return php(webhook(found));
}

/** Plain permalinks name the route in the query. */
const pathOf = ({ path, query }: Exchange): string =>
  (path.startsWith('/wp-json/') ? path.slice(9) : (query.get('rest_route') ?? '').slice(1)).replace(/\/$/, '');

function isKnown({ headers, query }: Exchange, { traps }: WooShop): boolean {
  const basic = `Basic ${Buffer.from(`${traps.consumerKey}:${traps.consumerSecret}`).toString('base64')}`;
  if (!traps.stripAuth && headers['authorization'] === basic) return true;
  return query.get('consumer_key') === traps.consumerKey && query.get('consumer_secret') === traps.consumerSecret;
}

/** `any` leaves the trash out; without `dates_are_gmt` times are the shop's own, two hours ahead here. */
function listOrders({ query }: Exchange, shop: WooShop): Reply {
  const perPage = Number(query.get('per_page') ?? 10);
  if (!(perPage >= 1 && perPage <= 100)) return wp(400, 'rest_invalid_param', 'Invalid parameter(s): per_page');
  const status = query.get('status') ?? 'any';
  const shift = query.get('dates_are_gmt') === 'true' ? 0 : 2 * 3_600_000;
  const after = (name: string): number => Date.parse(`${(query.get(name) ?? '1970-01-01T00:00:00').slice(0, 19)}Z`);
  const byModified = query.get('orderby') === 'modified';
  const time = ({ row }: WooOrder, field: string): number => Date.parse(`${String(row[field])}Z`) + shift;
  const key = byModified ? 'date_modified_gmt' : 'date_created_gmt';
  const rows = [...shop.orders.values()]
    .filter(({ row }) => (status === 'any' ? row.status !== 'trash' : row.status === status))
    .filter((order) => time(order, 'date_modified_gmt') > after('modified_after'))
    .filter((order) => time(order, 'date_created_gmt') > after('after'))
    .toSorted((a, b) => time(a, key) - time(b, key) || a.row.id - b.row.id);
  if (query.get('order') !== 'asc') rows.reverse();
  const page = Number(query.get('page') ?? 1);
  const shown = rows.slice((page - 1) * perPage, page * perPage).map(({ row }) => row);
  return php(shown, {
    'x-wp-total': String(rows.length),
    'x-wp-totalpages': String(Math.ceil(rows.length / perPage)),
  });
}
