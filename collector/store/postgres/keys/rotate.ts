/** Rotates the key of a database that no collector uses right now. */
import type { Clock } from '../../../lib/clock.ts';
import { BUSY_CODE, StartError } from '../../start-error.ts';
import { type Database, openPool } from '../database.ts';
import { explainDatabaseFault, placeOf } from '../fault.ts';
import { migrateDatabase } from '../migrate.ts';
import { LONGEST } from '../patience.ts';
import { countOthers } from './others.ts';
import { resealDatabase } from './reseal.ts';
import { agreeOnKey, readDatabaseSeal } from './sealed.ts';

/** `to` is asked for once nobody else is there. Returns how many values were sealed again. */
export async function rotateDatabaseKey(options: {
  url: string;
  from: string;
  to: () => string;
  clock: Clock;
  actor: string;
}): Promise<number> {
  const { url, from, to, clock, actor } = options;
  const place = placeOf(url);
  // One connection: another one of our name is somebody else's.
  const db = openPool({ url, size: 1, patience: LONGEST });
  try {
    await migrateDatabase({ db, clock });
    await agreeOnKey(db, place, await readDatabaseSeal(db, place, from));
    await refuseOthers(db, place);
    return await resealDatabase({ db, place, from, to: to(), now: clock(), actor });
  } catch (error) {
    throw isDatabaseFault(error) ? explainDatabaseFault(place, error) : error;
  } finally {
    await db.end();
  }
}

/** What the database or the way to it says has a code of its own. */
const isDatabaseFault = (error: unknown): boolean => typeof (error as { code?: unknown }).code === 'string';

/** A collector that went on with the old key would seal what nobody could open. */
async function refuseOthers(db: Database, place: string): Promise<void> {
  const others = await countOthers(db);
  if (others > 0)
    throw new StartError(
      `Collectors use ${place} (${others} connections): stop every replica and every command first. Nothing was changed.`,
      { exitCode: BUSY_CODE },
    );
}
