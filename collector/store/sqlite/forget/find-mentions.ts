/** Every text in which somebody may be named: where it stands, and how it reads without them. Looks at one slice at a time, so that nobody waits. */
import { setImmediate } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Subject } from '../../../model/upkeep/subject.ts';
import { namedTexts } from '../../rows/named-texts.ts';

type Key = (string | number | Buffer)[];

export interface Mention {
  table: string;
  /** The row's key in the order of the table's key columns. */
  key: Key;
}

interface Place {
  key: readonly string[];
  columns: readonly string[];
  /** Rows of no site: what they say of one can't be told apart. */
  everywhere?: true;
}

/** Free words, addresses of pages, and what shops and vendors said. What is sealed or hashed is no text. */
export const PLACES: Readonly<Record<string, Place>> = {
  touch: { key: ['rowid'], columns: ['value', 'url', 'referrer', 'extra'] },
  orders: { key: ['rowid'], columns: ['body', 'attribution', 'words', 'contest'] },
  order_event: { key: ['order_id', 'id'], columns: ['text'] },
  pending_change: { key: ['order_id', 'id'], columns: ['patch'] },
  delivery: { key: ['rowid'], columns: ['reason', 'report', 'reference', 'facts'] },
  attempt: { key: ['delivery', 'id'], columns: ['request', 'response', 'outcome', 'reason'] },
  breaker: { key: ['connection'], columns: ['reason'] },
  sync: { key: ['connection'], columns: ['reason', 'progress'] },
  subscriber: { key: ['connection', 'contact'], columns: ['reason'] },
  comparison: { key: ['connection', 'id'], columns: ['differences'] },
  audit: { key: ['id'], columns: ['detail'], everywhere: true },
  alert: { key: ['key'], columns: ['title', 'text', 'over'], everywhere: true },
  alert_message: { key: ['id'], columns: ['title', 'text'], everywhere: true },
};

/** Rows that are looked at before others have their turn. */
const SLICE = 500;

export interface MentionTable {
  find(site: string, hide: Subject['hide']): Promise<Mention[]>;
  /** In a transaction: rewrites the texts as they stand by then; returns how many rows named the person still. */
  rewrite(site: string, mentions: readonly Mention[], hide: Subject['hide']): number;
}

export function mentionTable(db: Database.Database): MentionTable {
  const rewriteOne = (site: string, { table, key }: Mention, hide: Subject['hide']): number => {
    const place = PLACES[table]!;
    const where = [...place.key.map((name) => `${name} = ?`), ...(place.everywhere === true ? [] : ['site = ?'])];
    const found = [...key, ...(place.everywhere === true ? [] : [site])];
    const row = db
      .prepare<unknown[], Row>(`SELECT ${place.columns.join(', ')} FROM ${table} WHERE ${where.join(' AND ')}`)
      .get(...found);
    const texts = row ? namedTexts(row, place.columns, hide) : [];
    if (texts.length === 0) return 0;
    // Of touches that are the same without the person one is enough.
    return db
      .prepare(
        `UPDATE OR REPLACE ${table} SET ${texts.map(([name]) => `${name} = ?`).join(', ')} WHERE ${where.join(' AND ')}`,
      )
      .run(...texts.map(([, text]) => text), ...found).changes;
  };
  return {
    async find(site, hide) {
      const found: Mention[] = [];
      for (const [table, place] of Object.entries(PLACES)) {
        for (const slice of slicesOf(db, { table, site, ...place })) {
          const named = slice.filter((row) => namedTexts(row, place.columns, hide).length > 0);
          found.push(...named.map((row) => ({ table, key: place.key.map((_, index) => row[`k${index}`]) as Key })));
          await setImmediate();
        }
      }
      return found;
    },
    rewrite: (site, mentions, hide) => mentions.reduce((sum, mention) => sum + rewriteOne(site, mention, hide), 0),
  };
}

type Row = Record<string, string | number | Buffer | null>;

/** A table from its first row to its last, in slices. */
export function* slicesOf(
  db: Database.Database,
  { table, site, key, columns, everywhere }: Place & { table: string; site: string },
): Generator<Row[]> {
  const names = key.map((name, index) => `${name} AS k${index}`);
  const mine = everywhere === true ? '@site IS NOT NULL' : 'site = @site';
  const select = (from: string): string =>
    `SELECT ${[...names, ...columns].join(', ')} FROM ${table} WHERE ${mine} ${from} ORDER BY ${key.join(', ')} LIMIT ${SLICE}`;
  const after = `AND (${key.join(', ')}) > (${key.map((_, index) => `@k${index}`).join(', ')})`;
  const first = db.prepare<unknown[], Row>(select(''));
  const next = db.prepare<unknown[], Row>(select(after));
  let rows = first.all({ site });
  while (rows.length > 0) {
    yield rows;
    const last = rows.at(-1)!;
    if (rows.length < SLICE) return;
    rows = next.all({ site, ...Object.fromEntries(key.map((_, index) => [`k${index}`, last[`k${index}`]])) });
  }
}
