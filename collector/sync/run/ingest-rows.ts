/** Decides which orders of a page ingest must hear of, reads those whole, and words them as the shop's own reports. */
import type { CommandReply, OrderCommand } from '../../intake/command.ts';
import type { Order } from '../../model/order.ts';
import { minutes } from '../../lib/duration.ts';
import type { ListPage, SourceOrder, StatusMap, SyncSource } from '../../kit/source.ts';
import type { SyncKey, SyncStore, IngestedOrder } from '../../store/sync-store.ts';
import { SourceFailure, type Fetcher } from './fetch.ts';
import { meaningOf } from './rows.ts';
import { joinParts, stateOfParts, type Part } from './split-checkout.ts';

/** Hands reports to ingest; resolves when they are stored. */
export type IngestCommands = (commands: OrderCommand[]) => Promise<CommandReply[]>;

export interface RowReader {
  key: SyncKey;
  sync: SyncSource;
  fetcher: Fetcher;
  store: Pick<SyncStore, 'toldOrders'>;
  tell: IngestCommands;
  map: StatusMap;
  /** What of a split checkout is the order. */
  reports: 'child' | 'parent';
  /** Orders placed earlier are history: they are stored and never told. */
  since: number;
  /** Orders that were read whole a moment ago. */
  whole?: Map<string, { row: SourceOrder; order: Order }>;
}

export interface RowsReport {
  told: IngestedOrder[];
  problems: string[];
}

/** Tells what is new or changed among `rows`. What a crash keeps from being remembered is told again: ingest knows each order once. */
export async function ingestRows(rows: readonly SourceOrder[], teller: RowReader): Promise<RowsReport> {
  const since = teller.since + clockError(teller.fetcher.skew());
  const fresh = rows.filter((row) => row.placedAt >= since && meaningOf(row.status, teller.map) !== 'ignore');
  if (fresh.length === 0) return { told: [], problems: [] };
  const subjects = new Map<string, SourceOrder>();
  for (const row of fresh) subjects.set(teller.reports === 'parent' ? (row.parentId ?? row.id) : row.id, row);
  const known = await teller.store.toldOrders(teller.key, [...subjects.keys()]);
  const before = new Map(known.map((told) => [told.orderId, told]));

  const ready: NonNullable<Next>[] = [];
  for (const [id, row] of subjects) {
    const told = before.get(id);
    // A list tells what a single order is; what a checkout's parts add up to has to be asked.
    if (told && id === row.id && told.status === meaningOf(row.status, teller.map) && told.total === row.total)
      continue;
    const next = id === row.id ? await wholeOrder(row, teller) : await wholeCheckout(id, row, teller);
    if (!next || (told && told.status === next.told.status && told.total === next.told.total)) continue;
    ready.push(next);
  }
  if (ready.length === 0) return { told: [], problems: [] };
  const replies = await teller.tell(ready.map((next) => commandOf(next, teller.key.site)));
  const problems = replies.flatMap((reply) =>
    reply.type === 'order' && reply.result === 'invalid'
      ? [
          `order ${reply.orderId}: ${(reply.errors ?? []).map(({ field, message }) => `${field} ${message}`).join('; ')}`,
        ]
      : [],
  );
  // A refused report is remembered, too: it is said once, and told again when the order changes.
  return { told: ready.map(({ told }) => told), problems };
}

/** The connection's age is told by our clock, an order's by the shop's; seconds between them are the network's. */
const clockError = (skew: number): number => (Math.abs(skew) < minutes(1) ? 0 : skew);

/** `aliases`: the other numbers by which a page may report the order. */
type Next = { order: Order; told: IngestedOrder; aliases: readonly string[] } | undefined;

/** The order as it is now: its list may be minutes old. Deleted meanwhile, it is told as the list knew it. */
async function wholeOrder(row: SourceOrder, teller: RowReader): Promise<Next> {
  const part = await readPart(row, teller);
  const status = meaningOf(part.row.status, teller.map);
  if (status === 'ignore') return undefined;
  const parent = row.parentId === undefined ? {} : { custom: { parentOrderId: row.parentId } };
  return {
    order: { ...part.order, ...parent, status },
    told: { orderId: row.id, status, total: part.order.total },
    aliases: await checkoutOf(row, teller),
  };
}

/**
 * The thank-you page of a split checkout knows the checkout's number alone. As orders of their own its first part has it for a name: what a page
 * reports under it is no further order, and no part is lost in another.
 */
async function checkoutOf({ id, parentId }: SourceOrder, teller: RowReader): Promise<string[]> {
  if (parentId === undefined) return [];
  const parts = (await childrenOf(parentId, teller)).map((part) => Number(part.id));
  return Number(id) === Math.min(...parts, Number(id)) ? [parentId] : [];
}

async function wholeCheckout(parentId: string, row: SourceOrder, teller: RowReader): Promise<Next> {
  const rows = await childrenOf(parentId, teller);
  const parts: Part[] = [];
  for (const child of rows.length > 0 ? rows : [row]) {
    const part = await readPart(child, teller);
    parts.push({ ...part, status: meaningOf(part.row.status, teller.map) });
  }
  const status = stateOfParts(parts.map((part) => part.status));
  if (status === 'ignore') return undefined;
  const order = { ...joinParts(parentId, parts), status };
  const told = { orderId: parentId, status, total: order.total };
  return { order, told, aliases: parts.map(({ row: { id } }) => id) };
}

export async function childrenOf(
  parentId: string,
  { fetcher, sync }: Pick<RowReader, 'fetcher' | 'sync'>,
): Promise<SourceOrder[]> {
  const page: ListPage<SourceOrder> = await fetcher.ask(sync.children, { parentId, page: 1, perPage: sync.perPage });
  // A shop that takes no notice of the filter answers with other checkouts' parts.
  return page.rows.filter((child) => child.parentId === parentId);
}

async function readPart(row: SourceOrder, teller: RowReader): Promise<{ row: SourceOrder; order: Order }> {
  const { fetcher, sync, whole } = teller;
  const known = whole?.get(row.id);
  if (known) return known;
  try {
    return await fetcher.ask(sync.order, row.id);
  } catch (error) {
    if (error instanceof SourceFailure && error.missing) return { row, order: sync.bare(row, fetcher.settings) };
    throw error;
  }
}

function commandOf({ order, aliases }: NonNullable<Next>, site: string): OrderCommand {
  const given = { status: true, items: order.items.length > 0, placedAt: true };
  const valid = { order, clicks: [], given };
  const names = aliases.length > 0 ? { aliases } : {};
  return { type: 'order', site, reporter: 'shop', valid, warnings: [], touches: [], ...names };
}
