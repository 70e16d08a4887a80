/** Selects and pages the sandbox shop's orders the way CS-Cart's search does, its traps included. */
import { generatedOrder, orderOf, type Shop, type ShopOrder } from './shop.ts';
import type { CsCartTraps } from './traps.ts';

export interface Page<T> {
  rows: T[];
  total: number;
  page: number;
  perPage: number;
}

/** The store's setting "elements per page": what a list shows unless asked. */
const ADMIN_PER_PAGE = 10;

export function pageOf(query: URLSearchParams, traps: CsCartTraps): { page: number; perPage: number } {
  const asked = whole(query.get('items_per_page')) ?? ADMIN_PER_PAGE;
  return { page: Math.max(1, whole(query.get('page')) ?? 1), perPage: Math.max(1, Math.min(asked, traps.maxPerPage)) };
}

export function listOrders(shop: Shop, query: URLSearchParams, traps: CsCartTraps): Page<ShopOrder> {
  const { page, perPage } = pageOf(query, traps);
  const ids = selectIds(shop, query, traps);
  const descending = (query.get('sort_order') ?? 'desc') === 'desc';
  const rows: ShopOrder[] = [];
  for (let rank = (page - 1) * perPage; rank < Math.min(page * perPage, ids.length); rank++) {
    const order = orderOf(shop, ids.at(descending ? ids.length - 1 - rank : rank));
    if (order) rows.push(order);
  }
  return { rows, total: ids.length, page, perPage };
}

/** Ids in ascending order, which is also the order of creation. */
interface Ids {
  length: number;
  at(rank: number): number;
}

function selectIds(shop: Shop, query: URLSearchParams, traps: CsCartTraps): Ids {
  const test = conditions(shop, query, traps);
  const untouched = shop.removed.size === 0 && [...shop.orders.values()].every(test.visible);
  if (!test.filtered && untouched) {
    const added = [...shop.orders.keys()].filter((id) => id > shop.size.orders).sort((a, b) => a - b);
    const length = shop.size.orders + added.length;
    return { length, at: (rank) => (rank < shop.size.orders ? rank + 1 : added[rank - shop.size.orders]!) };
  }
  const ids: number[] = [];
  for (let id = test.firstGenerated; id <= shop.size.orders; id++) {
    if (shop.removed.has(id) || shop.orders.has(id)) continue;
    if (!test.needsRow || test.fits(generatedOrder(id, shop.size))) ids.push(id);
  }
  for (const [id, order] of shop.orders) {
    if (!shop.removed.has(id) && test.visible(order) && test.fits(order)) ids.push(id);
  }
  ids.sort((a, b) => a - b);
  return { length: ids.length, at: (rank) => ids[rank]! };
}

function conditions(shop: Shop, query: URLSearchParams, traps: CsCartTraps) {
  const statuses = [...query.getAll('status'), ...query.getAll('status[]')].filter((status) => status !== '');
  const incomplete = statuses.includes('N') || query.get('include_incompleted') === 'Y';
  const period = query.get('period') ?? 'A';
  const timed = !traps.timeNeedsPeriod || period === 'C';
  const from = timed ? (unix(query.get('time_from'), shop) ?? 0) : 0;
  const to = timed ? (unix(query.get('time_to'), shop) ?? Infinity) : Infinity;
  const updatedFrom = traps.updatedFilter ? (unix(query.get('updated_at_from'), shop) ?? 0) : 0;
  const updatedTo = traps.updatedFilter ? (unix(query.get('updated_at_to'), shop) ?? Infinity) : Infinity;
  const ids = query.get('order_id')?.split(',').map(Number);
  const user = whole(query.get('user_id'));
  const parent = whole(query.get('parent_order_id'));
  const company = whole(query.get('company_id'));
  const email = query.get('email');
  // Generated orders are updated a minute after they were placed, so both filters skip to their first id by arithmetic.
  const { start, stride } = shop.size;
  const earliest = Math.max(from, updatedFrom - 60);
  const needsRow =
    to < Infinity || updatedTo < Infinity || statuses.length > 0 || Boolean(ids ?? user ?? parent ?? company ?? email);
  return {
    filtered: needsRow || earliest > 0,
    needsRow,
    firstGenerated: Math.max(1, Math.ceil((earliest - start) / stride)),
    visible: (order: ShopOrder) => !order.isParent && (order.status !== 'N' || incomplete),
    fits: (order: ShopOrder) =>
      order.timestamp >= from &&
      order.timestamp <= to &&
      order.updatedAt >= updatedFrom &&
      order.updatedAt <= updatedTo &&
      (statuses.length === 0 || statuses.includes(order.status)) &&
      (ids === undefined || ids.includes(order.id)) &&
      (user === undefined || order.user === user) &&
      (parent === undefined || order.parent === parent) &&
      (company === undefined || order.company === company) &&
      // A substring match, as the contract warns.
      (email === null || order.email.includes(email)),
  };
}

/** Unix seconds; any other spelling of a time (ISO 8601 included) falls to "now". */
function unix(text: string | null, shop: Shop): number | undefined {
  if (text === null || text === '') return undefined;
  return /^\d+$/.test(text) ? Number(text) : shop.now();
}

function whole(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
