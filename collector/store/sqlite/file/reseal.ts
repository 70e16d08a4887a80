/** Seals everything again with another key, in one transaction: a kill in its middle leaves all of it sealed with the old one. */
import type Database from 'better-sqlite3';
import { createSeal } from '../../../lib/seal.ts';
import { auditTable } from '../audit.ts';
import { migrateTables } from '../migrate.ts';
import { openDatabase } from '../open.ts';
import { SEALED_COLUMNS } from '../../rows/sealed-columns.ts';
import { readSeal } from './sealed.ts';

/** Rows read at once. */
const SLICE = 500;

/** Returns how many values were sealed again. Nobody else may have the file open meanwhile: what they seal would be lost. */
export function resealFile(options: { file: string; from: string; to: string; now: number; actor: string }): number {
  const { file, from, to, now, actor } = options;
  const old = readSeal(file, from);
  const fresh = createSeal(to, old.hashKey);
  const db = openDatabase(file);
  try {
    migrateTables({ db, file, now });
    db.pragma('locking_mode = EXCLUSIVE');
    const resealed = db
      .transaction(() => {
        db.prepare('UPDATE installation SET hash_key = ?').run(old.seal(old.hashKey));
        const sum = SEALED_COLUMNS.reduce(
          (count: number, column) => count + resealColumn(db, column, (sealed) => fresh.seal(old.open(sealed))),
          0,
        );
        db.prepare('UPDATE configuration SET version = version + 1').run();
        auditTable(db).add({ at: now, actor, action: 'key rotate', detail: JSON.stringify({ values: sum }) }, now);
        return sum;
      })
      .exclusive();
    // What was sealed with the old key must not stay behind in the log.
    db.pragma('wal_checkpoint(TRUNCATE)');
    return resealed;
  } finally {
    db.close();
  }
}

function resealColumn(
  db: Database.Database,
  { table, column, key }: (typeof SEALED_COLUMNS)[number],
  reseal: (sealed: Buffer) => Buffer,
): number {
  const keys = key.join(', ');
  const places = key.map(() => '?').join(', ');
  const first = db.prepare(`SELECT ${keys}, ${column} AS sealed FROM ${table} ORDER BY ${keys} LIMIT ${SLICE}`);
  const next = db.prepare(
    `SELECT ${keys}, ${column} AS sealed FROM ${table} WHERE (${keys}) > (${places}) ORDER BY ${keys} LIMIT ${SLICE}`,
  );
  const update = db.prepare(
    `UPDATE ${table} SET ${column} = ? WHERE ${key.map((name) => `${name} = ?`).join(' AND ')}`,
  );
  let count = 0;
  let rows = first.all() as Row[];
  while (rows.length > 0) {
    for (const row of rows) {
      if (row.sealed === null) continue;
      update.run(reseal(row.sealed), ...key.map((name) => row[name] as string));
      count += 1;
    }
    rows = next.all(...key.map((name) => rows.at(-1)![name] as string)) as Row[];
  }
  return count;
}

interface Row extends Record<string, unknown> {
  sealed: Buffer | null;
}
