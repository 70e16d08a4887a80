/** Search of the sandbox Shopware: filters, sorting and limits of its criteria, and only those relations that were asked for. */
import { json, type Reply } from '../../reply.ts';
import type { Json } from '../../fields/shape.ts';

export const errors = (status: number, code: string, detail: string): Reply =>
  json(status, { errors: [{ status: String(status), code, title: 'Error', detail }] });

/** Relations of an order, hidden unless associated. */
const RELATIONS: Record<string, Record<string, object>> = {
  order: {
    lineItems: {},
    currency: {},
    stateMachineState: {},
    orderCustomer: {},
    billingAddress: {},
    transactions: {},
  },
  transactions: { stateMachineState: {}, paymentMethod: {}, captures: {} },
  captures: { refunds: {} },
  refunds: { stateMachineState: {} },
  orderCustomer: { customer: {} },
  billingAddress: { country: {} },
};
const FIELDS = [
  'createdAt',
  'updatedAt',
  'orderDateTime',
  'autoIncrement',
  'transactions.createdAt',
  'transactions.updatedAt',
];

export function searchRows(rows: readonly Json[], criteria: Json, relations: 'order' | 'webhook'): Reply {
  const limit = Number(criteria['limit'] ?? 500);
  if (!(limit >= 1 && limit <= 500))
    return errors(
      400,
      'FRAMEWORK__QUERY_LIMIT_EXCEEDED',
      `The limit must be lower than or equal to 500. Given: ${limit}`,
    );
  const filters = (criteria['filter'] ?? []) as Json[];
  const unknown = filters.flatMap(fieldsIn).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) return errors(400, 'FRAMEWORK__UNMAPPED_FIELD', `Field "${unknown}" was not found.`);
  const ids = criteria['ids'] as string[] | undefined;
  const found = rows
    .filter((row) => ids === undefined || ids.includes(String(row['id'])))
    .filter((row) => filters.every((filter) => matches(row, filter)));
  const [sort] = (criteria['sort'] ?? []) as { field: string }[];
  const sorted = sort === undefined ? found : found.toSorted((a, b) => Number(a[sort.field]) - Number(b[sort.field]));
  const page = Number(criteria['page'] ?? 1);
  const shown = sorted.slice((page - 1) * limit, page * limit);
  const associations = (criteria['associations'] ?? {}) as Json;
  return json(200, {
    total: criteria['total-count-mode'] === 1 ? sorted.length : shown.length,
    data: shown.map((row) => show(row, relations, associations)),
  });
}

const fieldsIn = (filter: Json): string[] =>
  filter['type'] === 'multi' ? (filter['queries'] as Json[]).flatMap(fieldsIn) : [String(filter['field'])];

function matches(row: Json, filter: Json): boolean {
  if (filter['type'] === 'multi') return (filter['queries'] as Json[]).some((query) => matches(row, query));
  const [parent, child] = String(filter['field']).split('.');
  const values = child === undefined ? [row[parent!]] : (row[parent!] as Json[]).map((one) => one[child]);
  const { gte, gt } = filter['parameters'] as { gte?: string; gt?: number };
  return values.some((value) => {
    if (value === null || value === undefined) return false;
    if (gt !== undefined) return Number(value) > gt;
    // Its database compares times in UTC, whatever zone stands behind.
    return Date.parse(String(value)) >= Date.parse(`${String(gte)}Z`);
  });
}

function show(row: Json, entity: string, associations: Json): Json {
  const relations = RELATIONS[entity] ?? {};
  const entries = Object.entries(row).map(([name, value]): [string, unknown] => {
    if (!(name in relations)) return [name, value];
    const asked = associations[name] as Json | undefined;
    if (asked === undefined) return [name, null];
    const inner = (asked['associations'] ?? {}) as Json;
    if (Array.isArray(value)) return [name, value.map((one) => show(one as Json, name, inner))];
    return [name, value === null ? null : show(value as Json, name, inner)];
  });
  return Object.fromEntries(entries);
}
