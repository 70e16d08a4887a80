/** SQL of sales added up by quarter of an hour, from which any time zone's days are made; kept by the transaction that writes the orders. */
import { randomInt } from 'node:crypto';
import type { StoredOrder } from '../../model/stored-order.ts';
import { BLOCK, SLOT } from '../rows/sale-sums.ts';
import { columnsOf, lastOf } from './columns.ts';
import type { Sql } from './database.ts';

/** Each process adds to rows of its own, as far as these go, so that replicas do not wait for each other's commit. */
const PARTS = 16;
export const OWN_PART = randomInt(PARTS);

/** What an order counts by, as it is stored. */
export interface CountedOrder {
  site: string;
  receivedAt: number;
  partner: string | null;
  currency: string;
  status: string;
  total: number;
  isNew: boolean | null;
}

export interface SaleChange {
  site: string;
  slot: number;
  partner: string;
  currency: string;
  status: string;
  orders: number;
  total: number;
  newcomers: number;
  regulars: number;
}

/** What the sums lose by the rows before, and gain by the orders after. */
export function salesOf(before: readonly CountedOrder[], after: readonly StoredOrder[]): SaleChange[] {
  const counted = after.map(({ site, order, attribution, receivedAt }) => ({
    ...{ site, receivedAt, partner: attribution.winner?.connection ?? null, currency: order.currency },
    ...{ status: order.status, total: order.total, isNew: order.isNewCustomer ?? null },
  }));
  const sums = new Map<string, SaleChange>();
  for (const [rows, sign] of [[before, -1] as const, [counted, 1] as const])
    for (const row of rows) {
      const one = { ...row, slot: Math.floor(row.receivedAt / SLOT), partner: row.partner ?? '' };
      const sum = sums.get(keyOf(one)) ?? { ...keyFields(one), orders: 0, total: 0, newcomers: 0, regulars: 0 };
      sum.orders += sign;
      sum.total += sign * one.total;
      sum.newcomers += one.isNew === true ? sign : 0;
      sum.regulars += one.isNew === false ? sign : 0;
      sums.set(keyOf(one), sum);
    }
  return [...sums.values()].filter(
    ({ orders, total, newcomers, regulars }) => orders !== 0 || total !== 0 || newcomers !== 0 || regulars !== 0,
  );
}

export async function addSales(sql: Sql, changes: readonly SaleChange[]): Promise<void> {
  if (changes.length === 0) return;
  await sql.run(adding('sale', 'slot'), rowsOf(changes));
  const blocks = new Map<string, SaleChange>();
  for (const change of changes) {
    const one = { ...change, slot: Math.floor(change.slot / BLOCK) };
    blocks.set(keyOf(one), sumOf(one, blocks.get(keyOf(one))));
  }
  await sql.run(adding('sale_block', 'block'), rowsOf([...blocks.values()]));
}

const sumOf = (one: SaleChange, other: SaleChange | undefined): SaleChange => ({
  ...one,
  orders: one.orders + (other?.orders ?? 0),
  total: one.total + (other?.total ?? 0),
  newcomers: one.newcomers + (other?.newcomers ?? 0),
  regulars: one.regulars + (other?.regulars ?? 0),
});

const adding = (table: 'sale' | 'sale_block', span: 'slot' | 'block'): string => `
  INSERT INTO ${table} (site, ${span}, partner, currency, status, part, orders, total, newcomers, regulars)
  SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[],
    $9::bigint[], $10::bigint[])
  ON CONFLICT (site, ${span}, partner, currency, status, part) DO UPDATE SET orders = ${table}.orders + excluded.orders,
    total = ${table}.total + excluded.total, newcomers = ${table}.newcomers + excluded.newcomers,
    regulars = ${table}.regulars + excluded.regulars`;

const rowsOf = (changes: readonly SaleChange[]): unknown[][] =>
  columnsOf(lastOf(changes, keyOf), (c) => [
    ...[c.site, c.slot, c.partner, c.currency, c.status, OWN_PART],
    ...[c.orders, c.total, c.newcomers, c.regulars],
  ]);

type SaleKey = Pick<SaleChange, 'site' | 'slot' | 'partner' | 'currency' | 'status'>;

const keyFields = ({ site, slot, partner, currency, status }: SaleKey): SaleKey => ({
  ...{ site, slot, partner, currency, status },
});

const keyOf = (key: SaleKey): string => JSON.stringify(Object.values(keyFields(key)));
