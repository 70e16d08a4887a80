/** Keeps connections with their shops in step: tests, first run, hourly runs, announced orders. States are in `sync-state.ts`, the reading in `run.ts`. */
import { settingsDigest } from '../configuration/removal.ts';
import type { SyncConnection } from '../configuration/sync-connection.ts';
import { type TestReport, testSource } from '../configuration/test-source.ts';
import { minutes } from '../lib/duration.ts';
import {
  afterEdit,
  afterTest,
  isDue,
  actionRefusal,
  statesFor,
  type SyncAction,
  type SyncState,
} from '../model/sync-state.ts';
import { type FetchDeps, SyncStopped } from '../outbound/polite.ts';
import { isLeaseLost, type RunEnd, type SyncKey, type SyncProgress, type SyncRow } from '../store/sync-store.ts';
import { createFetcher, SourceFailure } from './run/fetch.ts';
import { performRun } from './run/perform.ts';
import { readHints } from './run/read-hints.ts';
import { openRun, type Run, type RunDeps } from './run/run.ts';

/** A page takes seconds; a process that is silent for this long is dead. */
const LEASE = minutes(2);
/** A hook's body is a whole order; longer is no order. */
const LONGEST_HOOK = 1024 * 1024;

export interface SyncDeps extends FetchDeps, RunDeps {
  /** Name of this process among the replicas. */
  owner: string;
}

/** `refused`: not allowed in this state. `stopped`: taken over, disabled, or the process is ending. */
export type SyncOutcome =
  | { result: 'refused'; reason: string }
  | { result: 'enabled' | 'failed' | 'stopped'; reason: string; progress: SyncProgress };

export interface Sync {
  /** The connection's row, made if it is new. */
  state(connection: SyncConnection): Promise<SyncRow>;
  /** Runs the staged test and remembers that these settings passed. Refused while syncing. */
  test(connection: SyncConnection): Promise<TestReport & { state: SyncState }>;
  /**
   * `start` after a test, `resync` by hand, `hourly` by the clock; each goes on with a run whose process died. `since` (epoch milliseconds) looks
   * further back than the last run. `onBegun` is called as soon as the state is Syncing. Resolves when it has ended.
   */
  synchronize(
    connection: SyncConnection,
    action: 'start' | 'resync' | 'hourly',
    options?: { signal?: AbortSignal; since?: number; onBegun?: () => void },
  ): Promise<SyncOutcome>;
  /** Takes a hook's hint; returns how many orders it announces, none while the connection is disabled. Fast: nothing is asked here. */
  announce(connection: SyncConnection, body: string): Promise<number>;
  /** Reads announced orders. Does nothing while a run is on, which reads them at its end. */
  readAnnounced(connection: SyncConnection, options?: { signal?: AbortSignal }): Promise<void>;
  /** To be called after settings were saved. */
  edited(connection: SyncConnection): Promise<void>;
  /** Deletes everything of the connection but its settings, which whoever calls this deletes. */
  remove(key: SyncKey): Promise<void>;
}

const keyOf = ({ site, id }: SyncConnection): SyncKey => ({ site, connection: id });

export function createSync(deps: SyncDeps): Sync {
  const { store, clock, seal, owner } = deps;
  const digest = (connection: SyncConnection): string => settingsDigest(connection.settings, seal);

  const state = async (connection: SyncConnection): Promise<SyncRow> => {
    const key = keyOf(connection);
    await store.createSync(key, clock());
    const row = await store.sync(key);
    if (!row) throw new Error(`The connection ${key.connection} was removed.`);
    // Settings can change behind our back (a configuration file applied): what was tested is what counts.
    const stale = row.tested !== null && row.tested !== digest(connection);
    if (!stale || row.state === 'untested' || row.state === 'disabled' || row.leaseUntil > clock()) return row;
    const changed = { reason: 'The settings were changed: test the connection again.', tested: null };
    await store.changeSync(key, { from: [row.state], to: 'untested', now: clock(), ...changed });
    return { ...row, ...changed, state: 'untested' };
  };

  const open = (run: { connection: SyncConnection; from: SyncState[]; to: SyncState }) =>
    store.acquireSync(keyOf(run.connection), { from: run.from, to: run.to, owner, now: clock(), ttl: LEASE });

  const begin = async (
    connection: SyncConnection,
    lease: NonNullable<Awaited<ReturnType<typeof open>>>,
    signal: AbortSignal | undefined,
  ): Promise<Run> => {
    const { sync } = connection.source;
    const row = await store.sync(keyOf(connection));
    if (!sync || !row) throw new Error(`${connection.source.title} is not a source that can be synchronized.`);
    const alive = (): Promise<void> => store.saveSync(lease, { now: clock() });
    const perSecond = Number(connection.settings['perSecond'] ?? sync.perSecond);
    const options = { settings: connection.settings, perSecond, alive, ...(signal ? { signal } : {}) };
    return openRun({ connection, sync, lease, row, fetcher: createFetcher(deps, options), deps });
  };

  return {
    state,
    async test(connection) {
      const row = await state(connection);
      const refused = actionRefusal(row.state, 'test');
      if (refused !== undefined) throw new Error(refused);
      const report = await testSource(connection.source, connection.settings, deps);
      const to = afterTest(row.state, report.ok);
      const reason = report.stages.find(({ ok }) => !ok)?.message ?? '';
      const tested = report.ok ? { tested: digest(connection) } : {};
      await store.changeSync(keyOf(connection), {
        from: [row.state],
        to,
        // What is in use keeps its own reason: a failed run says more than a test.
        reason: to === 'tested' || to === 'untested' ? reason : row.reason,
        now: clock(),
        ...tested,
      });
      return { ...report, state: to };
    },
    async synchronize(connection, action, { signal, since, onBegun } = {}) {
      const row = await state(connection);
      const dead = row.state === 'syncing' && row.leaseUntil <= clock();
      const asked: SyncAction = action === 'hourly' ? 'resync' : action;
      const refused = dead ? undefined : actionRefusal(row.state, asked);
      if (refused !== undefined) return { result: 'refused', reason: refused };
      if (action === 'hourly' && !isDue(row, clock())) return { result: 'refused', reason: 'It is not due yet.' };
      const lease = await open({ connection, from: dead ? ['syncing'] : statesFor(asked), to: 'syncing' });
      if (!lease) return { result: 'refused', reason: 'A synchronization is already in progress.' };
      onBegun?.();
      const run = await begin(connection, lease, signal);
      const { checkpoint } = run;
      if (since !== undefined && checkpoint.watermark !== null)
        checkpoint.watermark = Math.min(checkpoint.watermark, since);
      return conclude(run, () => performRun(run), { part: false, deps });
    },
    async announce(connection, body) {
      const { webhook } = connection.source;
      if (webhook?.kind !== 'hint' || body.length > LONGEST_HOOK) return 0;
      const ids = webhook.orderIds(body);
      // A paused shop's hooks need no memory: the run that follows reads whatever has changed since the last one.
      if ((await store.sync(keyOf(connection)))?.state === 'disabled') return 0;
      if (ids.length > 0) await store.addHints(keyOf(connection), ids, clock());
      return ids.length;
    },
    async readAnnounced(connection, { signal } = {}) {
      const waiting = await store.hints(keyOf(connection), 1);
      if (waiting.length === 0) return;
      // The state stays Enabled: a single order is no synchronization to wait for.
      const lease = await open({ connection, from: ['enabled'], to: 'enabled' });
      if (!lease) return;
      const run = await begin(connection, lease, signal);
      await conclude(run, () => readHints(run), { part: true, deps });
    },
    async edited(connection) {
      const row = await state(connection);
      if (row.tested === digest(connection)) return;
      const to = afterEdit(row.state);
      await store.changeSync(keyOf(connection), { from: [row.state], to, reason: '', now: clock(), tested: null });
    },
    remove: (key) => store.removeSync(key),
  };
}

/** Ends a run in the state that its outcome means, and gives the lease back. `part`: only announced orders were read. */
async function conclude(
  run: Run,
  work: () => Promise<void>,
  { part, deps }: { part: boolean; deps: SyncDeps },
): Promise<SyncOutcome> {
  const { progress } = run;
  const finish = (
    state: SyncState,
    reason: string,
    more: { temporary?: boolean; ended?: RunEnd } = {},
  ): Promise<void> =>
    deps.store.finishSync(run.lease, { state, reason, now: deps.clock(), temporary: false, ended: null, ...more });
  try {
    await work();
    await finish('enabled', '', { ended: part ? null : 'well' });
    return { result: 'enabled', reason: '', progress };
  } catch (error) {
    if (isLeaseLost(error)) return { result: 'stopped', reason: (error as Error).message, progress };
    if (error instanceof SyncStopped) {
      // The state stays as it is, and nobody holds the lease: the next process goes on.
      await finish(part ? 'enabled' : 'syncing', '');
      return { result: 'stopped', reason: 'The collector is stopping.', progress };
    }
    if (error instanceof SourceFailure) {
      const { message: reason, temporary } = error;
      // An announced order that can't be read just now waits for the next run; rejected credentials concern the connection.
      const passing = part && temporary;
      await finish(passing ? 'enabled' : 'failed', passing ? '' : reason, { temporary, ended: part ? null : 'badly' });
      deps.log?.warn({ ...run.key, reason }, 'synchronization failed');
      return { result: 'failed', reason, progress };
    }
    const reason = 'The collector itself failed; its log says how. It tries again within the hour.';
    await finish('failed', reason, { temporary: true, ended: 'badly' });
    throw error;
  }
}
