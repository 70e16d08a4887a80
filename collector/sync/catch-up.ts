/**
 * Asks shops for what their webhooks have not brought, or for everything where they post none: every hour or as often as the source says,
 * and so at once after the collector was away.
 *
 * Its row in the store is that of a synchronization: lease, time of the last end, and the moment up to which everything is known. The state is
 * `enabled` while all is well and `failed` with the reason otherwise; by the clock it is tried again all the same, since nothing else is lost by it.
 */
import type { Connection, Sites } from '../configuration/sites.ts';
import type { Command, CommandReply } from '../intake/command.ts';
import type { CatchUp, ReportList, ReportPage, ReportQuery, RereadStep } from '../kit/source.ts';
import { days, minutes } from '../lib/duration.ts';
import type { HttpResponse } from '../model/http.ts';
import { needsMending } from '../model/shop/hook-health.ts';
import { EVERY_HOUR, type SyncState } from '../model/sync-state.ts';
import { type FetchDeps, SyncStopped } from '../outbound/polite.ts';
import type { Store } from '../store/store.ts';
import { type Checkpoint, isLeaseLost, type Lease, type SyncKey, type SyncStore } from '../store/sync-store.ts';
import { hearReports } from './hear-reports.ts';
import { lookAfterHooks } from './hook-health.ts';
import { createFetcher, type Fetcher, SourceFailure } from './run/fetch.ts';

const LEASE = minutes(2);
/** Clocks of web servers and databases differ, and transactions end after their time stamp. */
const OVERLAP = minutes(15);
/** How far the daily look at placed orders goes back: most refunds are made within it. */
const PLACED_WITHIN = days(45);
/** Things read whole before the lease's standing is looked at again, and how many such batches a run takes on. */
const BATCH = 50;
const MOST_BATCHES = 200;
/** So many things in a row that can't be read are the shop's trouble, not theirs. */
const HOPELESS = 3;
/** Problems that are kept for people to read. */
const MOST_PROBLEMS = 5;
/** Whatever came before: a connection that is off is not asked at all. */
const ANY_STATE: readonly SyncState[] = ['untested', 'tested', 'syncing', 'enabled', 'failed'];

export interface CatchUpDeps extends FetchDeps {
  store: SyncStore & Pick<Store, 'order'>;
  sites: () => Promise<Sites>;
  /** Stored when it resolves. */
  tell(commands: Command[]): Promise<readonly CommandReply[]>;
  owner: string;
  /** Where the shop should post to. */
  hookOf(connection: Connection): string;
  log?: { warn(fields: object, message: string): void };
}

export type CaughtUp =
  | { result: 'done'; orders: number; requests: number; problems: string[] }
  | { result: 'refused' | 'failed' | 'stopped'; reason: string };

export interface CatchUpService {
  /** Enabled connections that can be asked and whose hour has come. */
  due(): Promise<Connection[]>;
  /** Remembers what a webhook named: durable when it resolves. */
  announce(connection: Connection, ids: readonly string[]): Promise<void>;
  /** Reads whole what was announced; does nothing while the shop is being asked, which does so at its end. */
  readAnnounced(connection: Connection, options?: { signal?: AbortSignal }): Promise<void>;
  /** Enabled connections of which something was announced. */
  announced(): Promise<Connection[]>;
  /** Makes the webhooks of the shop unknown again: they are deleted there by hand. False while the shop is being asked. */
  forgetHooks(connection: Connection): Promise<boolean>;
  /** Asks now. `since` (epoch milliseconds) looks further back than the last time. */
  run(connection: Connection, options?: { signal?: AbortSignal; since?: number }): Promise<CaughtUp>;
}

export function createCatchUp(deps: CatchUpDeps): CatchUpService {
  const { store, clock } = deps;
  const able = async (): Promise<Connection[]> =>
    [...(await deps.sites()).byId.values()]
      .flatMap(({ connections }) => connections)
      .filter(
        ({ enabled, source, settings }) =>
          enabled && source?.catchUp !== undefined && source.catchUp.unable(settings) === undefined,
      );
  const begin = async (connection: Connection, catchUp: CatchUp, signal?: AbortSignal): Promise<Run | undefined> => {
    const { settings, source } = connection;
    const key = keyOf(connection);
    await store.createSync(key, clock());
    const lease = await store.acquireSync(key, {
      ...{ from: ANY_STATE, to: 'enabled', owner: deps.owner, now: clock(), ttl: LEASE },
    });
    if (!lease) return undefined;
    const alive = (): Promise<void> => store.saveSync(lease, { now: clock() });
    const options = {
      settings,
      token: source?.token,
      perSecond: catchUp.perSecond,
      alive,
      ...(signal ? { signal } : {}),
    };
    const tally: Tally = { orders: new Set(), problems: [] };
    return { connection, catchUp, lease, fetcher: createFetcher(deps, options), deps, tally };
  };
  return {
    async due() {
      const found: Connection[] = [];
      for (const connection of await able()) {
        const row = await store.sync(keyOf(connection));
        const every = connection.source?.catchUp?.every ?? EVERY_HOUR;
        const passed = row?.endedAt == null || clock() - row.endedAt >= every;
        if (passed && (row?.leaseUntil ?? 0) <= clock()) found.push(connection);
      }
      return found;
    },
    async announced() {
      const found: Connection[] = [];
      for (const connection of await able())
        if ((await store.hints(keyOf(connection), 1)).length > 0) found.push(connection);
      return found;
    },
    announce: (connection, ids) => store.addHints(keyOf(connection), ids, clock()),
    async readAnnounced(connection, { signal } = {}) {
      const { source, settings } = connection;
      if (!source?.catchUp?.reread || source.catchUp.unable(settings) !== undefined) return;
      const run = await begin(connection, source.catchUp, signal);
      if (run) await conclude(run, () => readAgain(run), { part: true });
    },
    async forgetHooks(connection) {
      const catchUp = connection.source?.catchUp;
      const run = catchUp && (await begin(connection, catchUp));
      if (catchUp && !run) return false;
      if (run) await conclude(run, () => dropHooks(run), { part: true });
      return true;
    },
    async run(connection, { signal, since } = {}) {
      const { source, settings } = connection;
      const catchUp = source?.catchUp;
      const unable = catchUp ? catchUp.unable(settings) : `${connection.id} is no shop that can be asked.`;
      if (!catchUp || unable !== undefined) return { result: 'refused', reason: unable ?? '' };
      const run = await begin(connection, catchUp, signal);
      if (!run) return { result: 'refused', reason: 'The shop is being asked already.' };
      return conclude(run, () => read(run, since), { part: false });
    },
  };
}

const keyOf = ({ site, id }: Connection): SyncKey => ({ site, connection: id });

interface Run {
  connection: Connection;
  catchUp: CatchUp;
  lease: Lease;
  fetcher: Fetcher;
  deps: CatchUpDeps;
  tally: Tally;
}

interface Tally {
  /** Each once, however many lists show it. */
  orders: Set<string>;
  problems: string[];
}

/** What has changed since the last time, and once a day what was placed of late. What was heard before changes nothing. */
async function read(run: Run, since: number | undefined): Promise<void> {
  const { connection, catchUp, lease, fetcher, deps } = run;
  const { store, clock } = deps;
  const checkpoint = (await store.sync(keyOf(connection)))!.checkpoint;
  const startedAt = clock();
  const known = checkpoint.watermark ?? connection.createdAt;
  const from = Math.min(known, since ?? known) - OVERLAP;
  for (const list of catchUp.changed) await readList(run, { list, since: from });
  const sweeps = startedAt - checkpoint.sweep >= days(1);
  if (sweeps && catchUp.placed) {
    const earliest = Math.max(startedAt - PLACED_WITHIN, connection.createdAt - OVERLAP);
    await readList(run, { list: catchUp.placed, since: earliest });
  }
  // What was only named is kept: the lists need not be read anew for what can't be read whole just now.
  const unread = await tryToReadAgain(run);
  const hooks = await hooksOf(run, checkpoint.hooks);
  const next: Checkpoint = {
    ...checkpoint,
    ...(hooks ? { hooks } : {}),
    problems: keptProblems(sweeps ? [] : checkpoint.problems, run.tally.problems),
    // The shop's clock is known now.
    watermark: startedAt + fetcher.skew(),
    ...(sweeps ? { sweep: startedAt } : {}),
  };
  await store.saveSync(lease, { now: clock(), checkpoint: next });
  if (unread) throw unread;
}

async function tryToReadAgain(run: Run): Promise<SourceFailure | undefined> {
  try {
    await readAgain(run);
    return undefined;
  } catch (error) {
    if (error instanceof SourceFailure) return error;
    throw error;
  }
}

/** Those of the daily look at all recent orders replace the ones of before: what is mended meanwhile is gone with it. */
const keptProblems = (former: readonly string[] | undefined, found: readonly string[]): string[] =>
  [...new Set([...(former ?? []), ...found])].slice(0, MOST_PROBLEMS);

async function dropHooks({ connection, lease, deps }: Run): Promise<void> {
  const { hooks: _dropped, ...checkpoint } = (await deps.store.sync(keyOf(connection)))!.checkpoint;
  await deps.store.saveSync(lease, { now: deps.clock(), checkpoint });
}

/** A shop that is asked every few minutes is asked for its webhooks every hour, sooner where one is off. */
async function hooksOf(run: Run, former: Checkpoint['hooks']): Promise<Checkpoint['hooks']> {
  const { connection, catchUp, fetcher, deps } = run;
  const now = deps.clock();
  const fresh = catchUp.every !== undefined && former && !needsMending(former) && now - former.at < EVERY_HOUR;
  if (fresh || !connection.source) return former;
  const known = former ? { former } : {};
  const hooks = await lookAfterHooks(connection.source, {
    ...{ address: deps.hookOf(connection), fetcher, now, ...known },
  });
  if (hooks && needsMending(hooks)) deps.log?.warn({ ...keyOf(connection), ...hooks }, 'the shop posts no more');
  return hooks;
}

async function readList(run: Run, { list, since }: { list: ReportList; since: number }): Promise<void> {
  const { connection, fetcher, lease, deps } = run;
  const { store, clock } = deps;
  for (let next: string | undefined = ''; next !== undefined;) {
    const query: ReportQuery = next === '' ? { since } : { since, next };
    const page: ReportPage = await fetcher.ask(
      { request: list.request, read: (response, settings) => list.read(response, query, settings) },
      query,
    );
    await hear(run, page);
    if (page.reread && page.reread.length > 0) await store.addHints(keyOf(connection), page.reread, clock());
    await store.saveSync(lease, { now: clock() });
    next = page.next;
  }
}

async function hear({ connection, deps, tally }: Run, page: ReportPage): Promise<void> {
  const site = (await deps.sites()).byId.get(connection.site);
  if (!site) return;
  const heard = await hearReports(
    page.reports,
    { site, createdAt: connection.createdAt },
    { ingest: deps.tell, store: deps.store, now: deps.clock() },
  );
  for (const { orderId, result } of heard) if (result !== 'history') tally.orders.add(orderId);
  tally.problems.push(...page.problems, ...heard.flatMap(({ unclear }) => unclear ?? []));
}

/**
 * What was only named, each read whole. What is named again meanwhile stays for the next time, and so does what can't be read: it goes behind the
 * others, which it must not keep from being read.
 */
async function readAgain(run: Run): Promise<void> {
  const { catchUp, connection, lease, deps } = run;
  const { store, clock } = deps;
  if (!catchUp.reread) return;
  const failed = new Map<string, SourceFailure>();
  let [read, inARow] = [0, 0];
  for (let batch = 0; batch < MOST_BATCHES && inARow < HOPELESS; batch += 1) {
    const hints = (await store.hints(keyOf(connection), BATCH)).filter(({ orderId }) => !failed.has(orderId));
    if (hints.length === 0) break;
    for (const hint of hints) {
      const failure = await tryToRead(run, hint.orderId);
      inARow = failure ? inARow + 1 : 0;
      if (failure) {
        failed.set(hint.orderId, failure);
        await store.addHints(keyOf(connection), [hint.orderId], clock());
        if (inARow >= HOPELESS) break;
      } else {
        read += 1;
        await store.saveSync(lease, { now: clock(), hintsDone: [hint] });
      }
    }
  }
  const [first] = failed;
  if (!first) return;
  const [id, { message, temporary }] = first;
  throw read === 0 ? first[1] : new SourceFailure({ message: `${id} can't be read: ${message}`, temporary });
}

/** Why it can't be read, where it can't. */
async function tryToRead(run: Run, id: string): Promise<SourceFailure | undefined> {
  const { catchUp, fetcher } = run;
  try {
    await hear(run, await readWhole(id, catchUp.reread!.bind(catchUp), fetcher));
    return undefined;
  } catch (error) {
    if (error instanceof SourceFailure) return error;
    throw error;
  }
}

async function readWhole(id: string, reread: NonNullable<CatchUp['reread']>, fetcher: Fetcher): Promise<ReportPage> {
  const answers: HttpResponse[] = [];
  let step = reread(id, answers, fetcher.settings);
  try {
    while ('ask' in step) {
      const { ask } = step;
      step = await fetcher.ask<undefined, RereadStep>(
        {
          request: () => ask,
          read(response) {
            const next = reread(id, [...answers, response], fetcher.settings);
            if ('fault' in next) return next;
            answers.push(response);
            return { value: next };
          },
        },
        undefined,
      );
    }
  } catch (error) {
    if (error instanceof SourceFailure && error.missing) return { reports: [], problems: [] };
    throw error;
  }
  if ('fault' in step) throw new SourceFailure(step.fault);
  return step.value;
}

/** Gives the lease back in the state that the outcome means. `part`: only what was announced was read, and the hour is not over. */
async function conclude(run: Run, work: () => Promise<void>, { part }: { part: boolean }): Promise<CaughtUp> {
  const { lease, fetcher, connection, deps, tally } = run;
  const finish = (state: SyncState, reason: string, ended: 'well' | 'badly' | null): Promise<void> =>
    deps.store.finishSync(lease, {
      ...{ state, reason, temporary: reason !== '', now: deps.clock() },
      ended: part ? null : ended,
    });
  try {
    await work();
    await finish('enabled', '', 'well');
    const { orders, problems } = tally;
    return { result: 'done', requests: fetcher.requests(), orders: orders.size, problems };
  } catch (error) {
    if (isLeaseLost(error)) return { result: 'stopped', reason: (error as Error).message };
    if (error instanceof SyncStopped) {
      // Nothing ended: whoever comes next asks again.
      await finish('enabled', '', null);
      return { result: 'stopped', reason: 'The collector is stopping.' };
    }
    const reason = error instanceof SourceFailure ? error.message : 'The collector itself failed; its log says how.';
    await finish('failed', reason, 'badly');
    if (!(error instanceof SourceFailure)) throw error;
    deps.log?.warn({ site: connection.site, connection: connection.id, reason }, 'the shop could not be asked');
    return { result: 'failed', reason };
  }
}
