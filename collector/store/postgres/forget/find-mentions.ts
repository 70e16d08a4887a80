/** Every text in which somebody may be named: where it stands, and how it reads without them. */
import type { Subject } from '../../../model/upkeep/subject.ts';
import { namedTexts } from '../../rows/named-texts.ts';
import type { Sql } from '../database.ts';
import { quoteName, rowSlices, type Sliced, type SlicedRow } from './slices.ts';

export interface PlacedMention {
  place: Sliced;
  key: (string | number)[];
}

/** Free words, addresses of pages, and what shops and vendors said. What is sealed or hashed is no text. */
export const MENTIONED_IN: readonly Sliced[] = [
  { table: 'touch', key: ['visitor', 'at', 'param', 'value'], columns: ['value', 'url', 'referrer', 'extra'] },
  { table: 'orders', key: ['order_id'], columns: ['body', 'attribution', 'words', 'contest'] },
  { table: 'order_event', key: ['order_id', 'id'], columns: ['text'] },
  { table: 'pending_change', key: ['order_id', 'id'], columns: ['patch'] },
  { table: 'delivery', key: ['id'], columns: ['reason', 'report', 'reference', 'facts'] },
  { table: 'attempt', key: ['delivery', 'id'], columns: ['request', 'response', 'outcome', 'reason'] },
  { table: 'breaker', key: ['connection'], columns: ['reason'] },
  { table: 'sync', key: ['connection'], columns: ['reason', 'progress'] },
  { table: 'subscriber', key: ['connection', 'contact'], columns: ['reason'] },
  { table: 'comparison', key: ['connection', 'id'], columns: ['differences'] },
  { table: 'audit', key: ['id'], columns: ['detail'], everywhere: true },
  { table: 'alert', key: ['key'], columns: ['title', 'text', 'over'], everywhere: true },
  { table: 'alert_message', key: ['id'], columns: ['title', 'text'], everywhere: true },
];

export async function findMentions(sql: Sql, site: string, hide: Subject['hide']): Promise<PlacedMention[]> {
  const found: PlacedMention[] = [];
  for (const place of MENTIONED_IN)
    for await (const slice of rowSlices(sql, site, place))
      for (const row of slice)
        if (namedTexts(row, place.columns, hide).length > 0)
          found.push({ place, key: place.key.map((name) => row[name] as string | number) });
  return found;
}

/** In a transaction: rewrites the texts as they stand by then; returns how many rows named the person still. */
export async function rewriteMentions(
  sql: Sql,
  site: string,
  mentions: readonly PlacedMention[],
  hide: Subject['hide'],
): Promise<number> {
  let rewritten = 0;
  for (const mention of mentions) rewritten += await rewriteOne(sql, site, mention, hide);
  return rewritten;
}

async function rewriteOne(
  sql: Sql,
  site: string,
  { place, key }: PlacedMention,
  hide: Subject['hide'],
): Promise<number> {
  const { table, columns, everywhere } = place;
  const marks = place.key.map((name, index) => `${quoteName(name)} = $${index + 2}`).join(' AND ');
  const where = `${everywhere === true ? '$1::text IS NOT NULL' : 'site = $1'} AND ${marks}`;
  const found = [site, ...key];
  const names = [...new Set([...place.key, ...columns])].map(quoteName).join(', ');
  const row = await sql.row<SlicedRow>(`SELECT ${names} FROM ${table} WHERE ${where} FOR UPDATE`, found);
  const texts = row ? namedTexts(row, columns, hide) : [];
  if (texts.length === 0) return 0;
  // Of rows that are the same without the person one is enough.
  const renamed = place.key.map((name, index) => texts.find(([column]) => column === name)?.[1] ?? key[index]!);
  if (renamed.some((value, index) => value !== key[index]))
    await sql.run(`DELETE FROM ${table} WHERE ${where}`, [site, ...renamed]);
  const sets = texts.map(([name], index) => `${quoteName(name)} = $${found.length + index + 1}`).join(', ');
  return sql.run(`UPDATE ${table} SET ${sets} WHERE ${where}`, [...found, ...texts.map(([, text]) => text)]);
}
