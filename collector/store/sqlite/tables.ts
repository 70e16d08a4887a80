/** Every table of a data file, its statements prepared, and the one way in which they are written. */
import type Database from 'better-sqlite3';
import type { Clock } from '../../lib/clock.ts';
import type { Deed } from '../../model/upkeep/deed.ts';
import { auditTable } from './audit.ts';
import { configurationTable } from './configuration.ts';
import { attemptTable } from './delivering/attempt.ts';
import { queueTable } from './delivering/queue.ts';
import { deliveryTable } from './delivery.ts';
import { refusedPageTable } from './facts/refused-page.ts';
import { installationTable } from './installation.ts';
import { orderTable } from './order.ts';
import { aliasTable } from './orders/alias.ts';
import { quarantineTable } from './quarantine.ts';
import { sightingTable } from './sighting.ts';
import { touchTable } from './touch.ts';
import { usageTable } from './usage.ts';
import { withdrawalTable } from './withdrawal.ts';

export type Tables = ReturnType<typeof openTables>;

export function openTables({ db, clock }: { db: Database.Database; clock: Clock }) {
  const audit = auditTable(db);
  const inTransaction = db.transaction((work: () => unknown) => work());
  return {
    touches: touchTable(db),
    orders: orderTable(db),
    aliases: aliasTable(db),
    deliveries: deliveryTable(db),
    queue: queueTable(db),
    attempts: attemptTable(db),
    configuration: configurationTable(db),
    quarantine: quarantineTable(db),
    withdrawals: withdrawalTable(db),
    usage: usageTable(db),
    installation: installationTable(db),
    sightings: sightingTable(db),
    refusedPages: refusedPageTable(db),
    /** All of it or nothing, with the write lock from its beginning. */
    write: <T>(work: () => T): T => inTransaction.immediate(work) as T,
    /** In the transaction that does it; `counts` says how much it came to. */
    logDeed({ at, actor, action, detail }: Deed, counts: Record<string, number> = {}): void {
      audit.add({ at, actor, action, detail: JSON.stringify({ ...counts, ...detail }) }, clock());
    },
  };
}
