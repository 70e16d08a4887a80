/** Opens the data of an installation, in whichever engine it lies: alone here it is known which there are. */
import type { Clock } from '../lib/clock.ts';
import type { Seal } from '../lib/seal.ts';
import { inspectFile } from './sqlite/file/inspect.ts';
import { readSeal } from './sqlite/file/sealed.ts';
import { openSqliteStore } from './sqlite/store.ts';
import { explainFileFault } from './start-error.ts';
import type { Stores } from './store.ts';

export interface DataPlace {
  /** The SQLite file. */
  file: string;
  /** Where PostgreSQL is, if the data lies there. */
  databaseUrl: string | undefined;
}

export interface OpenData {
  store: Stores;
  seal: Seal;
}

/**
 * Throws a `StartError` that says what is wrong and what to do: nothing was changed then. PostgreSQL's driver is loaded only where it is used.
 * `isCommand`: a person waits for it, and what it asks may take its time.
 */
export async function openData(
  options: DataPlace & { key: string; clock: Clock; readonly?: boolean; isCommand?: boolean },
): Promise<OpenData> {
  const { file, databaseUrl: url, key, clock, readonly = false, isCommand = false } = options;
  if (url !== undefined) {
    const { openPostgresCommand, openPostgresData } = await import('./postgres/store.ts');
    return (isCommand ? openPostgresCommand : openPostgresData)({ url, key, clock, readonly });
  }
  inspectFile({ file, key, now: clock(), whole: false });
  const seal = readSeal(file, key);
  try {
    return { seal, store: openSqliteStore({ file, clock, readonly, ...(readonly ? {} : { seal }) }) };
  } catch (error) {
    throw explainFileFault(file, error);
  }
}
