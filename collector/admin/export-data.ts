/** Orders, touches and deliveries as rows for a file: no personal data, visitors under a keyed hash, read page by page. */
import { type Cell, csvLine } from '../lib/text/csv.ts';
import { decimalsOf, formatMoney } from '../lib/money.ts';
import type { Seal } from '../lib/seal.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Order } from '../model/order.ts';
import type { StoredOrder } from '../model/stored-order.ts';
import type { Store } from '../store/store.ts';
import type { Page, PageWant } from '../store/upkeep-store.ts';

export const EXPORTS = ['orders', 'touches', 'deliveries'] as const;
export type ExportName = (typeof EXPORTS)[number];

type Row = Record<string, Cell>;

const PAGE = 500;

/** Lines of the file, each with its end; the first one of a CSV names the columns. */
export async function* exportLines(input: {
  what: ExportName;
  format: 'csv' | 'jsonl';
  filter: Omit<PageWant, 'after' | 'limit'>;
  store: Pick<Store, 'orderPage' | 'touchPage' | 'deliveryPage' | 'aliasesOf'>;
  seal: Pick<Seal, 'hash'>;
}): AsyncGenerator<string> {
  const { what, format, filter, store, seal } = input;
  if (format === 'csv') yield `${csvLine(COLUMNS[what])}\r\n`;
  const pseudonym = (visitor: string): string => seal.hash(`visitor\n${visitor}`);
  let after: string | null = null;
  do {
    const want: PageWant = { ...filter, after, limit: PAGE };
    const page: Page<Row> = await readPage(what, want, { store, pseudonym });
    for (const row of page.rows)
      yield format === 'csv'
        ? `${csvLine(COLUMNS[what].map((name) => row[name] ?? null))}\r\n`
        : `${JSON.stringify(row)}\n`;
    after = page.next;
  } while (after !== null);
}

const COLUMNS: Record<ExportName, string[]> = {
  orders: [
    ...[
      'site',
      'orderId',
      'status',
      'total',
      'currency',
      'subtotal',
      'discount',
      'shipping',
      'tax',
      'coupons',
      'items',
    ],
    ...['quantity', 'newCustomer', 'placedAt', 'receivedAt', 'updatedAt', 'reporter', 'shopConfirmed', 'consent'],
    ...['winner', 'winnerParam', 'winnerValue', 'winnerAt', 'rule', 'touches', 'aliases'],
  ],
  touches: ['site', 'visitor', 'at', 'param', 'value', 'kind', 'url', 'referrer', 'extra', 'consent'],
  deliveries: [
    ...[
      'id',
      'site',
      'orderId',
      'connection',
      'kind',
      'state',
      'reason',
      'total',
      'currency',
      'credited',
      'clickParam',
    ],
    ...['clickValue', 'attempts', 'reference', 'ambiguous', 'nextAt', 'createdAt', 'updatedAt'],
  ],
};

async function readPage(
  what: ExportName,
  want: PageWant,
  { store, pseudonym }: { store: Parameters<typeof exportLines>[0]['store']; pseudonym: (visitor: string) => string },
): Promise<Page<Row>> {
  switch (what) {
    case 'orders':
      return orderRows(await store.orderPage(want), store);
    case 'touches':
      return mapped(await store.touchPage(want), ({ site, visitor, at, param, value, kind, ...more }) => ({
        ...{ site, visitor: pseudonym(visitor), at: iso(at), param, value, kind },
        ...{ url: more.url ?? null, referrer: more.referrer ?? null },
        extra: more.extra ? new URLSearchParams(more.extra).toString() : null,
        consent: more.consent?.marketing ?? null,
      }));
    case 'deliveries':
      return mapped(await store.deliveryPage(want), deliveryRow);
  }
}

const mapped = <T>(page: Page<T>, row: (one: T) => Row): Page<Row> => ({ rows: page.rows.map(row), next: page.next });

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const money = (minor: number | undefined, order: Order): string | null =>
  minor === undefined ? null : formatMoney({ minor, currency: order.currency, digits: decimalsOf(order) });

/** With the other names of each, which are looked up for the page at once. */
async function orderRows(page: Page<StoredOrder>, store: Pick<Store, 'aliasesOf'>): Promise<Page<Row>> {
  const found = await store.aliasesOf(page.rows.map(({ site, order }) => ({ site, orderId: order.orderId })));
  const names = new Map<string, string[]>();
  for (const { site, orderId, alias } of found)
    names.set(`${site}\n${orderId}`, [...(names.get(`${site}\n${orderId}`) ?? []), alias]);
  return mapped(page, (stored) => ({
    ...orderRow(stored),
    aliases: names.get(`${stored.site}\n${stored.order.orderId}`)?.join(' ') ?? null,
  }));
}

function orderRow({
  site,
  order,
  reporter,
  shopConfirmed,
  consent,
  receivedAt,
  updatedAt,
  attribution,
}: StoredOrder): Row {
  const { winner, rule, touches } = attribution;
  return {
    site,
    orderId: order.orderId,
    status: order.status,
    total: money(order.total, order),
    currency: order.currency,
    subtotal: money(order.subtotal, order),
    discount: money(order.discount, order),
    shipping: money(order.shipping, order),
    tax: money(order.tax, order),
    coupons: order.coupons.join(' ') || null,
    items: order.items.map(({ sku, quantity }) => `${quantity} x ${sku}`).join('; ') || null,
    quantity: order.items.reduce((sum, { quantity }) => sum + quantity, 0),
    newCustomer: order.isNewCustomer ?? null,
    placedAt: iso(order.placedAt),
    receivedAt: iso(receivedAt),
    updatedAt: iso(updatedAt),
    reporter,
    shopConfirmed,
    consent: consent?.marketing ?? null,
    winner: winner?.connection ?? null,
    winnerParam: winner?.param ?? null,
    winnerValue: winner?.value ?? null,
    winnerAt: iso(winner?.at ?? null),
    rule,
    touches: touches.length,
  };
}

function deliveryRow(delivery: Delivery): Row {
  const { report } = delivery;
  return {
    id: delivery.id,
    site: delivery.site,
    orderId: delivery.orderId,
    connection: delivery.connection,
    kind: delivery.kind,
    state: delivery.state,
    reason: delivery.reason,
    total: money(report.order.total, report.order),
    currency: report.order.currency,
    credited: report.credited,
    clickParam: report.click?.param ?? null,
    clickValue: report.click?.value ?? null,
    attempts: delivery.attempts,
    reference: delivery.reference,
    ambiguous: delivery.ambiguous,
    nextAt: iso(delivery.nextAt),
    createdAt: iso(delivery.createdAt),
    updatedAt: iso(delivery.updatedAt),
  };
}
