/** Upkeep of PostgreSQL: exports, audit log, retention, erasure. Implements `UpkeepStore` over the tables beside it. */
import type { Clock } from '../../../lib/clock.ts';
import { deliveryFromRow, type DeliveryRow } from '../../rows/delivery-row.ts';
import { orderFromRow, type OrderRow } from '../../rows/order-row.ts';
import { touchFromRow, type TouchRow } from '../../rows/touch-row.ts';
import type { UpkeepStore } from '../../upkeep-store.ts';
import { addAuditEntry, listAudit } from '../audit.ts';
import type { Database } from '../database.ts';
import { personEraser } from '../forget/erase.ts';
import { findPerson } from '../forget/find-person.ts';
import { listSiteFacts, noteSiteFacts } from '../facts/site-fact.ts';
import { selectPage } from './page.ts';
import { sitesWithData, sweepTable, sweepTokens } from './sweep.ts';

export function postgresUpkeepStore({ db, clock }: { db: Database; clock: Clock }): UpkeepStore {
  return {
    orderPage: (want) => selectPage(db, 'orders', want, (row: OrderRow) => orderFromRow(row)),
    touchPage: (want) => selectPage(db, 'touch', want, (row: TouchRow) => ({ site: row.site, ...touchFromRow(row) })),
    deliveryPage: (want) => selectPage(db, 'delivery', want, (row: DeliveryRow) => deliveryFromRow(row)),
    addAudit: (entry) => db.transaction((sql) => addAuditEntry(sql, entry, clock())),
    auditLog: (want) => listAudit(db, want),
    sitesWithData: () => sitesWithData(db),
    sweep: (table, want) => sweepTable(db, table, want),
    sweepTokens: (before, limit) => sweepTokens(db, before, limit),
    findPerson: (site, subject) => findPerson(db, site, subject),
    erase: personEraser({ db, clock }),
    noteSiteFacts: (facts) => db.transaction((sql) => noteSiteFacts(sql, facts)),
    siteFacts: () => listSiteFacts(db),
    quarantineCounts: () => db.rows('SELECT site, count(*) AS count FROM quarantine GROUP BY site ORDER BY site'),
  };
}
