/** What waits for a person, the most pressing first: what stops everything, then what loses money, then what wants a look. */
import type { TodoItem, TodoKind } from '../../../wire/admin/figures.ts';
import { days, hours } from '../../lib/duration.ts';
import type { RequestLimits } from '../../lib/limits/request-limits.ts';
import type { Delivery } from '../../model/delivery.ts';
import { needsLook } from '../../model/upkeep/replay-rule.ts';
import type { FiguresStore, StuckGroup } from '../../store/figures-store.ts';
import type { Store } from '../../store/store.ts';
import type { UpkeepStore } from '../../store/upkeep-store.ts';
import type { UsageStore } from '../../store/usage-store.ts';

export interface TodoDeps {
  read: Pick<Store, 'breakers' | 'findOrders' | 'refusedPages' | 'deliveriesOf'> &
    Pick<UpkeepStore, 'quarantineCounts'> &
    Pick<UsageStore, 'usage'> &
    Pick<FiguresStore, 'stuckGroups' | 'saleSums' | 'orderList' | 'orderIdsBy' | 'deliveryStates'>;
  limits: RequestLimits;
  now: number;
}

const ORDER: readonly TodoKind[] = [
  ...(['held', 'outage', 'rejected', 'contested', 'ambiguous', 'by_hand'] as const),
  ...(['quarantine', 'refused_page', 'silence', 'budget', 'unverified'] as const),
];
/** Orders that are listed one by one: contested ones, and those with a report of which nobody knows whether it arrived. */
const MOST = 50;
/** Share of a day's budget from which it is told. */
const NEARLY = 0.8;

/** `sites`: those that may be seen. */
export async function readTodo(sites: readonly string[], deps: TodoDeps): Promise<TodoItem[]> {
  const { read } = deps;
  const mine = <T extends { site: string }>(rows: readonly T[]): T[] => rows.filter(({ site }) => sites.includes(site));
  const iso = (at: number): string => new Date(at).toISOString();
  const unclear = (await Promise.all(sites.map((site) => unclearReports(site, read)))).flat();
  const stuck = withoutThem(mine(await read.stuckGroups()), unclear);
  const breakers = mine(await read.breakers());
  const contested = mine(await read.findOrders({ contested: true, limit: MOST }));
  const items: TodoItem[] = [
    ...breakers.map(({ site, connection, kind, reason, openedAt }) => ({
      ...{ kind, site, connection, reason, at: iso(openedAt) },
      count: countOf(stuck, site, connection),
    })),
    ...stuck
      .filter(
        ({ site, connection, state }) =>
          !breakers.some(
            (one) => one.kind === 'held' && state === 'held' && one.site === site && one.connection === connection,
          ),
      )
      .map(({ site, connection, state, reason, count, at }) => ({
        kind: state,
        site,
        connection,
        reason,
        count,
        at: iso(at),
      })),
    ...contested.map(({ site, order, contest }) => ({
      ...{ kind: 'contested' as const, site, name: order.orderId, count: 1 },
      ...(contest ? { reason: contest.reason, at: iso(contest.since) } : {}),
    })),
    ...unclear.map(({ id, site, connection, orderId, reason, updatedAt }) => ({
      ...{ kind: 'ambiguous' as const, site, connection, name: orderId, reason, deliveries: [id] },
      ...{ count: 1, at: iso(updatedAt) },
    })),
    ...mine(await read.quarantineCounts()).map(({ site, count }) => ({ kind: 'quarantine' as const, site, count })),
    ...mine(await read.refusedPages())
      .filter(({ lastAt }) => deps.now - lastAt < days(7))
      .map(({ site, host, count, lastAt }) => ({
        kind: 'refused_page' as const,
        site,
        name: host,
        count,
        at: iso(lastAt),
      })),
    ...(await Promise.all(sites.map((site) => unverified(site, read)))).flat(),
    ...(await silences(sites, deps)),
    ...budgets(mine(await read.usage(Math.floor(deps.now / days(1)))), deps.limits),
  ];
  return items.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

/** Reports that may have arrived although no clear answer came: somebody looks there, and ticks them off or sends them again. */
async function unclearReports(site: string, read: TodoDeps['read']): Promise<Delivery[]> {
  const ids = await read.orderIdsBy(site, { by: 'state', states: ['held'] }, MOST);
  const reports = await Promise.all(ids.map((id) => read.deliveriesOf(site, id)));
  return reports.flat().filter(needsLook);
}

/** Told to networks that answer nothing, among the newest orders: a shop has as many of them as sales. */
async function unverified(site: string, read: TodoDeps['read']): Promise<TodoItem[]> {
  const ids = await read.orderIdsBy(site, { by: 'state', states: ['unverified'] }, MOST);
  const reports = (await Promise.all(ids.map((id) => read.deliveryStates(site, id)))).flat();
  const told = reports.filter(({ state }) => state === 'unverified').map(({ connection }) => connection);
  return [...new Set(told)].map((connection) => ({
    ...{ kind: 'unverified' as const, site, connection },
    count: told.filter((one) => one === connection).length,
  }));
}

/** They stand in the list one by one, and sending all again leaves them out. */
function withoutThem(stuck: readonly StuckGroup[], unclear: readonly Delivery[]): StuckGroup[] {
  return stuck
    .map((group) => {
      const { site, connection, state, reason } = group;
      const among = unclear.filter(
        (one) => one.site === site && one.connection === connection && one.state === state && one.reason === reason,
      );
      return { ...group, count: group.count - among.length };
    })
    .filter(({ count }) => count > 0);
}

const countOf = (stuck: readonly StuckGroup[], site: string, connection: string): number =>
  stuck
    .filter((one) => one.site === site && one.connection === connection && one.state === 'held')
    .reduce((sum, { count }) => sum + count, 0);

/** A site that sells every hour and has not for a day is broken somewhere; one that sells once a week is not. */
async function silences(sites: readonly string[], { read, now }: TodoDeps): Promise<TodoItem[]> {
  const found = await Promise.all(
    sites.map(async (site) => {
      const [newest] = await read.orderList({ site, since: 0, until: now, limit: 1 });
      const last = newest?.receivedAt;
      const sums = await read.saleSums({ site, since: now - days(14), until: now });
      const orders = sums.reduce((all, one) => all + one.orders, 0);
      if (last === undefined || orders === 0) return undefined;
      const usually = Math.round(days(14) / orders);
      if (now - last <= Math.max(hours(6), 8 * usually)) return undefined;
      return { kind: 'silence' as const, site, count: orders, at: new Date(last).toISOString(), usually };
    }),
  );
  return found.filter((one) => one !== undefined);
}

function budgets(
  used: readonly { site: string; bytes: number; rows: number }[],
  { bytesPerDay, rowsPerDay }: RequestLimits,
): TodoItem[] {
  return used.flatMap(({ site, bytes, rows }) => {
    const shares = [
      ...(bytesPerDay === undefined ? [] : [{ name: 'bytes', share: bytes / bytesPerDay }]),
      ...(rowsPerDay === undefined ? [] : [{ name: 'rows', share: rows / rowsPerDay }]),
    ];
    return shares
      .filter(({ share }) => share >= NEARLY)
      .map(({ name, share }) => ({ kind: 'budget' as const, site, name, count: Math.floor(share * 100) }));
  });
}
