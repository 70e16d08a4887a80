/** SQL of refused orders: bounded, sealed, each refusal kept once. */
import type Database from 'better-sqlite3';
import type { Problem } from '../../event.ts';
import type { Quarantined } from '../store.ts';

/** Refused orders kept per site; beyond it the oldest make room. */
const KEPT = 10_000;
/** Counting so many rows costs a millisecond of everybody's commit, so it is done once for so many refusals. */
const COUNT_EVERY = 100;

export interface QuarantineTable {
  keep(refused: Quarantined): void;
  list(filter: { site?: string; id?: string; limit?: number }): Quarantined[];
  drop(ids: string[]): number;
}

export function quarantineTable(db: Database.Database): QuarantineTable {
  const upsert = db.prepare(`
    INSERT INTO quarantine (id, site, at, route, errors, body, fingerprint, seen) VALUES (?, ?, ?, ?, ?, ?, ?, 1)
    ON CONFLICT (site, fingerprint) DO UPDATE SET seen = seen + 1, errors = excluded.errors`);
  const trim = db.prepare(`
    DELETE FROM quarantine WHERE site = ? AND id IN
      (SELECT id FROM quarantine WHERE site = ? ORDER BY id DESC LIMIT -1 OFFSET ?)`);
  const count = db.prepare<[string], number>('SELECT COUNT(*) FROM quarantine WHERE site = ?').pluck();
  const remove = db.prepare('DELETE FROM quarantine WHERE id = ?');
  const select = db.prepare<[string | null, string | null, string | null, string | null, number], Row>(`
    SELECT * FROM quarantine WHERE (? IS NULL OR site = ?) AND (? IS NULL OR id = ?) ORDER BY id DESC LIMIT ?`);
  const since = new Map<string, number>();

  return {
    keep(q) {
      upsert.run(q.id, q.site, q.at, q.route, JSON.stringify(q.errors), q.body, q.fingerprint);
      const kept = (since.get(q.site) ?? COUNT_EVERY) + 1;
      since.set(q.site, kept >= COUNT_EVERY ? 0 : kept);
      if (kept >= COUNT_EVERY && (count.get(q.site) as number) > KEPT) trim.run(q.site, q.site, KEPT);
    },
    list: ({ site, id, limit }) =>
      select
        .all(site ?? null, site ?? null, id ?? null, id ?? null, limit ?? 100)
        .map((row) => ({ ...row, errors: JSON.parse(row.errors) as Problem[] })),
    drop: (ids) => ids.reduce((dropped, id) => dropped + remove.run(id).changes, 0),
  };
}

interface Row extends Omit<Quarantined, 'errors'> {
  errors: string;
}
