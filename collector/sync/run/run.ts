/** What the steps of a synchronization share: the run, its checkpoint and progress, and how a page is taken over. The steps are in `perform.ts`. */
import type { SyncConnection } from '../../configuration/sync-connection.ts';
import type { SourceCustomer, SourceOrder, StatusMap, SyncSource } from '../../kit/source.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Seal } from '../../lib/seal.ts';
import type { Checkpoint, Lease, SyncKey, SyncPage, SyncProgress, SyncRow, SyncStore } from '../../store/sync-store.ts';
import type { Fetcher } from './fetch.ts';
import { type IngestCommands, type RowReader, ingestRows } from './ingest-rows.ts';
import { contactOf, historyOf } from './rows.ts';
import { countNew, newTally, type Tally } from './tally.ts';

/** Problems kept in words; the rest is counted by the log. */
const MOST_PROBLEMS = 20;

export interface RunDeps {
  store: SyncStore;
  tell: IngestCommands;
  seal: Seal;
  clock: Clock;
  log?: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  onProgress?: (key: SyncKey, progress: SyncProgress) => void;
}

/** What the steps of a run share. */
export interface Run {
  key: SyncKey;
  lease: Lease;
  sync: SyncSource;
  connection: SyncConnection;
  deps: RunDeps;
  fetcher: Fetcher;
  checkpoint: Checkpoint;
  progress: SyncProgress;
  /** What of each the progress has counted. */
  counted: { customers: Tally; orders: Tally };
  map: StatusMap;
  teller: RowReader;
}

interface Start {
  connection: SyncConnection;
  sync: SyncSource;
  lease: Lease;
  row: SyncRow;
  fetcher: Fetcher;
  deps: RunDeps;
}

export function openRun({ connection, sync, lease, row, fetcher, deps }: Start): Run {
  const key = { site: connection.site, connection: connection.id };
  const now = deps.clock();
  const zero = { done: 0, startedDone: 0, requests: 0, customers: 0, orders: 0, told: 0 };
  const progress: SyncProgress = { phase: 'statuses', total: null, ...zero, startedAt: now, at: now, problems: [] };
  const reports = sync.reports(connection.settings);
  const { store, tell } = deps;
  // Shops count time in seconds: an order of the connection's own second is new.
  const since = Math.floor(connection.createdAt / 1000) * 1000;
  const teller: RowReader = { key, sync, fetcher, store, tell, map: row.map, reports, since };
  const counted = { customers: newTally(), orders: newTally() };
  const { checkpoint, map } = row;
  return { key, lease, sync, connection, deps, fetcher, checkpoint, progress, counted, map, teller };
}

/** Now, by the shop's clock. */
export const shopTime = ({ deps, fetcher }: Run): number => deps.clock() + fetcher.skew();

/** Begins a phase of the progress; `done` is where an earlier run left it. */
export function beginPhase(run: Run, phase: SyncProgress['phase'], done = 0): void {
  const now = run.deps.clock();
  Object.assign(run.progress, { phase, done, startedDone: done, total: null, startedAt: now, at: now });
}

/** Writes a page with the checkpoint and the progress that it makes: all of it, or nothing. */
export async function saveProgress(run: Run, page: Omit<SyncPage, 'now' | 'checkpoint' | 'progress'>): Promise<void> {
  const { deps, lease, checkpoint, progress, counted, fetcher } = run;
  const now = deps.clock();
  progress.at = now;
  progress.requests = fetcher.requests();
  progress.customers += countNew(counted.customers, page.customers?.map(({ customerId }) => customerId) ?? []);
  progress.orders += countNew(counted.orders, page.orders?.map(({ orderId }) => orderId) ?? []);
  progress.told += page.told?.length ?? 0;
  await deps.store.saveSync(lease, { ...page, now, checkpoint, progress });
  deps.onProgress?.(run.key, { ...progress });
}

export function addProblems(run: Run, problems: readonly string[]): void {
  for (const problem of problems) run.deps.log?.warn({ ...run.key, problem }, 'a row of the shop cannot be used');
  const room = MOST_PROBLEMS - run.progress.problems.length;
  run.progress.problems.push(...problems.slice(0, Math.max(0, room)));
}

/** Orders first reach ingest, then the history: a crash in between tells them again, and ingest knows them already. */
export async function takeOrders(run: Run, rows: readonly SourceOrder[], page: Partial<SyncPage> = {}): Promise<void> {
  const { told, problems } = await ingestRows(rows, run.teller);
  addProblems(run, problems);
  const orders = rows.map((row) => historyOf(row, run.map, run.deps.seal));
  await saveProgress(run, { ...page, orders, told });
}

export async function takeCustomers(run: Run, rows: readonly SourceCustomer[]): Promise<void> {
  for (const { id } of rows) run.checkpoint.newestCustomer = Math.max(run.checkpoint.newestCustomer, Number(id));
  await saveProgress(run, { customers: rows.map((row) => contactOf(row, run.deps.seal)) });
}
