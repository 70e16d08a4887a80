/** Which deliveries are meant, as a command line or a query says it. */
import type { Problem } from '../../wire/problem.ts';
import { parseDuration } from '../lib/duration.ts';
import type { DeliveryState } from '../model/delivery.ts';
import type { DeliveryFilter } from '../store/store.ts';

export const DELIVERY_STATES: readonly DeliveryState[] = [
  ...(['waiting', 'due', 'sending', 'delivered', 'confirmed', 'unverified', 'declined'] as const),
  ...(['rejected', 'held', 'no_match', 'skipped', 'by_hand'] as const),
];

export interface FilterText {
  site?: string | undefined;
  connection?: string | undefined;
  /** States separated by commas; `no-match` means `no_match`. */
  status?: string | undefined;
  /** An ISO time, or a duration that counts back from now. */
  since?: string | undefined;
  order?: string | undefined;
  limit?: string | undefined;
}

export function readDeliveryFilter(text: FilterText, now: number): { filter: DeliveryFilter; problems: Problem[] } {
  const problems: Problem[] = [];
  const filter: DeliveryFilter = {};
  if (text.site !== undefined) filter.site = text.site;
  if (text.connection !== undefined) filter.connection = text.connection;
  if (text.order !== undefined) filter.orderId = text.order;
  if (text.status !== undefined) {
    const states = text.status.split(',').map((name) => name.trim().replace('-', '_'));
    const unknown = states.find((name) => !DELIVERY_STATES.includes(name as DeliveryState));
    if (unknown === undefined) filter.states = states as DeliveryState[];
    else
      problems.push({
        field: 'status',
        message: `has ${unknown}, which is no state; there are ${DELIVERY_STATES.join(', ')}`,
      });
  }
  if (text.since !== undefined) {
    const duration = parseDuration(text.since);
    const since = duration === undefined ? Date.parse(text.since) : now - duration;
    if (!Number.isNaN(since)) filter.since = since;
    else problems.push({ field: 'since', message: 'must be a time such as 2026-11-01 or a duration such as 24h' });
  }
  if (text.limit !== undefined) {
    const limit = Number(text.limit);
    if (Number.isInteger(limit) && limit > 0) filter.limit = limit;
    else problems.push({ field: 'limit', message: 'must be a whole number above 0' });
  }
  return { filter, problems };
}
