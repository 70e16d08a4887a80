/** Step 2 of 5. Reads what a shop calls the status of an order. Pure. */
import type { OrderStatus } from '../../model/order.ts';
import { isBlank, type Note } from '../fields.ts';
import { statusOf } from './status-words.ts';

const STATUSES: readonly OrderStatus[] = ['approved', 'pending', 'cancelled', 'refunded'];

/** A status that nobody can read waits: told as a sale, a cancelled order would be paid for. */
export function readOrderStatus(
  value: unknown,
  given: { strict: boolean; refuse: Note; warn: Note },
): OrderStatus | undefined {
  const { strict, refuse, warn } = given;
  // WooCommerce's own prefix stands in its database and in what modules read from there.
  const text = typeof value === 'string' ? value.trim().toLowerCase().replace(/^wc-/, '') : value;
  if (strict || isBlank(text) || STATUSES.some((known) => known === text)) return readStatus(text, refuse);
  const meant = typeof value === 'string' ? statusOf(value) : undefined;
  const status = meant ?? 'pending';
  const known = STATUSES.join(', ');
  warn('status', meant ? `was read as ${status}: send one of ${known}` : `is none of ${known}: waits as pending`);
  return status;
}

/** The status that a change names, in the words of shops, too; of what nobody can read it is said. */
export function readChangedStatus(value: unknown, given: { refuse: Note; warn: Note }): OrderStatus | undefined {
  const isKnown = typeof value === 'string' && statusOf(value) !== undefined;
  return isKnown ? readOrderStatus(value, { ...given, strict: false }) : readStatus(value, given.refuse);
}

function readStatus(value: unknown, refuse: Note): OrderStatus | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const status = STATUSES.find((known) => known === value);
  return status ?? void refuse('status', `must be one of ${STATUSES.join(', ')}`);
}
