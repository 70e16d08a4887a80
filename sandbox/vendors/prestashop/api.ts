/** The webservice of the sandbox PrestaShop: JSON only where it is asked for, empty lists without a name, ranges whose end is not in them. */
import { type Exchange, json, type Reply } from '../../reply.ts';
import type { Json } from '../../fields/shape.ts';
import type { PrestaShopShop } from './store.ts';

const STATES = [
  ...[1, 10, 3].map((id) => ({ id, paid: id === 3 ? '1' : '0', name: `State ${id}` })),
  ...[2, 4, 5].map((id) => ({ id, paid: '1', name: `State ${id}` })),
  ...[6, 7, 8].map((id) => ({ id, paid: '0', name: `State ${id}` })),
];

const fault = (status: number, message: string): Reply => json(status, { errors: [{ code: 1, message }] });
const xml = (status: number): Reply => ({
  ...{ status, headers: { 'content-type': 'text/xml' }, body: '<?xml version="1.0"?><prestashop></prestashop>' },
});

export function answerApi(exchange: Exchange, shop: PrestaShopShop): Reply {
  const { traps } = shop;
  const { query, headers } = exchange;
  if (traps.maintenance > 0)
    return { status: traps.maintenance, headers: { 'content-type': 'text/html' }, body: '<h1>Maintenance</h1>' };
  const [, api, resource = '', id] = exchange.path.split('/');
  if (api !== 'api') return { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>Not found</h1>' };
  if (traps.off) return xml(503);
  const given = traps.stripAuth ? undefined : headers['authorization'];
  if (given !== `Basic ${Buffer.from(`${traps.webserviceKey}:`).toString('base64')}`)
    return fault(401, 'Please enter the authentication key as the login. No password required');
  if (query.get('output_format') !== 'JSON') return xml(200);
  if (!traps.rights.includes(resource))
    return fault(405, `Method GET is not allowed for the resource ${resource} with this authentication key`);
  const all = rowsOf(resource, shop);
  if (!all) return fault(400, `Resource of type "${resource}" does not exists.`);
  if (id !== undefined) {
    const row = all.rows.find((one) => String(one['id']) === id);
    return row ? json(200, { [all.one]: row }) : { ...json(404, []) };
  }
  return list(all.rows, exchange, { name: all.many, most: traps.most });
}

function rowsOf(
  resource: string,
  { orders, slips, messages }: PrestaShopShop,
): { one: string; many: string; rows: readonly Json[] } | undefined {
  const resources: Record<string, readonly Json[]> = {
    ...{ orders, messages, order_slip: slips, order_states: STATES },
    currencies: [
      { id: 1, iso_code: 'EUR' },
      { id: 2, iso_code: 'CHF' },
    ],
    customers: [{ id: 9, email: 'ada@example.test', firstname: 'Ada', lastname: 'Example', is_guest: '0' }],
    order_cart_rules: orders.map(({ id }) => ({ id, id_order: id, id_cart_rule: '3', name: 'A tenth off' })),
    cart_rules: [{ id: 3, code: 'TEN' }],
  };
  const rows = resources[resource];
  const one = { currencies: 'currency' }[resource] ?? resource.replace(/s$/, '');
  return rows && { one, many: resource === 'order_slip' ? 'order_slips' : resource, rows };
}

function list(rows: readonly Json[], { query }: Exchange, { name, most }: { name: string; most: number }): Reply {
  const filters = [...query].flatMap(([key, value]) => {
    const field = /^filter\[(\w+)\]$/.exec(key)?.[1];
    return field === undefined ? [] : [{ field, value }];
  });
  if (filters.some(({ field }) => field.startsWith('date_')) && query.get('date') !== '1')
    return fault(400, 'Unable to filter by this field. However, these are available: id, reference');
  const found = rows.filter((row) => filters.every(({ field, value }) => matches(String(row[field]), value)));
  const [offset = 0, count = found.length] = (query.get('limit') ?? `0,${found.length}`).split(',').map(Number);
  const [from, size] = query.get('limit')?.includes(',') === false ? [0, offset] : [offset, count];
  const shown = found.slice(from, from + Math.min(size, most));
  // An empty list has no name.
  if (shown.length === 0) return json(200, []);
  const display = query.get('display') ?? '';
  const fields = /^\[(.*)\]$/.exec(display)?.[1]?.split(',') ?? ['id'];
  const show = (row: Json): Json =>
    display === 'full' ? row : Object.fromEntries(fields.map((field) => [field, row[field]]));
  return json(200, { [name]: shown.map(show) });
}

/** `[a,b]` is a range without its end, `[a|b]` a choice. */
function matches(value: string, filter: string): boolean {
  const inner = /^\[(.*)\]$/.exec(filter)?.[1] ?? filter;
  const [low, high] = inner.split(',');
  return high === undefined ? inner.split('|').includes(value) : value >= low! && value < high;
}
