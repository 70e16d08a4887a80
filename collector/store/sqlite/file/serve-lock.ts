/** The exclusive lock of `serve`: one collector a data folder, in whatever container it runs; the lock dies with its process. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { BUSY_CODE, explainFileFault, StartError } from '../../start-error.ts';

/** Milliseconds between two looks. */
const EVERY = 200;

export interface ServeLock {
  release(): void;
}

/**
 * A small database beside the data, held in an exclusive transaction as long as the collector runs. The system ends such a lock
 * with the process, kill and power cut included, so that nothing stale can be left behind; a frozen process keeps it.
 * https://www.sqlite.org/lockingv3.html
 *
 * A second collector waits `takeOver` milliseconds for the first to end (a rolling deploy), then gives up.
 */
export async function acquireServeLock(options: {
  folder: string;
  takeOver: number;
  /** Told once, when it has to wait. */
  tell: (message: string) => void;
  monotonic: () => number;
}): Promise<ServeLock> {
  const { folder, takeOver, tell, monotonic } = options;
  const file = join(folder, 'serve.lock');
  const since = monotonic();
  const seconds = Math.round(takeOver / 1000);
  let told = false;
  for (;;) {
    const lock = tryLock(file);
    if (lock) return lock;
    if (monotonic() - since >= takeOver) {
      throw new StartError(
        `Another collector serves ${folder} and did not end within ${seconds} s. Stop it first; one data folder has one collector. To wait longer: clickthread serve --take-over SECONDS.`,
        { exitCode: BUSY_CODE },
      );
    }
    if (!told) tell(`Another collector serves ${folder}; waiting up to ${seconds} s for it to end.`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, EVERY));
  }
}

/** Whether a collector serves this folder right now. */
export function isServed(folder: string): boolean {
  const lock = tryLock(join(folder, 'serve.lock'));
  lock?.release();
  return lock === undefined;
}

function tryLock(file: string): ServeLock | undefined {
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { timeout: 0 });
    db.exec('BEGIN EXCLUSIVE');
    const held = db;
    return { release: () => void held.close() };
  } catch (error) {
    db?.close();
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) return undefined;
    throw explainFileFault(file, error);
  }
}
