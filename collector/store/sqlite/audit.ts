/** SQL of the audit log: who changed what, newest first: the last that was written, whatever the clock said. */
import type Database from 'better-sqlite3';
import { continueIdsAfter, newId } from '../../lib/id.ts';
import type { AuditEntry } from '../upkeep-store.ts';

export interface AuditTable {
  /** In a transaction: the entry comes after all that are there. */
  add(entry: AuditEntry, now: number): void;
  list(want: { before?: string; limit: number }): (AuditEntry & { id: string })[];
}

export function auditTable(db: Database.Database): AuditTable {
  const insert = db.prepare('INSERT INTO audit (id, at, actor, action, detail) VALUES (?, ?, ?, ?, ?)');
  const selectNewest = db.prepare<[], string | null>('SELECT MAX(id) FROM audit').pluck();
  // Ids are ordered as they were written, and `~` comes after all of them.
  const select = db.prepare<[string, number], AuditEntry & { id: string }>(
    'SELECT id, at, actor, action, detail FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?',
  );
  return {
    add({ at, actor, action, detail }, now) {
      continueIdsAfter(selectNewest.get());
      insert.run(newId(now), at, actor, action, detail);
    },
    list: ({ before, limit }) => select.all(before ?? '~', limit),
  };
}
