/** The writing half, on a thread of its own: opens the store, reads requests, commits them in groups. Talks to `client.ts`. */
import { parentPort, type MessagePort } from 'node:worker_threads';
import { systemClock } from '../lib/clock.ts';
import type { RequestLimits } from '../lib/limits/request-limits.ts';
import { readSeal } from '../store/sqlite/file/sealed.ts';
import { openSqliteStore } from '../store/sqlite/store.ts';
import { createWriter } from './methods.ts';

/** What the main thread asks. `method` names a function of the front door or of the store. */
export interface WriterCall {
  id: number;
  method: string;
  args: unknown[];
}

export type WriterAnswer = { id: number; value: unknown } | { id: number; error: { message: string; code?: string } };

export interface WriterData {
  file: string;
  key: string;
  limits: RequestLimits;
}

/** What the thread says when it can't open the store: a fault doesn't survive the way between threads as it is. */
export interface Failed {
  failed: { message: string; code?: string | undefined };
}

// The first message says which store; until it comes the code is loaded, and nothing is touched.
parentPort?.once('message', (data: WriterData) => {
  try {
    openThread(parentPort!, data);
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    parentPort!.postMessage({ failed: { message, code } } satisfies Failed);
  }
});

function openThread(port: MessagePort, { file, key, limits }: WriterData): void {
  const seal = readSeal(file, key);
  const store = openSqliteStore({ file, clock: systemClock, seal });
  const methods = createWriter({ store, seal, limits, clock: systemClock }) as unknown as Record<
    string,
    (...args: unknown[]) => Promise<unknown>
  >;

  port.on('message', ({ id, method, args }: WriterCall) => {
    const run = methods[method];
    if (!run) throw new Error(`The writer has no method ${method}.`);
    run(...args).then(
      (value) => port.postMessage({ id, value } satisfies WriterAnswer),
      (error: Error & { code?: string }) =>
        port.postMessage({
          id,
          error: { message: error.message, ...(error.code === undefined ? {} : { code: error.code }) },
        } satisfies WriterAnswer),
    );
  });
  port.postMessage('ready');
}
