/** One run of a synchronization: statuses, then everything (first run), then what has changed and what was announced. Goes on where an earlier run stopped. */
import type { ListPage, Paging, SourceCustomer, SourceOrder, StatusMap } from '../../kit/source.ts';
import { readChanges } from './read-changes.ts';
import { readHints } from './read-hints.ts';
import { beginPhase, addProblems, saveProgress, shopTime, takeCustomers, takeOrders, type Run } from './run.ts';
import { countPast } from './tally.ts';
import { walkPages } from './walk.ts';

export async function performRun(run: Run): Promise<void> {
  await learnStatuses(run);
  // From here the shop's clock is known. What changes while the first run reads is found by the changes that follow it.
  run.checkpoint.watermark ??= shopTime(run);
  const first = run.checkpoint.phase !== 'done';
  if (run.checkpoint.phase === 'customers') await readCustomers(run);
  if (run.checkpoint.phase === 'orders') await readOrders(run);
  await readChanges(run, { first });
  await readHints(run);
  beginPhase(run, 'done');
  await saveProgress(run, {});
}

/** Statuses are read every time: a merchant may have added a letter. A changed map is applied to what is stored. */
async function learnStatuses(run: Run): Promise<void> {
  const { sync, connection, fetcher, deps, lease } = run;
  const statuses = await fetcher.ask(sync.statuses, undefined);
  const map = sync.statusMap(statuses, connection.settings);
  const changed = Object.keys({ ...map, ...run.map }).some((letter) => map[letter] !== run.map[letter]);
  run.map = map;
  run.teller.map = map;
  for (let after: string | undefined = ''; changed && after !== undefined;) {
    const want: { map: StatusMap; after: string; since: number } = { map, after, since: run.teller.since };
    after = (await deps.store.remapOrders(lease, { ...want, now: deps.clock() })).next;
  }
  // Last, so that a crash on the way gives the whole history its new meanings again.
  await saveProgress(run, { statuses, map });
}

const readCustomers = (run: Run): Promise<void> =>
  readHistory<SourceCustomer>(run, {
    ...({ kind: 'customers', next: 'orders', take: takeCustomers } as const),
    ask: (paging) => run.fetcher.ask(run.sync.backfill.customers, paging),
  });

const readOrders = (run: Run): Promise<void> =>
  readHistory<SourceOrder>(run, {
    ...({ kind: 'orders', next: 'done', take: takeOrders } as const),
    ask: (paging) => run.fetcher.ask(run.sync.backfill.orders, paging),
  });

interface History<Row> {
  kind: 'customers' | 'orders';
  /** The phase that follows. */
  next: 'orders' | 'done';
  ask(paging: Paging): Promise<ListPage<Row>>;
  take(run: Run, rows: readonly Row[]): Promise<void>;
}

/** Reads all of one kind, page by page, and keeps after each how far it came. */
async function readHistory<Row extends SourceCustomer | SourceOrder>(run: Run, history: History<Row>): Promise<void> {
  const { checkpoint, progress } = run;
  const { kind, next, ask, take } = history;
  beginPhase(run, kind, checkpoint.next);
  await walkPages<Row>({
    ...{ ask, perPage: run.sync.perPage, from: checkpoint },
    id: ({ id }) => Number(id),
    async take({ rows, problems }, place, total) {
      Object.assign(checkpoint, place);
      Object.assign(progress, { done: Math.min(place.next, total), total });
      addProblems(run, problems);
      await take(run, rows);
      countPast(run.counted[kind], place.last);
    },
  });
  Object.assign(checkpoint, { phase: next, next: 0, last: null });
  await saveProgress(run, {});
}
