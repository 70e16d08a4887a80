/** A data file's way to PostgreSQL, step by step. The collector serves until the last one; what it wrote meanwhile is carried over then. */
import { openPostgresTarget, type PostgresTarget } from '../../store/postgres/moving/sides.ts';
import { acquireServeLock, isServed, type ServeLock } from '../../store/sqlite/file/serve-lock.ts';
import { openSqliteSource } from '../../store/sqlite/moving/source.ts';
import { BUSY_CODE, StartError } from '../../store/start-error.ts';
import { checkMoved, copyTables } from './move-data.ts';
import { explainStop, type MovedData, type MoveWant, servesOn } from './move-want.ts';

export interface MovedToPostgres extends MovedData {
  /** Where the data file lies now. */
  kept: string;
}

export async function moveToPostgres(want: MoveWant): Promise<MovedToPostgres> {
  const { file, folder, url, clock } = want;
  const source = openSqliteSource(file);
  try {
    const target = await openPostgresTarget({ url, clock, keyCheck: source.keyCheck() });
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
    throw servesOn('The collector', wait, error);
  }
}

/** Nobody else has the file from here on. */
async function finishMove(
  { file, clock, actor, onProgress }: MoveWant,
  target: PostgresTarget,
): Promise<MovedToPostgres> {
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
    throw explainStop(error, 'The data file is as it was');
  } finally {
    source.close();
  }
}
