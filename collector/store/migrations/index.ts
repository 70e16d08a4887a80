/** The list of migrations, in order. Append only: a published one is never edited. */
import start from './0001-start.ts';
import sync from './0002-sync.ts';
import privacy from './0003-privacy.ts';
import append from './0004-append.ts';

export interface Migration {
  id: number;
  name: string;
  sqlite: string;
}

export const migrations: readonly Migration[] = [start, sync, privacy, append];
