/** Upkeep of the embedded engine: exports, audit log, retention, erasure. Implements `UpkeepStore` over the tables beside it. */
import type Database from 'better-sqlite3';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/id.ts';
import type { UpkeepStore } from '../upkeep-store.ts';
import { auditTable } from './audit.ts';
import { readDelivery } from './delivery.ts';
import { eraser } from './erase.ts';
import { readOrder } from './order.ts';
import { pages } from './page.ts';
import { sweeper } from './sweep.ts';
import { readTouch, type TouchRow } from './touch.ts';

export function sqliteUpkeepStore({ db, clock }: { db: Database.Database; clock: Clock }): UpkeepStore {
  const { page } = pages(db);
  const audit = auditTable(db);
  const sweeps = sweeper(db);
  const erase = eraser(db);
  const selectQuarantine = db.prepare<[], { site: string; count: number }>(
    'SELECT site, COUNT(*) AS count FROM quarantine GROUP BY site',
  );
  return {
    orderPage: async (want) => page('orders', want, readOrder),
    touchPage: async (want) => page('touch', want, (row: TouchRow) => ({ site: row.site, ...readTouch(row) })),
    deliveryPage: async (want) => page('delivery', want, readDelivery),
    addAudit: async (entry) => audit.add(entry, newId(clock())),
    auditLog: async (want) => audit.list(want),
    sitesWithData: async () => sweeps.sites(),
    sweep: async (table, want) => sweeps.sweep(table, want),
    sweepTokens: async (before, limit) => sweeps.tokens(before, limit),
    erase: async (site, subject) => erase(site, subject),
    quarantineCounts: async () => selectQuarantine.all(),
  };
}
