/** The writing half, on a thread of its own: opens the store, reads requests, commits them in groups. Talks to `writer-client.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { createIngest } from './ingest.ts';
import { createFrontDoor } from './front-door.ts';
import { createGroupCommit } from './group-commit.ts';
import { systemClock } from './lib/clock.ts';
import { createSeal } from './lib/seal.ts';
import { cachedSites } from './sites.ts';
import { openSqliteStore } from './store/sqlite/store.ts';

/** What the main thread asks. `method` names a function of the front door or of the store. */
export interface Call {
  id: number;
  method: string;
  args: unknown[];
}

export type Answer = { id: number; value: unknown } | { id: number; error: { message: string; code?: string } };

export interface WriterData {
  file: string;
  key: string;
}

if (parentPort) {
  const port = parentPort;
  const { file, key } = workerData as WriterData;
  const seal = createSeal(key);
  const store = openSqliteStore({ file, clock: systemClock });
  const sites = cachedSites({ store, seal });
  const ingest = createIngest({ store, sites, seal, clock: systemClock });
  const door = createFrontDoor({ ingest, sites, clock: systemClock });
  const methods = { ...store, ...ingest, receive: createGroupCommit(door.receive) } as unknown as Record<
    string,
    (...args: unknown[]) => Promise<unknown>
  >;

  port.on('message', ({ id, method, args }: Call) => {
    const run = methods[method];
    if (!run) throw new Error(`The writer has no method ${method}.`);
    run(...args).then(
      (value) => port.postMessage({ id, value } satisfies Answer),
      (error: Error & { code?: string }) =>
        port.postMessage({
          id,
          error: { message: error.message, ...(error.code === undefined ? {} : { code: error.code }) },
        } satisfies Answer),
    );
  });
  port.postMessage('ready');
}
