/**
 * SQL of turns: whoever decides about an order, a visitor or a customer holds its row until the commit. Rows can be locked only where there are
 * any: without this, an order that is reported to two replicas at once, or a yes and the order that waits for it, would each be decided as
 * if the other did not exist.
 */
import type { Wanted } from '../../ingest-store.ts';
import { columnsOf, lastOf } from '../columns.ts';
import type { Sql } from '../database.ts';

/** Waits for everybody who decides about the same; in the order of the keys, so that two never wait for each other. */
export async function takeTurns(sql: Sql, wanted: readonly Wanted[], now: number): Promise<void> {
  const keys = lastOf(wanted.flatMap(turnsOf), ({ site, key }) => `${site}\n${key}`);
  if (keys.length === 0) return;
  await sql.run(
    `INSERT INTO turn (site, key, at) SELECT site, key, $3 FROM unnest($1::text[], $2::text[]) AS w (site, key)
     ON CONFLICT (site, key) DO UPDATE SET at = excluded.at`,
    [...columnsOf(keys, ({ site, key }) => [site, key]), now],
  );
}

/** What a decision holds until its commit, `site\nkey` each. */
export const turnKeys = (wanted: Wanted): string[] => turnsOf(wanted).map(({ site, key }) => `${site}\n${key}`);

function turnsOf(wanted: Wanted): { site: string; key: string }[] {
  const visitors = [...wanted.visitors, ...(wanted.recent ?? []), ...(wanted.answers ?? [])];
  return [
    ...wanted.orders.map(({ site, orderId }) => ({ site, key: `o:${orderId}` })),
    ...visitors.map(({ site, visitor }) => ({ site, key: `v:${visitor}` })),
    ...wanted.identities.map(({ site, key }) => ({ site, key: `i:${key}` })),
    ...wanted.handovers.map(({ site, id }) => ({ site, key: `h:${id}` })),
  ];
}
