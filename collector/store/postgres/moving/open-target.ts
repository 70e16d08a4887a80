/** Opens the database that a data file moves to, and makes sure that nothing of anybody else's is lost there. */
import type { Clock } from '../../../lib/clock.ts';
import { BackupError } from '../../backup-error.ts';
import type { MovingTarget } from '../../moving/sides.ts';
import type { AuditEntry } from '../../upkeep-store.ts';
import { addAuditEntry } from '../audit.ts';
import { type Database, openPool } from '../database.ts';
import { explainDatabaseFault, placeOf } from '../fault.ts';
import { migrateDatabase } from '../migrate.ts';
import { LONGEST } from '../patience.ts';
import { postgresTarget } from './target.ts';

export interface OpenTarget extends MovingTarget {
  place: string;
  /** Everything has arrived: from now on nothing is moved here any more. */
  finish(entry: Omit<AuditEntry, 'action'>): Promise<void>;
  close(): Promise<void>;
}

/** The word of the audit log by which a finished move is known. */
const MOVE = 'move';

/** `keyCheck`: the source's own, by which an interrupted move is known again. */
export async function openTarget(options: { url: string; clock: Clock; keyCheck: Buffer | null }): Promise<OpenTarget> {
  const { url, clock, keyCheck } = options;
  const place = placeOf(url);
  const db = openPool({ url, size: 2, patience: LONGEST });
  try {
    await migrateDatabase({ db, clock });
    await refuseOthers(db, place, keyCheck);
  } catch (error) {
    await db.end();
    throw error instanceof BackupError ? error : explainDatabaseFault(place, error);
  }
  return {
    ...postgresTarget(db),
    place,
    finish: (entry) => db.transaction((sql) => addAuditEntry(sql, { ...entry, action: MOVE }, clock())),
    close: () => db.end(),
  };
}

async function refuseOthers(db: Database, place: string, keyCheck: Buffer | null): Promise<void> {
  if (await db.row('SELECT 1 FROM audit WHERE action = $1', [MOVE]))
    throw new BackupError(
      `A move to ${place} is finished already: start the collectors with DATABASE_URL. To move again, name an empty database.`,
    );
  const own = await db.row<{ check: Buffer | null }>('SELECT key_check AS "check" FROM installation');
  const there = own?.check ?? null;
  const isOurs = there !== null && keyCheck !== null && there.equals(keyCheck);
  const isEmpty = there === null && !(await db.row('SELECT 1 FROM site UNION ALL SELECT 1 FROM orders LIMIT 1'));
  if (!isOurs && !isEmpty)
    throw new BackupError(
      `${place} holds the data of another installation. Name an empty database. Nothing was changed.`,
    );
}
