/** What CS-Cart's one-letter statuses mean: built in, corrected by the shop's own flags, and last by the owner. */
import type { HttpResponse, Settings } from '../destinations/destination.ts';
import type { Problem } from '../event.ts';
import { isRow, readList, text, type Row } from './cs-cart-reply.ts';
import type { Reading, SourceStatus, StatusMap, StatusMeaning } from './source.ts';

/** `I` is cancelled and `N` incomplete, whatever third-party clients say; `T` is the parent of a split checkout. */
const BUILT_IN: StatusMap = {
  P: 'approved',
  C: 'approved',
  O: 'pending',
  B: 'pending',
  Y: 'pending',
  F: 'cancelled',
  D: 'cancelled',
  I: 'cancelled',
  N: 'ignore',
  T: 'ignore',
};

const MEANINGS: readonly StatusMeaning[] = ['approved', 'pending', 'cancelled', 'refunded', 'ignore'];

export function statusMap(learned: readonly SourceStatus[], settings: Settings): StatusMap {
  const map: StatusMap = { ...BUILT_IN };
  for (const { status, meaning } of learned) {
    const fixed = BUILT_IN[status] === 'cancelled' || BUILT_IN[status] === 'ignore';
    if (meaning !== undefined && !fixed) map[status] = meaning;
  }
  return { ...map, ...ownersMap(settings) };
}

function ownersMap(settings: Settings): StatusMap {
  const own = settings['statusMap'];
  return isRow(own) ? (own as StatusMap) : {};
}

export function statusMapProblems(settings: Settings): Problem[] {
  return Object.entries(ownersMap(settings)).flatMap(([letter, meaning]) => {
    if (!/^[A-Z]$/.test(letter))
      return { field: `statusMap.${letter}`, message: 'must be one capital letter, as CS-Cart names statuses' };
    if (!MEANINGS.includes(meaning))
      return { field: `statusMap.${letter}`, message: `must be one of ${MEANINGS.join(', ')}` };
    return [];
  });
}

/** `GET /statuses?type=O`. "Paid" is a flag of the status: `payment_received`; `inventory` tells whether goods go back to stock. */
export function readStatuses(response: HttpResponse): Reading<SourceStatus[]> {
  const list = readList(response, 'statuses', (row) => statusOf(row));
  return 'fault' in list ? list : { value: list.value.rows };
}

function statusOf(row: Row): SourceStatus | undefined {
  const status = text(row['status']);
  if (status === undefined || (text(row['type']) ?? 'O') !== 'O') return undefined;
  const params = isRow(row['params']) ? row['params'] : {};
  const meaning = meaningOf(text(params['payment_received']), text(params['inventory']));
  return { status, name: text(row['description']) ?? status, ...(meaning === undefined ? {} : { meaning }) };
}

function meaningOf(paid: string | undefined, inventory: string | undefined): StatusMeaning | undefined {
  if (paid === 'Y') return 'approved';
  if (inventory === 'I') return 'cancelled';
  return paid === 'N' || inventory === 'D' ? 'pending' : undefined;
}
