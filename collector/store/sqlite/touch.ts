/** SQL of touches and of what ties customers to visitors. */
import type Database from 'better-sqlite3';
import type { Touch } from '../../model/touch.ts';
import { hintOf } from '../../model/visitor.ts';
import type { Changes, Handover } from '../ingest-store.ts';
import { touchFromRow, type TouchRow } from '../rows/touch-row.ts';

/** Newest touches of one visitor: one more than a decision considers, so that it can tell that there were more. */
const TOUCHES_READ = 101;

export interface TouchTable {
  of(site: string, visitor: string): Touch[];
  add(touch: Changes['touches'][number]): void;
  /** The visitor's cookie came: the id of the page no longer finds its touches. */
  claim(site: string, visitor: string): void;
  /** Forgets the touches of a visitor, those that its page's id still finds included. */
  end(site: string, visitor: string): void;
  visitorsOf(site: string, key: string): string[];
  tie(identity: Changes['identities'][number]): void;
  handover(site: string, id: string): Handover | undefined;
  handOver(handover: Changes['handovers'][number]): void;
}

export function touchTable(db: Database.Database): TouchTable {
  // A number in the text, not a parameter: with `LIMIT ?` SQLite prepares the statement again at every call (see delivery.ts).
  const select = db.prepare<[string, string], TouchRow>(
    `SELECT * FROM touch WHERE site = ? AND visitor = ? ORDER BY at DESC LIMIT ${TOUCHES_READ}`,
  );
  // A page that lost an answer tells again, and each time under another name that no cookie ever came for.
  const selectCookieless = db.prepare<[string, string, string, string], TouchRow>(`
    SELECT * FROM (SELECT * FROM touch WHERE site = ? AND visitor = ? UNION ALL SELECT * FROM touch WHERE site = ? AND hint = ?)
    GROUP BY at, param, value ORDER BY at DESC LIMIT ${TOUCHES_READ}`);
  const updateClaimed = db.prepare('UPDATE touch SET hint = NULL WHERE site = ? AND visitor = ? AND hint IS NOT NULL');
  const deleteVisitor = db.prepare('DELETE FROM touch WHERE site = ? AND visitor = ?');
  const deleteHint = db.prepare('DELETE FROM touch WHERE site = ? AND hint = ?');
  const insert = db.prepare(`
    INSERT INTO touch (site, visitor, at, param, value, id, kind, url, referrer, extra, consent, hint)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`);
  const selectVisitors = db
    .prepare<[string, string], string>(
      'SELECT visitor FROM identity WHERE site = ? AND key = ? ORDER BY at DESC LIMIT 20',
    )
    .pluck();
  const insertIdentity = db.prepare(`
    INSERT INTO identity (site, key, visitor, at) VALUES (?, ?, ?, ?)
    ON CONFLICT (site, key, visitor) DO UPDATE SET at = excluded.at`);
  const selectHandover = db.prepare<[string, string], Handover>(
    'SELECT site, id, at, giver, taker FROM handover WHERE site = ? AND id = ?',
  );
  const insertHandover = db.prepare(`
    INSERT INTO handover (site, id, at, giver, taker) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (site, id) DO UPDATE SET taker = excluded.taker`);
  const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

  return {
    of(site, visitor) {
      const hint = hintOf(visitor);
      const rows = hint === undefined ? select.all(site, visitor) : selectCookieless.all(site, visitor, site, hint);
      return rows.map(touchFromRow).reverse();
    },
    claim: (site, visitor) => void updateClaimed.run(site, visitor),
    end(site, visitor) {
      const hint = hintOf(visitor);
      deleteVisitor.run(site, visitor);
      if (hint !== undefined) deleteHint.run(site, hint);
    },
    add(t) {
      insert.run(
        t.site,
        t.visitor,
        t.at,
        t.param,
        t.value,
        t.id,
        t.kind,
        t.url ?? null,
        t.referrer ?? null,
        json(t.extra),
        json(t.consent),
        t.hint ?? null,
      );
    },
    visitorsOf: (site, key) => selectVisitors.all(site, key) as string[],
    tie: ({ site, key, visitor, at }) => void insertIdentity.run(site, key, visitor, at),
    handover: (site, id) => selectHandover.get(site, id),
    handOver: ({ site, id, at, giver, taker }) => void insertHandover.run(site, id, at, giver, taker),
  };
}
