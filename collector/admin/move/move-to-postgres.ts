/** A data file's way to PostgreSQL, step by step. The collector serves until the last one; what it wrote meanwhile is carried over then. */
import type { Clock } from '../../lib/clock.ts';
import { BackupError } from '../../store/backup-error.ts';
import { openTarget, type OpenTarget } from '../../store/postgres/moving/open-target.ts';
import { acquireServeLock, isServed, type ServeLock } from '../../store/sqlite/file/serve-lock.ts';
import { openSqliteSource } from '../../store/sqlite/moving/source.ts';
import { BUSY_CODE, StartError } from '../../store/start-error.ts';
import { checkMoved, copyTables, type MovedTableSum, type MoveProgress } from './move-data.ts';

export interface MoveWant {
  file: string;
  /** The data folder, where a running collector is known by its lock. */
  folder: string;
  url: string;
  clock: Clock;
  monotonic: () => number;
  /** Milliseconds that a running collector gets to end, once it has been asked for. */
  wait: number;
  actor: string;
  onProgress: (progress: MoveProgress) => void;
  /** Told once, when everything so far is there and the collector must end. */
  askToStop: () => void;
}

export interface Moved {
  place: string;
  tables: MovedTableSum[];
  /** Where the data file lies now. */
  kept: string;
}

export async function moveToPostgres(want: MoveWant): Promise<Moved> {
  const { file, folder, url, clock } = want;
  const source = openSqliteSource(file);
  try {
    const target = await openTarget({ url, clock, keyCheck: source.keyCheck() });
    try {
      if (isServed(folder)) await copyTables({ source, target, onProgress: want.onProgress }, 'copy');
      source.close();
      const lock = await waitForCollector(want);
      try {
        return await finishMove(want, target);
      } finally {
        lock.release();
      }
    } finally {
      await target.close();
    }
  } finally {
    source.close();
  }
}

async function waitForCollector({ folder, wait, monotonic, askToStop }: MoveWant): Promise<ServeLock> {
  try {
    return await acquireServeLock({ folder, takeOver: wait, tell: askToStop, monotonic });
  } catch (error) {
    if (!(error instanceof StartError) || error.exitCode !== BUSY_CODE) throw error;
    throw new StartError(
      `The collector did not end within ${Math.round(wait / 1000)} s, and serves on. Everything so far is copied: run the command again when you can stop it; only what changed is carried over then.`,
      { exitCode: BUSY_CODE, cause: error },
    );
  }
}

/** Nobody else has the file from here on. */
async function finishMove({ file, clock, actor, onProgress }: MoveWant, target: OpenTarget): Promise<Moved> {
  const source = openSqliteSource(file, { exclusive: true });
  try {
    const tables = await copyTables({ source, target, onProgress }, 'catch up');
    await checkMoved(tables, { source, target, onProgress });
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    await target.finish({
      at: clock(),
      actor,
      detail: JSON.stringify({ from: 'SQLite', tables: tables.length, rows }),
    });
    return { place: target.place, tables, kept: source.retire() };
  } catch (error) {
    if (error instanceof BackupError || error instanceof StartError) throw error;
    throw new BackupError(
      `The move stopped (${(error as Error).message}). The data file is as it was: run the command again, it goes on from there.`,
      { cause: error },
    );
  } finally {
    source.close();
  }
}
