/** SQL of the audit log: who changed what, newest first. */
import type Database from 'better-sqlite3';
import type { AuditEntry } from '../upkeep-store.ts';

export interface AuditTable {
  add(entry: AuditEntry, id: string): void;
  list(want: { before?: string; limit: number }): (AuditEntry & { id: string })[];
}

export function auditTable(db: Database.Database): AuditTable {
  const insert = db.prepare('INSERT INTO audit (id, at, actor, action, detail) VALUES (?, ?, ?, ?, ?)');
  // Ids are ordered by time, and `~` comes after all of them.
  const select = db.prepare<[string, number], AuditEntry & { id: string }>(
    'SELECT id, at, actor, action, detail FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?',
  );
  return {
    add: ({ at, actor, action, detail }, id) => void insert.run(id, at, actor, action, detail),
    list: ({ before, limit }) => select.all(before ?? '~', limit),
  };
}
