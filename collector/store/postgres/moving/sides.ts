/** Opens a database that is moved to, or away from, and makes sure that nothing of anybody else's is lost. */
import type { Clock } from '../../../lib/clock.ts';
import { BackupError } from '../../backup-error.ts';
import type { MovingSource, MovingTarget } from '../../moving/sides.ts';
import { StartError } from '../../start-error.ts';
import type { AuditEntry } from '../../upkeep-store.ts';
import { addAuditEntry } from '../audit.ts';
import { type Database, openPool, type Sql } from '../database.ts';
import { explainDatabaseFault, placeOf } from '../fault.ts';
import { agreeOnKey, readDatabaseSeal } from '../keys/sealed.ts';
import { countOthers } from '../keys/others.ts';
import { migrateDatabase } from '../migrate.ts';
import { LONGEST } from '../patience.ts';
import { keepMoveState, readMoveState } from './move-state.ts';
import { type PostgresRows, postgresRows } from './rows.ts';

export interface PostgresTarget extends MovingTarget {
  place: string;
  /** Everything has arrived: from now on nothing is moved here any more. */
  finish(entry: MoveEntry): Promise<void>;
  close(): Promise<void>;
}

/** What the audit log says of a finished move. */
export type MoveEntry = Omit<AuditEntry, 'action'>;
export const MOVE_ACTION = 'move';

/** `keyCheck`: the source's own, by which an interrupted move is known again. */
export async function openPostgresTarget(options: {
  url: string;
  clock: Clock;
  keyCheck: Buffer | null;
}): Promise<PostgresTarget> {
  const { url, clock, keyCheck } = options;
  const { db, place } = await openSide(url, 2, async (opened) => {
    await migrateDatabase({ db: opened, clock });
    await refuseOthers(opened, placeOf(url), keyCheck);
    await keepMoveState(opened, { state: 'arriving', place: '' }, clock());
  });
  return {
    ...postgresRows(db),
    place,
    finish: (entry) =>
      db.transaction(async (sql) => {
        await addAuditEntry(sql, { ...entry, action: MOVE_ACTION }, clock());
        await keepMoveState(sql, { state: 'arrived', place: '' }, clock());
      }),
    close: () => db.end(),
  };
}

async function refuseOthers(db: Database, place: string, keyCheck: Buffer | null): Promise<void> {
  const move = await readMoveState(db);
  if (move && move.state !== 'arriving')
    throw new BackupError(
      move.state === 'arrived'
        ? `A move to ${place} is finished already: start the collectors with DATABASE_URL. To move again, name an empty database.`
        : `The data of ${place} was moved to ${move.place}. To move again, name an empty database.`,
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

/** What is moved away: read while collectors write, or by one that has it alone. */
export interface PostgresSource extends MovingSource {
  place: string;
  /** By which the installation is known. */
  keyCheck(): Promise<Buffer | null>;
  /** How many connections collectors and commands have. */
  countOthers(): Promise<number>;
  /**
   * Nobody else writes until `work` has ended; when it has, the data counts at `to`, and what begins here is refused. Throws where a collector
   * came back meanwhile: nothing was switched then.
   */
  leave(to: { place: string; entry: () => MoveEntry }, work: (source: MovingSource) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Refused where the key is another one, or the tables are of an older version: a collector may be at work on them. */
export async function openPostgresSource(options: { url: string; key: string; clock: Clock }): Promise<PostgresSource> {
  const { url, key, clock } = options;
  // One connection: another one of our name is somebody else's.
  const { db, place } = await openSide(url, 1, async (opened) => {
    const missing = await migrateDatabase({ db: opened, clock, dryRun: true });
    if (missing.length > 0)
      throw new BackupError(
        `${placeOf(url)} is of an older version. Run "clickthread migrate" first; "serve" does it by itself.`,
      );
    await agreeOnKey(opened, placeOf(url), await readDatabaseSeal(opened, placeOf(url), key));
    if ((await readMoveState(opened))?.state === 'arriving')
      throw new BackupError(`A move to ${placeOf(url)} is not finished: it holds a part of the data only.`);
  });
  return {
    ...postgresRows(db),
    place,
    countOthers: () => countOthers(db),
    keyCheck: async () =>
      (await db.row<{ check: Buffer | null }>('SELECT key_check AS "check" FROM installation'))?.check ?? null,
    leave: ({ place: target, entry }, work) =>
      db.transaction(async (sql) => {
        const rows = await lockTables(sql);
        if ((await countOthers(sql)) > 0)
          throw new StartError(
            `A collector or command was started on ${place} meanwhile: stop it, and run this again.`,
          );
        await work(rows);
        await addAuditEntry(sql, { ...entry(), action: MOVE_ACTION }, clock());
        await keepMoveState(sql, { state: 'gone', place: target }, clock());
      }),
    close: () => db.end(),
  };
}

async function lockTables(sql: Sql): Promise<PostgresRows> {
  const rows = postgresRows(sql);
  const names = (await rows.tables()).map(({ name }) => `"${name}"`);
  await sql.run(`LOCK TABLE ${names.join(', ')} IN EXCLUSIVE MODE`);
  return rows;
}

async function openSide(
  url: string,
  size: number,
  prepare: (db: Database) => Promise<void>,
): Promise<{ db: Database; place: string }> {
  const place = placeOf(url);
  const db = openPool({ url, size, patience: LONGEST });
  try {
    await prepare(db);
    return { db, place };
  } catch (error) {
    await db.end();
    throw error instanceof BackupError ? error : explainDatabaseFault(place, error);
  }
}
