/** Orders added up: by the partner that earned them and by currency, what was undone apart. Pure. */
import { formatMoney } from '../lib/money.ts';
import type { StoredOrder } from '../model/stored-order.ts';

export interface PartnerTotal {
  site: string;
  /** Connection that earned them; null for those that nobody did. */
  partner: string | null;
  currency: string;
  /** Orders that stand, and what they come to. */
  orders: number;
  total: string;
  /** Cancelled and refunded ones. */
  undone: number;
  undoneTotal: string;
}

/** The greatest total first within a currency; nobody's last. */
export function totalsOf(orders: readonly StoredOrder[]): PartnerTotal[] {
  const rows = new Map<string, { key: [string, string | null, string]; kept: number[]; undone: number[] }>();
  for (const { site, order, attribution } of orders) {
    const key: [string, string | null, string] = [site, attribution.winner?.connection ?? null, order.currency];
    const name = JSON.stringify(key);
    const row = rows.get(name) ?? { key, kept: [], undone: [] };
    rows.set(name, row);
    const isUndone = order.status === 'cancelled' || order.status === 'refunded';
    (isUndone ? row.undone : row.kept).push(order.total);
  }
  return [...rows.values()]
    .toSorted((a, b) => Number(a.key[1] === null) - Number(b.key[1] === null) || sum(b.kept) - sum(a.kept))
    .map(({ key: [site, partner, currency], kept, undone }) => ({
      ...{ site, partner, currency, orders: kept.length, undone: undone.length },
      total: formatMoney({ minor: sum(kept), currency }),
      undoneTotal: formatMoney({ minor: sum(undone), currency }),
    }));
}

const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);
