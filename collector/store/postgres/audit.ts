/** SQL of the audit log: who changed what, newest first: the last that was written, whatever the clock said. */
import { continueIdsAfter, newId } from '../../lib/id.ts';
import type { Deed } from '../../model/upkeep/deed.ts';
import type { AuditEntry } from '../upkeep-store.ts';
import type { Sql } from './database.ts';

/** In a transaction: the entry comes after all that are there. */
export async function addAuditEntry(sql: Sql, { at, actor, action, detail }: AuditEntry, now: number): Promise<void> {
  const newest = await sql.row<{ id: string | null }>('SELECT max(id) AS id FROM audit');
  continueIdsAfter(newest?.id);
  await sql.run('INSERT INTO audit (id, at, actor, action, detail) VALUES ($1, $2, $3, $4, $5)', [
    ...[newId(now), at, actor, action, detail],
  ]);
}

/** In the transaction that does it; `counts` says how much it came to. */
export const logDeed = (sql: Sql, deed: Deed, now: number, counts: Record<string, number> = {}): Promise<void> =>
  addAuditEntry(sql, { ...deed, detail: JSON.stringify({ ...counts, ...deed.detail }) }, now);

/** Ids are ordered as they were written, and `~` comes after all of them. */
export const listAudit = (
  sql: Sql,
  { before, limit }: { before?: string; limit: number },
): Promise<(AuditEntry & { id: string })[]> =>
  sql.rows('SELECT id, at, actor, action, detail FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2', [
    before ?? '~',
    limit,
  ]);
