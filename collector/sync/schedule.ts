/** Runs synchronizations by the clock and by hand, in the background of `serve`: every hour, after a crash, on a hook; a list follows its source. */
import type { Connection } from '../configuration/sites.ts';
import type { SyncConnection } from '../configuration/sync-connection.ts';
import type { Clock } from '../lib/clock.ts';
import { seconds } from '../lib/duration.ts';
import { keepRounds } from '../lib/rounds.ts';
import type { ListConnection, PushReport } from '../lists/push-context.ts';
import { isDue, actionRefusal } from '../model/sync-state.ts';
import type { SyncStore } from '../store/sync-store.ts';
import type { CatchUpService } from './catch-up.ts';
import type { Sync } from './sync.ts';

const EVERY = seconds(30);

export interface ScheduleDeps {
  sync: Sync;
  store: Pick<SyncStore, 'hints'>;
  /** What is in force at the moment: enabled connections only. */
  sources(): Promise<SyncConnection[]>;
  lists(): Promise<ListConnection[]>;
  push(list: ListConnection, options: { signal: AbortSignal }): Promise<PushReport>;
  /** Shops that tell by signed webhooks, asked for what these have not brought. */
  catchUp?: CatchUpService;
  clock: Clock;
  log?: { error(fields: object, message: string): void };
}

export interface Schedule {
  /** Looks once at everything that may be due, and starts it. */
  tick(): Promise<void>;
  /** Starts a run by hand and returns as soon as it is Syncing: undefined, or why it is refused. Progress is read from the store. */
  begin(connection: SyncConnection, action: 'start' | 'resync'): Promise<string | undefined>;
  /** Reads announced orders now rather than at the next tick. */
  nudge(connection: SyncConnection): void;
  /** Reads what a signed webhook only named, now; resolves when that, or what is under way there, has ended. */
  readNamed(connection: Connection): Promise<void>;
  /** Ticks by itself until stopped. */
  start(): void;
  /** Lets what runs stop at its next request; whoever comes next goes on there. */
  stop(): Promise<void>;
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>;
}

export function createSchedule(deps: ScheduleDeps): Schedule {
  const { sync, store, clock, log } = deps;
  const running = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  let endRounds: () => Promise<void> = () => Promise.resolve();

  /** One job a connection in this process; the lease keeps other processes away. */
  const launch = (name: string, job: () => Promise<unknown>): void => {
    if (running.has(name) || stopping.signal.aborted) return;
    const run = job()
      .then(
        () => undefined,
        (error: unknown) => log?.error({ connection: name, err: error }, 'synchronization broke off'),
      )
      .finally(() => running.delete(name));
    running.set(name, run);
  };
  const nameOf = ({ site, id }: { site: string; id: string }): string => `${site}/${id}`;
  const { signal } = stopping;

  const run = async (
    connection: SyncConnection,
    action: 'start' | 'resync' | 'hourly',
    onBegun: () => void = () => undefined,
  ): Promise<void> => {
    const outcome = await sync.synchronize(connection, action, { signal, onBegun });
    if (outcome.result !== 'enabled') return;
    for (const list of await deps.lists()) {
      if (list.site === connection.site && list.from.id === connection.id) {
        launch(nameOf(list), () => deps.push(list, { signal }));
      }
    }
  };
  const look = async (connection: SyncConnection): Promise<void> => {
    if (running.has(nameOf(connection))) return;
    const row = await sync.state(connection);
    if (isDue(row, clock())) {
      launch(nameOf(connection), () => run(connection, 'hourly'));
      return;
    }
    const waiting = await store.hints({ site: connection.site, connection: connection.id }, 1);
    if (waiting.length > 0) launch(nameOf(connection), () => sync.readAnnounced(connection, { signal }));
  };
  const readNamed = (connection: Connection): Promise<void> => {
    launch(nameOf(connection), () => deps.catchUp!.readAnnounced(connection, { signal }));
    return running.get(nameOf(connection)) ?? Promise.resolve();
  };
  const tick = async (): Promise<void> => {
    for (const connection of await deps.sources()) await look(connection);
    for (const connection of (await deps.catchUp?.due()) ?? [])
      launch(nameOf(connection), () => deps.catchUp!.run(connection, { signal }));
    for (const connection of (await deps.catchUp?.announced()) ?? []) void readNamed(connection);
  };
  const idle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running.values());
  };
  return {
    tick,
    idle,
    async begin(connection, action) {
      const row = await sync.state(connection);
      const dead = row.state === 'syncing' && row.leaseUntil <= clock();
      const refused = dead ? undefined : actionRefusal(row.state, action);
      if (refused !== undefined) return refused;
      if (running.has(nameOf(connection))) return 'An announced order is just being read: try again in a moment.';
      if (stopping.signal.aborted) return 'The collector is stopping.';
      // Whoever follows the progress next must find it running.
      await new Promise<void>((resolve) => {
        launch(nameOf(connection), () => run(connection, action, resolve).finally(resolve));
      });
      return undefined;
    },
    readNamed,
    nudge(connection) {
      launch(nameOf(connection), () => sync.readAnnounced(connection, { signal }));
    },
    start() {
      endRounds = keepRounds({
        every: EVERY,
        round: tick,
        failed: (error) => log?.error({ err: error }, 'the schedule of synchronizations broke off'),
        atOnce: false,
      });
    },
    async stop() {
      stopping.abort();
      await endRounds();
      await idle();
    },
  };
}
