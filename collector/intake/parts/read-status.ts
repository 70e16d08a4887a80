/** Step 2 of 5. Reads what a shop calls the status of an order. Pure. */
import type { OrderStatus } from '../../model/order.ts';
import { isBlank, type Note } from '../fields.ts';

const STATUSES: readonly OrderStatus[] = ['approved', 'pending', 'cancelled', 'refunded'];

/** What shops call their statuses. */
const SPELLINGS: Readonly<Record<OrderStatus, RegExp>> = {
  approved:
    /^(complete(d)?|paid|processing|success(ful)?|succeeded|confirmed|captured|fulfilled|shipped|delivered|accepted|settled|finished|payment[-_ ]?(accepted|received|confirmed|complete)|partial(ly)?[-_ ]?(refunded|fulfilled|shipped))$/,
  pending:
    /^(on[-_ ]?hold|hold(ed)?|open|new|created|placed|draft|unpaid|awaiting[-_ ]?(payment|confirmation)|pending[-_ ]?payment|payment[-_ ]?pending|authori[sz]ed|partially[-_ ]?paid|in[-_ ]?review|review)$/,
  cancelled:
    /^(canceled|cancel|void(ed)?|failed|declined|rejected|denied|expired|abandoned|trash(ed)?|deleted|payment[-_ ]?(failed|error|declined))$/,
  refunded: /^(refund|(fully|full)[-_ ]?refunded|returned|reversed|charge[-_ ]?back|charged[-_ ]?back)$/,
};

/** WooCommerce's own prefix stands in its database and in what modules read from there. */
const wordOf = (text: string): string => text.trim().toLowerCase().replace(/^wc-/, '');

const meaningOf = (text: string): OrderStatus | undefined =>
  STATUSES.find((status) => status === wordOf(text) || SPELLINGS[status].test(wordOf(text)));

/** A status that nobody can read waits: told as a sale, a cancelled order would be paid for. */
export function readOrderStatus(
  value: unknown,
  given: { strict: boolean; refuse: Note; warn: Note },
): OrderStatus | undefined {
  const { strict, refuse, warn } = given;
  const text = typeof value === 'string' ? wordOf(value) : value;
  if (strict || isBlank(text) || STATUSES.some((known) => known === text)) return readStatus(text, refuse);
  const meant = typeof text === 'string' ? meaningOf(text) : undefined;
  const status = meant ?? 'pending';
  const known = STATUSES.join(', ');
  warn('status', meant ? `was read as ${status}: send one of ${known}` : `is none of ${known}: waits as pending`);
  return status;
}

/** The status that a change names, in the words of shops, too; of what nobody can read it is said. */
export function readChangedStatus(value: unknown, given: { refuse: Note; warn: Note }): OrderStatus | undefined {
  const isKnown = typeof value === 'string' && meaningOf(value) !== undefined;
  return isKnown ? readOrderStatus(value, { ...given, strict: false }) : readStatus(value, given.refuse);
}

function readStatus(value: unknown, refuse: Note): OrderStatus | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const status = STATUSES.find((known) => known === value);
  return status ?? void refuse('status', `must be one of ${STATUSES.join(', ')}`);
}
