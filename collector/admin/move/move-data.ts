/**
 * Moves everything from one engine to the other: once while collectors go on serving, then, when they have ended, what has changed
 * meanwhile. Broken off at any point it can be begun again: only what differs is written.
 */
import { BackupError } from '../../store/backup-error.ts';
import { alignTable, sumTarget } from '../../store/moving/align.ts';
import type { MovedTable, RowSum } from '../../store/moving/moved-row.ts';
import { type MovingSource, type MovingTarget, tablesOfBoth } from '../../store/moving/sides.ts';

/** Which of its two readings a move is at; `check`: what arrived is read once more. */
export type MoveStep = 'copy' | 'catch up' | 'check';

export interface MoveProgress {
  step: MoveStep;
  table: string;
  /** Rows of all tables: looked at, and there. */
  done: number;
  total: number;
}

export interface MovedTableSum extends RowSum {
  table: string;
}

export interface Sides {
  source: MovingSource;
  target: MovingTarget;
  onProgress: (progress: MoveProgress) => void;
}

/** Copies every table as it is now; returns what the source held. */
export async function copyTables({ source, target, onProgress }: Sides, step: MoveStep): Promise<MovedTableSum[]> {
  const tables = await tablesInOrder({ source, target });
  let total = 0;
  for (const table of tables) total += await source.count(table);
  const sums: MovedTableSum[] = [];
  let done = 0;
  for (const table of tables) {
    const sum = await alignTable({ source, target }, table, (rows) => {
      done += rows;
      onProgress({ step, table: table.name, done, total: Math.max(total, done) });
    });
    sums.push({ table: table.name, ...sum });
  }
  return sums;
}

/** Reads everything that arrived once more; throws where a table's count or checksum is another than the source's. */
export async function checkMoved(sums: readonly MovedTableSum[], { source, target, onProgress }: Sides): Promise<void> {
  const total = sums.reduce((rows, sum) => rows + sum.rows, 0);
  let done = 0;
  for (const table of await tablesInOrder({ source, target })) {
    const sent = sums.find((sum) => sum.table === table.name)!;
    const arrived = await sumTarget(target, table);
    done += arrived.rows;
    onProgress({ step: 'check', table: table.name, done, total: Math.max(total, done) });
    if (arrived.rows !== sent.rows || arrived.checksum !== sent.checksum)
      throw new BackupError(
        `Table ${table.name} did not arrive as it was: ${sent.rows} rows, checksum ${sent.checksum}, became ${arrived.rows}, ${arrived.checksum}. Nothing was switched; run the command again.`,
      );
  }
}

/** The installation's own row goes first: by it an interrupted move is known again. */
async function tablesInOrder({ source, target }: Pick<Sides, 'source' | 'target'>): Promise<MovedTable[]> {
  const tables = await tablesOfBoth(source, target);
  return tables.toSorted((a, b) => Number(b.name === 'installation') - Number(a.name === 'installation'));
}
