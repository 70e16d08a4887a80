/** The API of the sandbox Paddle: a Bearer key, lists by cursor, only what is included is shown, filters that it doesn't know are refused. */
import { type Exchange, json, type Reply } from '../../reply.ts';
import type { Json } from '../../fields/shape.ts';
import type { PaddleAccount, PaddleRow } from './account.ts';

const fault = (status: number, code: string, detail: string): Reply =>
  json(status, { error: { type: 'request_error', code, detail }, meta: { request_id: 'example' } });

const LISTED = ['status', 'order_by', 'include', 'after', 'updated_at[GTE]', 'created_at[GTE]'];
const INCLUDES = ['address', 'adjustments', 'customer', 'discount'];

export function answerApi(exchange: Exchange, account: PaddleAccount): Reply {
  const { traps } = account;
  if (traps.broken > 0) return fault(traps.broken, 'internal_error', 'Try again later');
  if (exchange.headers['authorization'] !== `Bearer ${traps.apiKey}`)
    return fault(403, 'authentication_malformed', 'Authentication header included, but incorrectly formatted');
  const [, entity = '', id] = exchange.path.split('/');
  if (exchange.method === 'PATCH' && entity === 'notification-settings' && !traps.mayNot.includes('write')) {
    Object.assign(account, JSON.parse(exchange.body));
    return json(200, { data: destinationOf(account), meta: {} });
  }
  if (exchange.method !== 'GET' || traps.mayNot.split(' ').includes(entity))
    return fault(403, 'forbidden', 'You do not have permission to access this entity');
  const unknown = [...exchange.query.keys()].find((name) => !LISTED.includes(name));
  if (unknown !== undefined) return fault(400, 'bad_request', `${unknown} is not a parameter`);
  if (entity === 'notification-settings') {
    return json(200, { data: account.destination === '' ? [] : [destinationOf(account)], meta: {} });
  }
  const rows = { transactions: account.transactions, adjustments: account.adjustments }[entity];
  if (!rows) return fault(404, 'not_found', 'No such route');
  if (id === undefined) return list(exchange, rows, account);
  const row = rows.find((one) => one.id === id);
  return row ? json(200, { data: shown(row, exchange, account), meta: {} }) : fault(404, 'not_found', 'No such entity');
}

const destinationOf = ({ destination, active, subscribed }: PaddleAccount): Json => ({
  ...{ id: 'ntfset_example1', destination, active, subscribed_events: subscribed.map((name) => ({ name })) },
});

/** Adjustments have no filter by time. */
function list({ query, path, base }: Exchange, all: readonly PaddleRow[], account: PaddleAccount): Reply {
  const [field = 'id', direction = 'ASC'] = (query.get('order_by') ?? 'id[ASC]').split(/[[\]]/);
  const times = ['updated_at', 'created_at'].filter((name) => query.has(`${name}[GTE]`));
  if (path === '/adjustments' && times.length > 0) return fault(400, 'bad_request', 'no such filter');
  const since = (name: string): number => Date.parse(query.get(`${name}[GTE]`)!);
  const states = query.get('status')?.split(',');
  const found = all
    .filter(({ status }) => states === undefined || states.includes(String(status)))
    .filter((row) => times.every((name) => Date.parse(String(row[name])) >= since(name)))
    .toSorted((a, b) => String(a[field]).localeCompare(String(b[field])) || a.id.localeCompare(b.id));
  if (direction === 'DESC') found.reverse();
  const start = found.findIndex(({ id }) => id === query.get('after')) + 1;
  const rows = found.slice(start, start + account.traps.perPage);
  const more = found.length > start + rows.length;
  const next = new URLSearchParams([...query].filter(([name]) => name !== 'after'));
  next.set('after', rows.at(-1)?.id ?? '');
  const data = rows.map((row) => shown(row, { query }, account));
  const pagination = { per_page: account.traps.perPage, next: `${base}${path}?${next.toString()}`, has_more: more };
  return json(200, { data, meta: { pagination } });
}

function shown(row: PaddleRow, { query }: Pick<Exchange, 'query'>, account: PaddleAccount): Json {
  const asked = (query.get('include') ?? '').split(',').filter((name) => INCLUDES.includes(name));
  const included: Json = {
    adjustments: account.adjustments.filter((one) => one['transaction_id'] === row.id),
    customer: { id: 'ctm_example1', email: 'ada@example.test' },
    address: { id: 'add_example1', country_code: 'DE', city: 'Kiel' },
    discount: { id: 'dsc_example1', code: 'TEN' },
  };
  return { ...row, ...Object.fromEntries(asked.map((name) => [name, included[name]])) };
}
