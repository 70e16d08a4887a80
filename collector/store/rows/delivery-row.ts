/** A delivery as every engine keeps it. */
import type { Delivery } from '../../model/delivery.ts';
import type { Report, VendorFacts } from '../../model/report.ts';

export interface DeliveryRow {
  id: string;
  site: string;
  order_id: string;
  connection: string;
  kind: Delivery['kind'];
  seq: number;
  state: Delivery['state'];
  reason: string;
  report: string;
  next_at: number | null;
  deadline_at: number;
  attempts: number;
  after: string | null;
  reference: string | null;
  confirm_at: number | null;
  polls: number;
  ambiguous: number | boolean;
  facts: string | null;
  fence: number;
  confirmed: number | boolean;
  created_at: number;
  updated_at: number;
}

export function deliveryFromRow(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    site: row.site,
    orderId: row.order_id,
    connection: row.connection,
    kind: row.kind,
    seq: row.seq,
    state: row.state,
    reason: row.reason,
    report: JSON.parse(row.report) as Report,
    nextAt: row.next_at,
    deadlineAt: row.deadline_at,
    attempts: row.attempts,
    after: row.after,
    reference: row.reference,
    confirmAt: row.confirm_at,
    polls: row.polls,
    ambiguous: Boolean(row.ambiguous),
    ...(row.facts === null ? {} : { facts: JSON.parse(row.facts) as VendorFacts }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
