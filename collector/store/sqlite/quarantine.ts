/** SQL of refused orders: bounded, sealed, each refusal kept once. */
import type Database from 'better-sqlite3';
import type { Problem } from '../../../wire/problem.ts';
import { isOfBrowsers, type Quarantined } from '../../model/quarantined.ts';
import {
  QUARANTINE_AFTER_TRIM,
  QUARANTINE_BYTES,
  QUARANTINE_COUNT_EVERY,
  QUARANTINE_KEPT,
} from '../rows/quarantine-bounds.ts';

export interface QuarantineTable {
  keep(refused: Quarantined): void;
  list(filter: { site?: string; id?: string; limit?: number }): Quarantined[];
  drop(ids: string[]): number;
  /** The greatest id. */
  newest(): string | null | undefined;
}

export function quarantineTable(db: Database.Database): QuarantineTable {
  const upsert = db.prepare(`
    INSERT INTO quarantine (id, site, at, route, errors, body, arrival, fingerprint, seen)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)
    ON CONFLICT (site, fingerprint) DO UPDATE SET seen = seen + 1, errors = excluded.errors`);
  const remove = db.prepare('DELETE FROM quarantine WHERE id = ?');
  const select = db.prepare<[string | null, string | null, string | null, string | null, number], Row>(`
    SELECT * FROM quarantine WHERE (? IS NULL OR site = ?) AND (? IS NULL OR id = ?) ORDER BY id DESC LIMIT ?`);
  const selectNewest = db.prepare<[], string | null>('SELECT MAX(id) FROM quarantine').pluck();
  const size = 'length(body) + length(errors) + ifnull(length(arrival), 0)';
  const mine = `site = ? AND (route IN ('conversion', 'sale')) = ?`;
  const count = db.prepare<[string, number], number>(`SELECT COUNT(*) FROM quarantine WHERE ${mine}`).pluck();
  const trim = db.prepare(`
    DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine WHERE ${mine} ORDER BY id DESC LIMIT -1 OFFSET ?)`);
  const sum = db.prepare<[string, number], number>(`SELECT total(${size}) FROM quarantine WHERE ${mine}`).pluck();
  const trimBytes = db.prepare(`
    DELETE FROM quarantine WHERE id IN (SELECT id FROM
      (SELECT id, SUM(${size}) OVER (ORDER BY id DESC) AS reached FROM quarantine WHERE ${mine}) WHERE reached > ?)`);
  const since = new Map<string, number>();
  /** Bytes by site and sender, as far as this process has counted; a repeated refusal counts twice until the next look. */
  const used = new Map<string, number>();

  const boundRows = ({ site, route }: Quarantined): void => {
    const isBrowser = isOfBrowsers(route) ? 1 : 0;
    const key = `${site}\n${isBrowser}`;
    const kept = (since.get(key) ?? QUARANTINE_COUNT_EVERY) + 1;
    since.set(key, kept >= QUARANTINE_COUNT_EVERY ? 0 : kept);
    if (kept >= QUARANTINE_COUNT_EVERY && count.get(site, isBrowser)! > QUARANTINE_KEPT)
      trim.run(site, isBrowser, QUARANTINE_KEPT);
  };
  const boundBytes = ({ site, route, body, errors, arrival }: Quarantined): void => {
    const isBrowser = isOfBrowsers(route) ? 1 : 0;
    const key = `${site}\n${isBrowser}`;
    const known = used.get(key);
    const added = body.length + JSON.stringify(errors).length + (arrival?.length ?? 0);
    let bytes = known === undefined ? sum.get(site, isBrowser)! : known + added;
    if (bytes > QUARANTINE_BYTES) {
      trimBytes.run(site, isBrowser, QUARANTINE_AFTER_TRIM);
      bytes = sum.get(site, isBrowser)!;
    }
    used.set(key, bytes);
  };

  return {
    keep(q) {
      upsert.run(q.id, q.site, q.at, q.route, JSON.stringify(q.errors), q.body, q.arrival ?? null, q.fingerprint);
      boundRows(q);
      boundBytes(q);
    },
    list: ({ site, id, limit }) =>
      select
        .all(site ?? null, site ?? null, id ?? null, id ?? null, limit ?? 100)
        .map((row) => ({ ...row, errors: JSON.parse(row.errors) as Problem[] })),
    drop: (ids) => ids.reduce((dropped, id) => dropped + remove.run(id).changes, 0),
    newest: () => selectNewest.get(),
  };
}

interface Row extends Omit<Quarantined, 'errors'> {
  errors: string;
}
