/** Upkeep of the embedded engine: exports, audit log, retention, erasure. Implements `UpkeepStore` over the tables beside it. */
import type Database from 'better-sqlite3';
import type { Clock } from '../../lib/clock.ts';
import type { SiteFact } from '../../model/site-fact.ts';
import type { AuditEntry, UpkeepStore } from '../upkeep-store.ts';
import { auditTable } from './audit.ts';
import { deliveryFromRow } from '../rows/delivery-row.ts';
import { createEraser } from './forget/erase.ts';
import { personFinder } from './forget/find-person.ts';
import { orderFromRow } from '../rows/order-row.ts';
import { pagesOf } from './page.ts';
import { siteFactTable } from './facts/site-fact.ts';
import { createSweeper } from './sweep.ts';
import { touchFromRow, type TouchRow } from '../rows/touch-row.ts';

export function sqliteUpkeepStore({ db, clock }: { db: Database.Database; clock: Clock }): UpkeepStore {
  const { page } = pagesOf(db);
  const audit = auditTable(db);
  const addAudit = db.transaction((entry: AuditEntry) => audit.add(entry, clock()));
  const facts = siteFactTable(db);
  const noteFacts = db.transaction((noted: readonly SiteFact[]) => facts.note(noted));
  const sweeps = createSweeper(db);
  const erase = createEraser(db, ({ deed: { detail, ...deed } }, erased) =>
    audit.add({ ...deed, detail: JSON.stringify({ ...detail, ...erased }) }, clock()),
  );
  const selectQuarantine = db.prepare<[], { site: string; count: number }>(
    'SELECT site, COUNT(*) AS count FROM quarantine GROUP BY site',
  );
  return {
    orderPage: async (want) => page('orders', want, orderFromRow),
    touchPage: async (want) => page('touch', want, (row: TouchRow) => ({ site: row.site, ...touchFromRow(row) })),
    deliveryPage: async (want) => page('delivery', want, deliveryFromRow),
    addAudit: async (entry) => void addAudit.immediate(entry),
    auditLog: async (want) => audit.list(want),
    sitesWithData: async () => sweeps.sites(),
    sweep: async (table, want) => sweeps.sweep(table, want),
    sweepTokens: async (before, limit) => sweeps.tokens(before, limit),
    findPerson: personFinder(db),
    erase,
    noteSiteFacts: async (noted) => void noteFacts.immediate(noted),
    siteFacts: async () => facts.all(),
    quarantineCounts: async () => selectQuarantine.all(),
  };
}
