/** A data file as an older version left it: its own schema and rows, as SQL text. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** What 0.1.0 made of ten orders of a shop under `release: shop`, some of them baited; see the names in `ingest/upgrade/from-0.1.0.test.ts`. */
export const DATA_010 = new URL('../collector/ingest/upgrade/data-0.1.0.sql', import.meta.url);

/** Puts the data into a folder; returns the file. */
export function placeOldData(folder: string, name = 'clickthread.db'): string {
  const file = join(folder, name);
  const db = new Database(file);
  db.exec(readFileSync(DATA_010, 'utf8'));
  db.close();
  return file;
}
