/** The main thread's end of the writer: every method of the store and the front door as a promise. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { FrontDoor } from './front-door.ts';
import type { Ingest } from './ingest.ts';
import type { Stores } from './store/sqlite/store.ts';
import type { Answer, WriterData } from './writer.ts';

export type Writer = Stores & Ingest & FrontDoor;

/** A fault in the store: nothing of the call was kept. `code` is SQLite's, such as `SQLITE_FULL`. */
export class StoreError extends Error {
  code: string | undefined;
  constructor(message: string, code: string | undefined) {
    super(message);
    this.name = 'StoreError';
    this.code = code;
  }
}

/** Starts the thread; resolves when the store is open and migrated. `onExit` is told when the thread ends by itself. */
export async function startWriter(data: WriterData, onExit: (reason: string) => void): Promise<Writer> {
  const worker = new Worker(new URL('./writer.js', import.meta.url), { workerData: data });
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let last = 0;
  let closing = false;

  await Promise.race([
    once(worker, 'message'),
    once(worker, 'error').then(([error]) => Promise.reject(error as Error)),
  ]);
  const failAll = (reason: string): void => {
    for (const { reject } of waiting.values()) reject(new StoreError(reason, 'WRITER_GONE'));
    waiting.clear();
    if (!closing) onExit(reason);
  };
  worker.on('message', (answer: Answer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) call?.reject(new StoreError(answer.error.message, answer.error.code));
    else call?.resolve(answer.value as never);
  });
  worker.on('error', (error) => failAll(`the store's thread failed: ${error.message}`));
  worker.on('exit', (code) => failAll(`the store's thread ended with code ${code}`));

  const call = (method: string, args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (closing) return reject(new StoreError('the collector is stopping', 'WRITER_GONE'));
      last += 1;
      waiting.set(last, { resolve, reject });
      worker.postMessage({ id: last, method, args });
    });
  const close = async (): Promise<void> => {
    await call('close', []);
    closing = true;
    await worker.terminate();
  };
  return new Proxy({} as Writer, {
    get(_target, method) {
      // A promise is recognised by its `then`: the proxy must not look like one.
      if (typeof method !== 'string' || method === 'then') return undefined;
      return method === 'close' ? close : (...args: unknown[]) => call(method, args);
    },
  });
}
