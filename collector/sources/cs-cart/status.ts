/** What CS-Cart's one-letter statuses mean: built in, corrected by the shop's own flags, and last by the owner. */
import type { Problem } from '../../../wire/problem.ts';
import type { Settings } from '../../kit/setting.ts';
import type { Reading, SourceStatus, StatusMap, StatusMeaning } from '../../kit/source.ts';
import type { HttpResponse } from '../../model/http.ts';
import { ownStatuses, ownStatusProblems } from '../status-meaning.ts';
import { isRow, readList, type Row, rowText } from './reply.ts';

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

export function statusMap(learned: readonly SourceStatus[], settings: Settings): StatusMap {
  const map: StatusMap = { ...BUILT_IN };
  for (const { status, meaning } of learned) {
    const fixed = BUILT_IN[status] === 'cancelled' || BUILT_IN[status] === 'ignore';
    if (meaning !== undefined && !fixed) map[status] = meaning;
  }
  return { ...map, ...ownStatuses(settings) };
}

export const statusMapProblems = (settings: Settings): Problem[] =>
  ownStatusProblems(settings, { pattern: /^[A-Z]$/, rule: 'must be one capital letter, as CS-Cart names statuses' });

/** `GET /statuses?type=O`. "Paid" is a flag of the status: `payment_received`; `inventory` tells whether goods go back to stock. */
export function readStatuses(response: HttpResponse): Reading<SourceStatus[]> {
  const list = readList(response, 'statuses', (row) => statusOf(row));
  return 'fault' in list ? list : { value: list.value.rows };
}

function statusOf(row: Row): SourceStatus | undefined {
  const status = rowText(row['status']);
  if (status === undefined || (rowText(row['type']) ?? 'O') !== 'O') return undefined;
  const params = isRow(row['params']) ? row['params'] : {};
  const meaning = meaningOf(rowText(params['payment_received']), rowText(params['inventory']));
  return { status, name: rowText(row['description']) ?? status, ...(meaning === undefined ? {} : { meaning }) };
}

function meaningOf(paid: string | undefined, inventory: string | undefined): StatusMeaning | undefined {
  if (paid === 'Y') return 'approved';
  if (inventory === 'I') return 'cancelled';
  return paid === 'N' || inventory === 'D' ? 'pending' : undefined;
}
