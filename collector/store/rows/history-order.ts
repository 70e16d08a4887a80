/** An order of a shop's history as every engine keeps it, and whether a newer reading of it says anything new. Pure. */
import type { HistoryRow } from '../sync-store.ts';

/** Orders that are given other meanings at once. */
export const HISTORY_BATCH = 1000;

export interface ChangedOrder {
  orderId: string;
  placedAt: number;
}

export interface HistoryOrder {
  status: string;
  state: string;
  total: number;
  contact: string | null;
}

export const isSameOrder = (before: HistoryOrder, row: HistoryRow, contact: string | null): boolean =>
  before.status === row.status &&
  before.state === row.state &&
  before.total === row.total &&
  before.contact === contact;
