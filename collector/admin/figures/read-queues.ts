/** What each network is still owed, what holds it up, and until when: one judgement for every face. */
import type { QueueShown } from '../../../wire/admin/connections.ts';
import type { Connection, Sites } from '../../configuration/sites.ts';
import { hours, minutes } from '../../lib/duration.ts';
import type { Seal } from '../../lib/seal.ts';
import type { Breaker } from '../../model/delivery.ts';
import { openBudgetBeside } from '../../relay/lane/budgets.ts';
import type { FiguresStore, QueuedGroup } from '../../store/figures-store.ts';
import type { Store } from '../../store/store.ts';

export interface QueueDeps {
  read: Pick<FiguresStore, 'queuedGroups'> &
    Pick<
      Store,
      'breakers' | 'pausedFor' | 'attemptsSince' | 'askedSince' | 'browserAttemptsSince' | 'apiKeys' | 'leasedNow'
    >;
  sites: () => Promise<Sites>;
  seal: Seal;
  now: number;
}

/** What is due leaves within a second where nothing holds it up. */
const LATE = minutes(1);

/** Of the sites named, in the order of their configuration; what is no network is told nothing and has no queue. */
export async function readQueues(sites: readonly string[], deps: QueueDeps): Promise<QueueShown[]> {
  const { read, now } = deps;
  const [groups, breakers] = [await read.queuedGroups(), await read.breakers()];
  const { byId } = await deps.sites();
  const networks = sites
    .flatMap((site) => byId.get(site)?.connections ?? [])
    .filter(({ destination }) => destination !== undefined);
  return Promise.all(
    networks.map(async (connection) => {
      const { site, id } = connection;
      const isOwn = (one: { site: string; connection: string }): boolean => one.site === site && one.connection === id;
      return viewQueue(connection, {
        groups: groups.filter(isOwn),
        breaker: breakers.find(isOwn),
        askedFor: await read.pausedFor(site, id),
        budget: await budgetOf(connection, deps),
        now,
      });
    }),
  );
}

/** What is known of a connection when it is judged. */
export interface Standing {
  groups: readonly QueuedGroup[];
  breaker: Breaker | undefined;
  /** Milliseconds that the vendor still wants to be left alone. */
  askedFor: number;
  budget: (NonNullable<QueueShown['budget']> & { freeAt: number }) | null;
  now: number;
}

/** Pure. */
export function viewQueue(
  { site, id, enabled, type, destination }: Pick<Connection, 'site' | 'id' | 'enabled' | 'type' | 'destination'>,
  standing: Standing,
): QueueShown {
  const { groups, budget } = standing;
  const countOf = (...states: QueuedGroup['state'][]): number =>
    groups.filter(({ state }) => states.includes(state)).reduce((sum, { count }) => sum + count, 0);
  const old = groups.filter(({ state }) => state !== 'waiting' || !enabled).map(({ oldestAt }) => oldestAt);
  return {
    ...{ site, connection: id, title: destination?.title ?? type },
    ...stateOf(enabled, standing),
    ...{ owed: countOf('due', 'sending'), held: countOf('held'), waiting: countOf('waiting') },
    oldestAt: old.length === 0 ? null : new Date(Math.min(...old)).toISOString(),
    budget: budget && { left: budget.left, of: budget.of, per: budget.per },
  };
}

function stateOf(
  enabled: boolean,
  { groups, breaker, askedFor, budget, now }: Standing,
): Pick<QueueShown, 'state' | 'reason' | 'until'> {
  const plain = (state: QueueShown['state'], until?: number) => ({
    ...{ state, reason: null },
    until: until === undefined ? null : new Date(until).toISOString(),
  });
  if (!enabled) return plain('off');
  if (breaker) {
    const { kind, reason, probeAt } = breaker;
    return { ...plain(kind, probeAt), reason };
  }
  if (askedFor > 0) return plain('asked', now + askedFor);
  const due = groups.find(({ state }) => state === 'due');
  const isSending = groups.some(({ state }) => state === 'sending');
  if (!due) return plain(isSending ? 'moving' : 'idle');
  if (budget?.left === 0) return plain('full', budget.freeAt);
  const next = due.nextAt ?? now;
  if (next > now && !isSending) return plain('retry', next);
  return plain(next < now - LATE ? 'late' : 'moving');
}

/** Of hour and minute the one that ends first. Counted as whoever sends next would count it. */
async function budgetOf(connection: Connection, { read, sites, seal, now }: QueueDeps): Promise<Standing['budget']> {
  const { perHour, perMinute } = connection.limits;
  const opened = async (limits: Connection['limits']) =>
    openBudgetBeside({ connection: { ...connection, limits }, store: read, sites, seal, now });
  const kinds = [
    ...(perHour === undefined ? [] : [{ per: 'hour' as const, of: perHour, limits: { perHour }, longest: hours(1) }]),
    ...(perMinute === undefined
      ? []
      : [{ per: 'minute' as const, of: perMinute, limits: { perMinute }, longest: minutes(1) }]),
  ];
  const found = await Promise.all(
    kinds.map(async ({ per, of, limits, longest }) => {
      const budget = await opened(limits);
      return { per, of, left: budget.available(now), freeAt: Math.min(budget.freeAt(now), now + longest) };
    }),
  );
  return found.toSorted((a, b) => a.left - b.left)[0] ?? null;
}
