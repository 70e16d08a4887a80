/** The way back: from PostgreSQL to a data file, step by step. The collectors serve until the last one; what they wrote meanwhile is carried over then. */
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPostgresSource, type PostgresSource } from '../../store/postgres/moving/sides.ts';
import { acquireServeLock } from '../../store/sqlite/file/serve-lock.ts';
import { openSqliteTarget, type SqliteTarget } from '../../store/sqlite/moving/target.ts';
import { checkMoved, copyTables, type MovedTableSum } from './move-data.ts';
import { explainStop, type MovedData, type MoveWant, servesOn } from './move-want.ts';

/** Milliseconds between two looks for collectors. */
const EVERY = 200;

export interface MovedToFile extends MovedData {
  /** The database that was, whose data counts no more. */
  left: string;
}

/** `key` opens what is sealed in the database, and will open it in the file. */
export async function moveToFile(want: MoveWant & { key: string }): Promise<MovedToFile> {
  const { file, folder, url, key, clock, monotonic, onProgress } = want;
  const source = await openPostgresSource({ url, key, clock });
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // No collector makes a file of its own there meanwhile.
    const lock = await acquireServeLock({ folder, takeOver: 0, tell: () => undefined, monotonic });
    try {
      const target = openSqliteTarget({ file, now: clock(), keyCheck: await source.keyCheck() });
      try {
        if ((await source.countOthers()) > 0) {
          await copyTables({ source, target, onProgress }, 'copy');
          await waitForCollectors(source, want);
        }
        return await finishMove(want, source, target);
      } finally {
        target.close();
      }
    } finally {
      lock.release();
    }
  } finally {
    await source.close();
  }
}

async function waitForCollectors(source: PostgresSource, { wait, monotonic, askToStop }: MoveWant): Promise<void> {
  const since = monotonic();
  askToStop();
  while ((await source.countOthers()) > 0) {
    if (monotonic() - since >= wait) throw servesOn('A collector', wait);
    await sleep(EVERY);
  }
}

/** Nobody else writes to the database from here on; the file has its name only when the database counts no more. */
async function finishMove(want: MoveWant, source: PostgresSource, target: SqliteTarget): Promise<MovedToFile> {
  const { file, clock, actor, onProgress } = want;
  let tables: MovedTableSum[] = [];
  const entry = (): { at: number; actor: string; detail: string } => ({
    ...{ at: clock(), actor },
    detail: JSON.stringify({
      ...{ from: 'PostgreSQL', to: 'SQLite', tables: tables.length },
      rows: tables.reduce((sum, table) => sum + table.rows, 0),
    }),
  });
  try {
    await source.leave({ place: file, entry }, async (alone) => {
      tables = await copyTables({ source: alone, target, onProgress }, 'catch up');
      await checkMoved(tables, { source: alone, target, onProgress });
      target.note({ ...entry(), action: 'move' });
    });
    target.finish();
    return { place: file, tables, left: source.place };
  } catch (error) {
    throw explainStop(error, 'Nothing is lost');
  }
}
