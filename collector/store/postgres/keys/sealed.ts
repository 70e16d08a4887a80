/** Whether a key opens what is sealed in the database, and the seal that goes with it. */
import { createSeal, type Seal } from '../../../lib/seal.ts';
import { KEY_CHECK, SEALED_COLUMNS } from '../../rows/sealed-columns.ts';
import { StartError } from '../../start-error.ts';
import type { Sql } from '../database.ts';

/** `place` names the database without its password. */
const wrongDatabaseKey = (place: string): StartError =>
  new StartError(
    `${place} was sealed with another key. Put the file "key" that opens it into the data folder ("key.new" there, where a rotation was broken off), or set CLICKTHREAD_KEY. Nothing was changed.`,
  );

/** One sealed value, the check first; undefined where nothing was sealed yet. The tables must be there. */
async function sealedSample(sql: Sql): Promise<Buffer | undefined> {
  for (const { table, column } of SEALED_COLUMNS) {
    const found = await sql.row<{ sealed: Buffer }>(
      `SELECT ${column} AS sealed FROM ${table} WHERE ${column} IS NOT NULL LIMIT 1`,
    );
    if (found) return found.sealed;
  }
  return undefined;
}

/**
 * Throws where the database holds sealed values that this key doesn't open. Else keeps a sealed value, so that another key is noticed before
 * anything is sealed with it: of two replicas that begin with two keys, the second is refused.
 */
export async function agreeOnKey(sql: Sql, place: string, seal: Seal): Promise<void> {
  const check = async (): Promise<boolean> => {
    const sample = await sealedSample(sql);
    if (sample !== undefined && !opens(seal, sample)) throw wrongDatabaseKey(place);
    return sample !== undefined;
  };
  await check();
  const kept = await sql.run('UPDATE installation SET key_check = $1 WHERE key_check IS NULL', [seal.seal(KEY_CHECK)]);
  if (kept === 0) await check();
}

/** The seal of the database: its hashes go on with the key that they were made with, whatever key seals today. Throws where the key is another one. */
export async function readDatabaseSeal(sql: Sql, place: string, key: string): Promise<Seal> {
  const seal = createSeal(key);
  const table = await sql.row<{ found: boolean }>(`SELECT to_regclass('installation') IS NOT NULL AS found`);
  if (table?.found !== true) return seal;
  const kept = await sql.row<{ sealed: Buffer | null }>('SELECT hash_key AS sealed FROM installation');
  if (kept?.sealed == null) return seal;
  if (!opens(seal, kept.sealed)) throw wrongDatabaseKey(place);
  return createSeal(key, seal.open(kept.sealed));
}

function opens(seal: Seal, sealed: Buffer): boolean {
  try {
    seal.open(sealed);
    return true;
  } catch {
    return false;
  }
}
