/** SQL of touches and of what ties customers to visitors. */
import type Database from 'better-sqlite3';
import type { Touch } from '../../event.ts';
import type { Changes } from '../store.ts';

/** Newest touches that a decision looks at: more than any cookie carries. */
const TOUCHES_READ = 100;

export interface TouchRow {
  site: string;
  visitor: string;
  at: number;
  param: string;
  value: string;
  id: string;
  kind: Touch['kind'];
  url: string | null;
  referrer: string | null;
  extra: string | null;
  consent: string | null;
}

export interface TouchTable {
  of(site: string, visitor: string): Touch[];
  add(touch: Changes['touches'][number]): void;
  visitorsOf(site: string, key: string): string[];
  tie(identity: Changes['identities'][number]): void;
  handedOver(site: string, id: string): boolean;
  handOver(handover: Changes['handovers'][number]): void;
}

export function touchTable(db: Database.Database): TouchTable {
  // A number in the text, not a parameter: with `LIMIT ?` SQLite prepares the statement again at every call (see delivery.ts).
  const select = db.prepare<[string, string], TouchRow>(
    `SELECT * FROM touch WHERE site = ? AND visitor = ? ORDER BY at DESC LIMIT ${TOUCHES_READ}`,
  );
  const insert = db.prepare(`
    INSERT INTO touch (site, visitor, at, param, value, id, kind, url, referrer, extra, consent)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`);
  const selectVisitors = db
    .prepare<[string, string], string>(
      'SELECT visitor FROM identity WHERE site = ? AND key = ? ORDER BY at DESC LIMIT 20',
    )
    .pluck();
  const insertIdentity = db.prepare(`
    INSERT INTO identity (site, key, visitor, at) VALUES (?, ?, ?, ?)
    ON CONFLICT (site, key, visitor) DO UPDATE SET at = excluded.at`);
  const selectHandover = db.prepare('SELECT 1 FROM handover WHERE site = ? AND id = ?').pluck();
  const insertHandover = db.prepare('INSERT INTO handover (site, id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

  return {
    of: (site, visitor) => select.all(site, visitor).map(readTouch).reverse(),
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
      );
    },
    visitorsOf: (site, key) => selectVisitors.all(site, key) as string[],
    tie: ({ site, key, visitor, at }) => void insertIdentity.run(site, key, visitor, at),
    handedOver: (site, id) => selectHandover.get(site, id) !== undefined,
    handOver: ({ site, id, at }) => void insertHandover.run(site, id, at),
  };
}

export function readTouch(row: TouchRow): Touch {
  return {
    id: row.id,
    visitor: row.visitor,
    param: row.param,
    value: row.value,
    kind: row.kind,
    at: row.at,
    ...(row.url === null ? {} : { url: row.url }),
    ...(row.referrer === null ? {} : { referrer: row.referrer }),
    ...(row.extra === null ? {} : { extra: JSON.parse(row.extra) as Record<string, string> }),
    ...(row.consent === null ? {} : { consent: JSON.parse(row.consent) as NonNullable<Touch['consent']> }),
  };
}
