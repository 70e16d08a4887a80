/** The API of the sandbox BigCommerce: v2 answers an empty list with 204 and no body, v3 wraps its rows; hooks are made here and nowhere else. */
import { type Exchange, json, type Reply } from '../../reply.ts';
import type { Json } from '../../fields/shape.ts';
import { type BigCommerceSale, type BigCommerceStore } from './store.ts';

const fault = (status: number, title: string): Reply => json(status, { status, title });
const v2 = (rows: readonly Json[]): Reply => (rows.length === 0 ? { status: 204 } : json(200, rows));
const v3 = (data: unknown): Reply => json(200, { data, meta: {} });

export function answerApi(exchange: Exchange, store: BigCommerceStore): Reply {
  const { traps, sales } = store;
  if (traps.broken > 0) return fault(traps.broken, 'Try again later');
  if (exchange.headers['x-auth-token'] !== traps.accessToken) return fault(401, 'X-Auth-Token is not valid');
  const [, stores, hash, ...rest] = exchange.path.split('/');
  const path = rest.join('/');
  if (stores !== 'stores' || hash !== traps.storeHash) return fault(404, 'No such store');
  if (path === 'v3/hooks' || path.startsWith('v3/hooks/')) return answerHooks(exchange, path, store);
  if (path === 'v2/orders') return listOrders(exchange, store);
  if (path === 'v3/orders/payment_actions/refunds') return listRefunds(exchange, sales);
  if (path.startsWith('v3/carts/')) return fault(404, 'Cart does not exist');
  const [version, , id, part] = rest;
  const sale = sales.find(({ order }) => String(order.id) === id);
  if (!sale) return fault(404, 'The requested resource was not found.');
  if (version === 'v3') return v3(part === 'metafields' ? sale.fields : []);
  if (part === undefined) return json(200, sale.order);
  return v2(pageOf(part === 'products' ? sale.products : sale.coupons, exchange, 250));
}

function pageOf(rows: readonly Json[], { query }: Exchange, most: number): Json[] {
  const limit = Math.min(most, Number(query.get('limit') ?? 50));
  const page = Number(query.get('page') ?? 1);
  return rows.slice((page - 1) * limit, page * limit);
}

function listOrders(exchange: Exchange, { sales, traps }: BigCommerceStore): Reply {
  const { query } = exchange;
  const at = ({ order }: BigCommerceSale): number => Date.parse(String(order['date_modified']));
  const since = Date.parse(query.get('min_date_modified') ?? '1970-01-01T00:00:00Z');
  const found = sales.filter((sale) => at(sale) >= since);
  if (query.get('sort') === 'date_modified:asc') found.sort((a, b) => at(a) - at(b) || a.order.id - b.order.id);
  return v2(
    pageOf(
      found.map(({ order }) => order),
      exchange,
      traps.most,
    ),
  );
}

function listRefunds(exchange: Exchange, sales: readonly BigCommerceSale[]): Reply {
  const { query } = exchange;
  const [orders, since] = [query.get('order_id:in')?.split(','), query.get('created:min')];
  const found = sales
    .flatMap(({ refunds }) => refunds)
    .filter(({ order_id: id }) => orders === undefined || orders.includes(String(id)))
    .filter(({ created }) => since === null || Date.parse(String(created)) >= Date.parse(since));
  return v3(pageOf(found, exchange, 250));
}

function answerHooks({ method, body }: Exchange, path: string, store: BigCommerceStore): Reply {
  if (method === 'GET') return v3(store.hooks.map(({ failing: _inside, ...shown }) => shown));
  if (method === 'DELETE') {
    store.hooks = store.hooks.filter(({ id }) => id !== Number(path.split('/')[2]));
    return v3({});
  }
  const given = JSON.parse(body) as Json;
  if (method === 'PUT') {
    const found = store.hooks.find(({ id }) => id === Number(path.split('/')[2]));
    if (!found) return fault(404, 'No such hook');
    Object.assign(found, given, given['is_active'] === true ? { failing: null } : {});
    return v3({ id: found.id, is_active: found.is_active });
  }
  const [scope, destination] = [String(given['scope']), String(given['destination'])];
  if (store.hooks.some((hook) => hook.scope === scope && hook.destination === destination))
    return fault(422, 'This hook already exists');
  const hook = { id: store.next++, scope, destination, is_active: true, failing: null };
  store.hooks.push(hook);
  return v3(hook);
}
