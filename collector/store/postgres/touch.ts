/** SQL of touches and of what ties customers to visitors. */
import { hintOf } from '../../model/visitor.ts';
import type { Touch } from '../../model/touch.ts';
import type { Changes, Handover } from '../ingest-store.ts';
import { touchFromRow, type TouchRow } from '../rows/touch-row.ts';
import { columnsOf, lastOf } from './columns.ts';
import type { Sql } from './database.ts';

/** Newest touches of one visitor: one more than a decision considers, so that it can tell that there were more. */
const TOUCHES_READ = 101;

interface VisitorKey {
  site: string;
  visitor: string;
}
const keysOf = ({ site, visitor }: VisitorKey): string[] => [site, visitor];

const OF_VISITORS = `
  SELECT w.visitor AS wanted, t.* FROM unnest($1::text[], $2::text[]) AS w (site, visitor)
  CROSS JOIN LATERAL (
    SELECT * FROM touch WHERE site = w.site AND visitor = w.visitor
    ORDER BY at DESC, param DESC, value DESC LIMIT ${TOUCHES_READ}
  ) t ORDER BY t.at, t.param, t.value`;
// A page that lost an answer tells again, and each time under another name that no cookie ever came for.
const OF_COOKIELESS = `
  SELECT w.visitor AS wanted, t.* FROM unnest($1::text[], $2::text[], $3::text[]) AS w (site, visitor, hint)
  CROSS JOIN LATERAL (
    SELECT DISTINCT ON (at, param, value) * FROM (
      SELECT * FROM touch WHERE site = w.site AND visitor = w.visitor
      UNION ALL SELECT * FROM touch WHERE site = w.site AND hint = w.hint
    ) told ORDER BY at DESC, param DESC, value DESC LIMIT ${TOUCHES_READ}
  ) t ORDER BY t.at, t.param, t.value`;

/** Touches of each visitor, newest last, under `site\nvisitor`. */
export async function touchesOf(sql: Sql, visitors: readonly VisitorKey[]): Promise<Map<string, Touch[]>> {
  const found = new Map<string, Touch[]>(visitors.map(({ site, visitor }) => [`${site}\n${visitor}`, []]));
  const keys = lastOf(visitors, ({ site, visitor }) => `${site}\n${visitor}`);
  const cookieless = keys.filter(({ visitor }) => hintOf(visitor) !== undefined);
  const named = keys.filter(({ visitor }) => hintOf(visitor) === undefined);
  const read = async (text: string, values: unknown[][]): Promise<void> => {
    for (const row of await sql.rows<TouchRow & { wanted: string }>(text, values))
      found.get(`${row.site}\n${row.wanted}`)!.push(touchFromRow(row));
  };
  if (named.length > 0) await read(OF_VISITORS, columnsOf(named, keysOf));
  if (cookieless.length > 0)
    await read(
      OF_COOKIELESS,
      columnsOf(cookieless, (key) => [...keysOf(key), hintOf(key.visitor)]),
    );
  return found;
}

const INSERT = `
  INSERT INTO touch (site, visitor, at, param, value, id, kind, url, referrer, extra, consent, hint)
  SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[], $12::text[]) ON CONFLICT DO NOTHING`;
const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

export async function insertTouches(sql: Sql, touches: Changes['touches']): Promise<void> {
  if (touches.length === 0) return;
  const values = columnsOf(touches, (t) => [
    ...[t.site, t.visitor, t.at, t.param, t.value, t.id, t.kind, t.url, t.referrer],
    ...[json(t.extra), json(t.consent), t.hint],
  ]);
  await sql.run(INSERT, values);
}

/** The visitors' cookies came: the ids of their pages no longer find their touches. */
export async function claimTouches(sql: Sql, visitors: readonly VisitorKey[]): Promise<void> {
  if (visitors.length === 0) return;
  await sql.run(
    `UPDATE touch t SET hint = NULL FROM unnest($1::text[], $2::text[]) AS w (site, visitor)
     WHERE t.site = w.site AND t.visitor = w.visitor AND t.hint IS NOT NULL`,
    columnsOf(visitors, keysOf),
  );
}

/** Forgets the touches of a visitor, those that its page's id still finds included. */
export async function endTouches(sql: Sql, site: string, visitor: string): Promise<void> {
  await sql.run('DELETE FROM touch WHERE site = $1 AND (visitor = $2 OR hint = $3)', [
    ...[site, visitor, hintOf(visitor) ?? null],
  ]);
}

/** Visitors of each identity, newest first, under `site\nkey`. */
export async function visitorsOf(
  sql: Sql,
  identities: readonly { site: string; key: string }[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>(identities.map(({ site, key }) => [`${site}\n${key}`, []]));
  if (identities.length === 0) return found;
  const rows = await sql.rows<{ site: string; key: string; visitor: string }>(
    `SELECT w.site, w.key, i.visitor FROM unnest($1::text[], $2::text[]) AS w (site, key)
     CROSS JOIN LATERAL (
       SELECT visitor, at FROM identity WHERE site = w.site AND key = w.key ORDER BY at DESC, visitor LIMIT 20
     ) i ORDER BY i.at DESC, i.visitor`,
    columnsOf(
      lastOf(identities, ({ site, key }) => `${site}\n${key}`),
      ({ site, key }) => [site, key],
    ),
  );
  for (const { site, key, visitor } of rows) found.get(`${site}\n${key}`)!.push(visitor);
  return found;
}

export async function tieIdentities(sql: Sql, identities: Changes['identities']): Promise<void> {
  if (identities.length === 0) return;
  await sql.run(
    `INSERT INTO identity (site, key, visitor, at)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
     ON CONFLICT (site, key, visitor) DO UPDATE SET at = excluded.at`,
    columnsOf(
      lastOf(identities, ({ site, key, visitor }) => `${site}\n${key}\n${visitor}`),
      ({ site, key, visitor, at }) => [site, key, visitor, at],
    ),
  );
}

/** Locked: a hand-over is counted once. */
export async function findHandovers(
  sql: Sql,
  wanted: readonly { site: string; id: string }[],
): Promise<Map<string, Handover>> {
  if (wanted.length === 0) return new Map();
  const rows = await sql.rows<Handover>(
    `SELECT h.site, h.id, h.at, h.giver, h.taker FROM handover h
     JOIN unnest($1::text[], $2::text[]) AS w (site, id) ON h.site = w.site AND h.id = w.id
     ORDER BY h.site, h.id FOR UPDATE OF h`,
    columnsOf(
      lastOf(wanted, ({ site, id }) => `${site}\n${id}`),
      ({ site, id }) => [site, id],
    ),
  );
  return new Map(rows.map((row) => [`${row.site}\n${row.id}`, row]));
}

/** Of a hand-over that is known only who took it is new. */
export async function keepHandovers(sql: Sql, handovers: readonly Handover[]): Promise<void> {
  if (handovers.length === 0) return;
  const keyOf = ({ site, id }: Handover): string => `${site}\n${id}`;
  const first = new Map([...handovers].reverse().map((handover) => [keyOf(handover), handover]));
  const rows = lastOf(handovers, keyOf).map((last) => ({ ...first.get(keyOf(last))!, taker: last.taker }));
  await sql.run(
    `INSERT INTO handover (site, id, at, giver, taker)
     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[])
     ON CONFLICT (site, id) DO UPDATE SET taker = excluded.taker`,
    columnsOf(rows, ({ site, id, at, giver, taker }) => [site, id, at, giver, taker]),
  );
}
