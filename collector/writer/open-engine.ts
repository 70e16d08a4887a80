/** What a running collector writes by and reads from, in whichever engine its data lies. */
import type { Worker } from 'node:worker_threads';
import { databaseFile, type Environment } from '../environment.ts';
import { type Clock, monotonicClock } from '../lib/clock.ts';
import type { Seal } from '../lib/seal.ts';
import { openData } from '../store/open-data.ts';
import { inspectFile } from '../store/sqlite/file/inspect.ts';
import { readSeal } from '../store/sqlite/file/sealed.ts';
import { acquireServeLock } from '../store/sqlite/file/serve-lock.ts';
import { openSqliteStore } from '../store/sqlite/store.ts';
import type { Stores } from '../store/store.ts';
import { spawnWriter, startWriter, StoreError } from './client.ts';
import { createWriter, type Writer } from './methods.ts';

export interface Engine {
  writer: Writer;
  reader: Stores;
  seal: Seal;
}

export interface EngineOptions {
  environment: Environment;
  clock: Clock;
  /** Told when the store is gone for good. */
  onFault: (reason: string) => void;
  /** The writer's thread, where it was started beside the imports. */
  thread?: Worker | undefined;
  /** Milliseconds that another collector on the same folder gets to end. */
  takeOver: number;
  /** Told when it has to wait for that. */
  tell: (message: string) => void;
  /** Collects what ends each part, the newest first. */
  atEnd: (end: () => Promise<void> | void) => void;
}

export const openEngine = (options: EngineOptions): Promise<Engine> =>
  options.environment.databaseUrl === undefined ? openFolder(options) : openReplica(options);

/** One collector a folder: the writing half on a thread of its own, so that no fsync blocks a socket. */
async function openFolder(options: EngineOptions): Promise<Engine> {
  const { environment, clock, onFault, takeOver, tell, atEnd } = options;
  const { data, key, limits } = environment;
  const file = databaseFile(data);
  const { thread = spawnWriter() } = options;
  atEnd(async () => void (await thread.terminate()));
  const lock = await acquireServeLock({ folder: data, takeOver, tell, monotonic: monotonicClock });
  atEnd(() => lock.release());
  inspectFile({ file, key, now: clock() });
  const seal = readSeal(file, key);
  const writer = await startWriter({ file, key, limits }, onFault, thread);
  atEnd(() => writer.close());
  const reader = openSqliteStore({ file, clock, readonly: true });
  atEnd(() => reader.close());
  return { writer, reader, seal };
}

/** One of any number of replicas: the commit waits in the database, so no thread is needed. */
async function openReplica({ environment, clock, atEnd }: EngineOptions): Promise<Engine> {
  const { data, databaseUrl, key, limits } = environment;
  const { store, seal } = await openData({ file: databaseFile(data), databaseUrl, key, clock });
  atEnd(() => store.close());
  // What looks left behind may be held by another replica, which lives: leases here run out by themselves.
  const shared = withStoreErrors<Stores>({ ...store, releaseLeases: () => Promise.resolve(0) });
  return { writer: createWriter({ store: shared, seal, limits, clock }), reader: shared, seal };
}

/** What fails is told as the writer's thread tells it: nothing was kept, and whoever asked may ask again. */
function withStoreErrors<Methods extends object>(methods: Methods): Methods {
  const wrapped = Object.entries(methods).map(([name, method]: [string, (...args: unknown[]) => Promise<unknown>]) => [
    name,
    (...args: unknown[]) =>
      method(...args).catch((error: Error & { code?: string }) => {
        throw Object.assign(new StoreError(error.message, error.code), { cause: error });
      }),
  ]);
  return Object.fromEntries(wrapped) as Methods;
}
