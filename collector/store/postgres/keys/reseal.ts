/** Seals everything again with another key, in one transaction: a kill in its middle leaves all of it sealed with the old one. */
import { createSeal } from '../../../lib/seal.ts';
import { SEALED_COLUMNS } from '../../rows/sealed-columns.ts';
import { addAuditEntry } from '../audit.ts';
import { bumpVersion } from '../configuration.ts';
import type { Database, Sql } from '../database.ts';
import { readDatabaseSeal } from './sealed.ts';

/** Rows read at once. */
const SLICE = 500;

type Sealed = (typeof SEALED_COLUMNS)[number];

/** Returns how many values were sealed again. No collector may run meanwhile: what it seals with the old key could not be opened any more. */
export async function resealDatabase(options: {
  db: Database;
  place: string;
  from: string;
  to: string;
  now: number;
  actor: string;
}): Promise<number> {
  const { db, place, from, to, now, actor } = options;
  const old = await readDatabaseSeal(db, place, from);
  const fresh = createSeal(to, old.hashKey);
  const reseal = (sealed: Buffer): Buffer => fresh.seal(old.open(sealed));
  return db.transaction(async (sql) => {
    await sql.run(`LOCK TABLE ${[...new Set(SEALED_COLUMNS.map(({ table }) => table))].join(', ')} IN EXCLUSIVE MODE`);
    await sql.run('UPDATE installation SET hash_key = $1', [old.seal(old.hashKey)]);
    let values = 0;
    for (const column of SEALED_COLUMNS) values += await resealColumn(sql, column, reseal);
    await bumpVersion(sql);
    await addAuditEntry(sql, { at: now, actor, action: 'key rotate', detail: JSON.stringify({ values }) }, now);
    return values;
  });
}

async function resealColumn(sql: Sql, sealed: Sealed, reseal: (sealed: Buffer) => Buffer): Promise<number> {
  const { table, column, key } = sealed;
  const keys = key.join(', ');
  const read = `SELECT ${keys}, ${column} AS sealed FROM ${table} WHERE ${column} IS NOT NULL`;
  const marks = key.map((_, index) => `$${index + 1}`).join(', ');
  const next = `${read} AND (${keys}) > (${marks}) ORDER BY ${keys} LIMIT ${SLICE}`;
  let count = 0;
  let rows = await sql.rows<Row>(`${read} ORDER BY ${keys} LIMIT ${SLICE}`);
  while (rows.length > 0) {
    count += await sql.run(updating(sealed), [
      ...key.map((name) => rows.map((row) => String(row[name]))),
      rows.map((row) => reseal(row.sealed)),
    ]);
    const last = rows.at(-1)!;
    rows = await sql.rows<Row>(
      next,
      key.map((name) => last[name]),
    );
  }
  return count;
}

interface Row extends Record<string, unknown> {
  sealed: Buffer;
}

/** Keys travel as text: one of them is a number. */
function updating({ table, column, key }: Sealed): string {
  const arrays = key.map((_, index) => `$${index + 1}::text[]`).join(', ');
  const same = key.map((name) => `${name === 'one' ? 't.one::text' : `t.${name}`} = given.${name}`).join(' AND ');
  return `UPDATE ${table} t SET ${column} = given.sealed
    FROM unnest(${arrays}, $${key.length + 1}::bytea[]) AS given (${key.join(', ')}, sealed) WHERE ${same}`;
}
