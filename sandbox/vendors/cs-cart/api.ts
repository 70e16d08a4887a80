/** The REST API of the sandbox CS-Cart behind its gate: orders, users, statuses, version and the Zapier hooks. */
import { json, type Reply } from '../../reply.ts';
import type { Hooks } from './hooks.ts';
import { listOrders, type Page, pageOf } from './list.ts';
import { asStrings, envelope, orderRow, userRow, wholeOrder } from './rows.ts';
import { addOrder, orderOf, type Shop, type ShopOrder, userOf } from './shop.ts';
import type { ShopStatus } from './statuses.ts';
import type { CsCartTraps } from './traps.ts';
import { listUsers } from './users.ts';

export interface ApiCall {
  method: string;
  version: '1.0' | '2.0' | '2.1';
  /** `['orders', '12']`; a storefront's prefix is already taken off. */
  path: string[];
  query: URLSearchParams;
  headers: Record<string, string>;
  body: string;
}

export interface CsCartState {
  shop: Shop;
  traps: CsCartTraps;
  statuses: ShopStatus[];
  hooks: Hooks;
}

export function refuse(status: number, message: string, headers: Record<string, string> = {}): Reply {
  return json(status, { message, messages: [message], errors: [], status }, headers);
}

export function answerApi(call: ApiCall, state: CsCartState): Reply {
  const [entity, id] = call.path;
  if (call.method !== 'GET' && !(call.headers['content-type'] ?? '').startsWith('application/json')) {
    if (call.method !== 'DELETE') return refuse(415, 'Unsupported Media Type');
  }
  if (entity === 'zapier_hooks') return answerHooks(call, state);
  if (call.method !== 'GET') return refuse(405, 'Method Not Allowed');
  if (entity === 'version') return json(200, { Version: call.version });
  if (entity === 'orders') return id === undefined ? orders(call, state) : order(Number(id), state);
  if (entity === 'users') return id === undefined ? users(call, state) : user(Number(id), state);
  if (entity === 'statuses') return statuses(call, state);
  return refuse(404, `Not Found: ${entity ?? ''}`);
}

function lacks(state: CsCartState, privilege: string): Reply | undefined {
  return state.traps.missing.includes(privilege) ? refuse(403, 'Forbidden') : undefined;
}

function orders(call: ApiCall, state: CsCartState): Reply {
  const { shop, traps } = state;
  const refused = lacks(state, 'view_orders');
  if (refused) return refused;
  // The legacy version knows neither paging nor an envelope.
  const query = new URLSearchParams(call.query);
  if (call.version === '1.0') query.set('items_per_page', String(shop.size.orders + shop.orders.size + 1));
  const page = listOrders(shop, query, call.version === '1.0' ? { ...traps, maxPerPage: Infinity } : traps);
  const reply = call.version === '1.0' ? bare(page) : json(200, envelopeOf('orders', page, { call, traps }));
  for (let count = 0; count < traps.growPerList; count++) addOrder(shop, {});
  shrink(shop, traps.shrinkPerList);
  return reply;
}

const bare = (page: Page<ShopOrder>): Reply => json(200, page.rows.map(orderRow).map(asStrings));

function envelopeOf(name: string, page: Page<ShopOrder>, { call, traps }: { call: ApiCall; traps: CsCartTraps }) {
  return envelope(name, { ...page, rows: page.rows.map(orderRow) }, { strings: traps.strings, query: call.query });
}

/** Deletes the oldest orders that are left. */
function shrink(shop: Shop, count: number): void {
  for (let left = count, id = 1; left > 0 && id < shop.nextOrder; id++) {
    if (!orderOf(shop, id)) continue;
    shop.removed.add(id);
    left -= 1;
  }
}

function order(id: number, state: CsCartState): Reply {
  const refused = lacks(state, 'view_orders');
  if (refused) return refused;
  const found = orderOf(state.shop, id);
  return found ? json(200, wholeOrder(found)) : refuse(404, 'Not Found: The requested order does not exist');
}

function users(call: ApiCall, state: CsCartState): Reply {
  const refused = lacks(state, 'view_users');
  if (refused) return refused;
  const page = listUsers(state.shop, call.query, state.traps);
  const rows = page.rows.map(userRow);
  return json(200, envelope('users', { ...page, rows }, { strings: state.traps.strings, query: call.query }));
}

function user(id: number, state: CsCartState): Reply {
  const refused = lacks(state, 'view_users');
  if (refused) return refused;
  const found = userOf(state.shop, id);
  return found ? json(200, userRow(found)) : refuse(404, 'Not Found: The requested user does not exist');
}

function statuses(call: ApiCall, state: CsCartState): Reply {
  const type = call.query.get('type');
  const all = state.statuses.filter((status) => type === null || status.type === type);
  const { page, perPage } = pageOf(call.query, state.traps);
  const rows = all.slice((page - 1) * perPage, page * perPage).map((status) => ({ ...status }));
  const list = { rows, total: all.length, page, perPage };
  return json(200, envelope('statuses', list, { strings: state.traps.strings, query: call.query }));
}

function answerHooks(call: ApiCall, state: CsCartState): Reply {
  const refused = lacks(state, call.method === 'GET' ? 'view_zapier_hooks' : 'manage_zapier_hooks');
  if (refused) return refused;
  const { hooks } = state;
  if (call.method === 'GET') return json(200, { hooks: hooks.list(), params: { total_items: hooks.list().length } });
  if (call.method === 'DELETE') {
    return hooks.remove(Number(call.path[1])) ? { status: 204 } : refuse(404, 'Not Found: no such hook');
  }
  if (call.method !== 'POST') return refuse(405, 'Method Not Allowed');
  let body: unknown;
  try {
    body = JSON.parse(call.body);
  } catch {
    return refuse(400, 'Bad Request: the body is not JSON');
  }
  const made = hooks.add((body ?? {}) as Record<string, unknown>);
  return typeof made === 'string' ? refuse(400, `Bad Request: ${made}`) : json(201, { id: made.id });
}
