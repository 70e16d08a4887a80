/** Whose orders and contacts are meant: looked for in slices, before anything is locked. */
import type { Subject } from '../../../model/upkeep/subject.ts';
import {
  addressHashes,
  type Concerned,
  WEIGHED_COLUMNS,
  weighOrder,
  type WeighedOrder,
} from '../../rows/whose-order.ts';
import type { Sql } from '../database.ts';
import { wentBy } from '../former-address.ts';
import { rowSlices } from './slices.ts';

export async function concernedOrders(sql: Sql, site: string, subject: Subject): Promise<Concerned> {
  const former = new Set(await wentBy(sql, site, 'order', addressHashes(subject)));
  const found: Concerned = { orders: [], strips: [], contacts: [] };
  for await (const slice of rowSlices(sql, site, { table: 'orders', key: ['order_id'], columns: WEIGHED_COLUMNS }))
    for (const row of slice as unknown as WeighedOrder[]) weighOrder(row, { subject, former, found });
  if (subject.by === 'visitor') return found;
  for await (const slice of rowSlices(sql, site, {
    table: 'contact',
    key: ['connection', 'key'],
    columns: ['personal'],
  }))
    for (const { connection, key, personal } of slice as unknown as ContactRow[])
      if (personal !== null && subject.opens(personal)) found.contacts.push(`${connection}/${key}`);
  return found;
}

interface ContactRow {
  connection: string;
  key: string;
  personal: Buffer | null;
}
