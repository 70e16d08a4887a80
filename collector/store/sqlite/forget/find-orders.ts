/** Whose orders are meant: found by what they are, by what they were before a correction, and by what is sealed in them. */
import { setImmediate } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Subject } from '../../../model/upkeep/subject.ts';
import {
  addressHashes,
  type Concerned,
  WEIGHED_COLUMNS,
  weighOrder,
  type WeighedOrder,
} from '../../rows/whose-order.ts';
import { slicesOf } from './find-mentions.ts';

export async function findConcerned(db: Database.Database, site: string, subject: Subject): Promise<Concerned> {
  const former = formerOf(db, site, subject);
  const found: Concerned = { orders: [], strips: [], contacts: [] };
  for (const slice of slicesOf(db, { table: 'orders', site, key: ['rowid'], columns: WEIGHED_COLUMNS })) {
    for (const row of slice as unknown as WeighedOrder[]) weighOrder(row, { subject, former, found });
    await setImmediate();
  }
  if (subject.by === 'visitor') return found;
  for (const slice of slicesOf(db, { table: 'contact', site, key: ['connection', 'key'], columns: ['personal'] })) {
    for (const row of slice as unknown as { k0: string; k1: string; personal: Buffer | null }[])
      if (row.personal !== null && subject.opens(row.personal)) found.contacts.push(`${row.k0}/${row.k1}`);
    await setImmediate();
  }
  return found;
}

function formerOf(db: Database.Database, site: string, subject: Subject): ReadonlySet<string> {
  const select = db
    .prepare<[string, string], string>(
      `SELECT key FROM former_address WHERE site = ? AND kind = 'order' AND hash IN (SELECT value FROM json_each(?))`,
    )
    .pluck();
  return new Set(select.all(site, JSON.stringify(addressHashes(subject))) as string[]);
}
