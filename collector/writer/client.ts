/** The main thread's end of the writer: every method of the store and the front door as a promise. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { explainFileFault } from '../store/start-error.ts';
import type { Writer } from './methods.ts';
import type { Failed, WriterAnswer, WriterData } from './thread.ts';

/** A fault in the store: nothing of the call was kept. `code` is SQLite's, such as `SQLITE_FULL`. */
export class StoreError extends Error {
  code: string | undefined;
  constructor(message: string, code: string | undefined) {
    super(message);
    this.name = 'StoreError';
    this.code = code;
  }
}

/** A thread that loads its code, beside whatever this one does, and then waits to be told which store to open. */
export const spawnWriter = (): Worker => new Worker(new URL('./thread.js', import.meta.url));

/** Resolves when the thread's store is open and migrated. `onExit` is told when the thread ends by itself. */
export async function startWriter(
  data: WriterData,
  onExit: (reason: string) => void,
  worker = spawnWriter(),
): Promise<Writer> {
  worker.postMessage(data);
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let last = 0;
  let closing = false;

  const [first] = (await once(worker, 'message').catch((error: unknown) => [{ failed: error }])) as ['ready' | Failed];
  if (first !== 'ready') {
    await worker.terminate();
    throw explainFileFault(data.file, first.failed);
  }
  const failAll = (reason: string): void => {
    for (const { reject } of waiting.values()) reject(new StoreError(reason, 'WRITER_GONE'));
    waiting.clear();
    if (!closing) onExit(reason);
  };
  worker.on('message', (answer: WriterAnswer) => {
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
  // No function goes over to the thread. Of a file one process holds every lane: there is nobody to hear.
  const hearDue: Writer['hearDue'] = async () => async () => undefined;
  return new Proxy({ close, hearDue } as Writer, {
    get(here, method) {
      // A promise is recognised by its `then`: the proxy must not look like one.
      if (typeof method !== 'string' || method === 'then') return undefined;
      return method in here ? here[method as keyof Writer] : (...args: unknown[]) => call(method, args);
    },
  });
}
