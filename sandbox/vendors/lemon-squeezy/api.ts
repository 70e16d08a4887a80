/** The API of the sandbox Lemon Squeezy: JSON:API, newest first, pages by number; a filter that it doesn't know finds nothing. */
import { type Exchange, json, type Reply } from '../../reply.ts';
import { type LemonRow, type LemonStore, STORE_ID } from './store.ts';

const api = (status: number, value: object): Reply =>
  json(status, { jsonapi: { version: '1.0' }, ...value }, { 'content-type': 'application/vnd.api+json' });

const fault = (status: number, title: string): Reply => api(status, { errors: [{ status: String(status), title }] });

export function answerApi(exchange: Exchange, store: LemonStore): Reply {
  const { traps } = store;
  if (traps.broken > 0) return fault(traps.broken, 'Server Error');
  if (exchange.headers['authorization'] !== `Bearer ${traps.apiKey}`) return fault(401, 'Unauthorized');
  if (exchange.headers['accept'] !== 'application/vnd.api+json') return fault(406, 'Not Acceptable');
  const [, , entity, id] = exchange.path.split('/');
  if (entity === 'stores')
    return api(200, { data: Array.from({ length: traps.stores }, (_, index) => storeRow(STORE_ID + index)) });
  if (entity === 'webhooks') {
    const { url, events } = store;
    return api(200, { data: url === '' ? [] : [{ type: 'webhooks', id: '1', attributes: { url, events } }] });
  }
  if (entity === 'subscriptions')
    return api(200, { data: { type: 'subscriptions', id, attributes: { order_id: Number(id) - 1000 } } });
  if (entity !== 'orders') return fault(404, 'Not Found');
  if (id === undefined) return listOrders(exchange, store);
  const row = store.orders.find((one) => one.id === id);
  return row ? api(200, { data: shown(row) }) : fault(404, 'Not Found');
}

const storeRow = (id: number): object => ({ type: 'stores', id: String(id), attributes: { name: 'Shop' } });
const shown = ({ custom: _hidden, ...row }: LemonRow): object => row;

function listOrders({ query }: Exchange, store: LemonStore): Reply {
  const unknown = [...query.keys()].some((name) => !['filter[store_id]', 'page[size]', 'page[number]'].includes(name));
  const size = Number(query.get('page[size]') ?? 10);
  if (!(size >= 1 && size <= 100)) return fault(400, 'page[size] must be between 1 and 100');
  const wanted = query.get('filter[store_id]');
  const found = store.orders
    .filter(
      ({ type, attributes }) => type === 'orders' && (wanted === null || String(attributes['store_id']) === wanted),
    )
    .toReversed();
  const page = Number(query.get('page[number]') ?? 1);
  return api(200, { data: unknown ? [] : found.slice((page - 1) * size, page * size).map(shown) });
}
