/** Compares a network's own report with what it was told: orders that it misses, orders that it has alone, amounts that differ. Pure but for reading. */
import type { ReportDifference } from '../../../wire/admin/reconcile.ts';
import type { Connection } from '../../configuration/sites.ts';
import type { ReportRow } from '../../kit/report/own-report.ts';
import { decimalsOf, formatMoney } from '../../lib/money.ts';
import { type Basis, worthOf } from '../../model/amounts/ledger.ts';
import type { Order } from '../../model/order.ts';
import type { Store } from '../../store/store.ts';
import { proposeRepair } from './propose-repair.ts';
import { readTold, type Seen, type Told } from './read-told.ts';

export interface Compared {
  /** What of an order the network's amounts are. */
  basis: string;
  compared: number;
  agree: number;
  fresh: number;
  converted: number;
  paid: number;
  differences: (ReportDifference & { seen?: Seen })[];
  /** What is known now of reports that were unverified. */
  verdicts: ReportVerdict[];
}

/** What a report says of one that was told without an answer. */
export interface ReportVerdict {
  id: string;
  state: 'confirmed' | 'declined';
  reason: string;
}

/**
 * `from` and `until` bound what was told; orders outside of them are expected to be missing. What was told since `freshFrom` may not stand in
 * the report yet: where it differs, that says nothing.
 */
export async function compareReport(input: {
  rows: readonly ReportRow[];
  connection: Connection;
  from?: number;
  until?: number;
  freshFrom?: number;
  store: Pick<Store, 'deliveryPage'>;
}): Promise<Compared> {
  const { rows, connection, from = -Infinity, until = Infinity, freshFrom = Infinity, store } = input;
  const isInside = (at: number): boolean => at >= from && at < until;
  const ours = await readTold(store, connection);
  const theirs = new Map<string, ReportRow>();
  // A network lists an order once an item or action: the parts add up.
  for (const row of rows) theirs.set(row.orderId, added(theirs.get(row.orderId), row));
  const basis = basisOf(ours, theirs);
  const result: Compared = {
    basis,
    compared: 0,
    agree: 0,
    fresh: 0,
    converted: 0,
    paid: 0,
    differences: [],
    verdicts: [],
  };
  for (const [orderId, our] of ours) {
    const their = theirs.get(orderId);
    if (!their && !isInside(our.order.placedAt)) continue;
    result.compared += 1;
    if (their?.paid) result.paid += 1;
    const found = compare({ orderId, our, their, basis });
    if (their && !found && !our.undone && isForeign(our, their)) result.converted += 1;
    if (found && our.changedAt >= freshFrom) {
      result.fresh += 1;
      continue;
    }
    if (found) {
      const { repair, advice } = proposeRepair(found.problem, {
        connection,
        paid: their?.paid ?? false,
        isOpen: our.isOpen,
      });
      const note = advice === undefined ? found.note : `${found.note}; ${advice}`;
      const { deliveries, changedAt } = our;
      result.differences.push({ ...found, note, repair, seen: { deliveries, changedAt } });
    }
    if (their) result.verdicts.push(...verdictsOn(our, their, found));
  }
  for (const { orderId, amount, status, at } of theirs.values()) {
    // A sale that only the margin of the report holds is one of another time.
    if (ours.has(orderId) || (at !== undefined && !isInside(at))) continue;
    result.compared += 1;
    const { advice } = proposeRepair('missing here', { connection, paid: false, isOpen: false });
    const note = `no report of this order was delivered by this connection${status === '' ? '' : `; there it is ${status}`}; ${advice}`;
    result.differences.push({
      orderId,
      problem: 'missing here',
      ours: null,
      theirs: amount ?? null,
      note,
      repair: null,
    });
  }
  return { ...result, agree: result.compared - result.differences.length - result.fresh };
}

function added(before: ReportRow | undefined, row: ReportRow): ReportRow {
  if (!before) return row;
  // A line that was undone no longer counts beside one that stands.
  if (before.undone !== row.undone) return before.undone ? row : before;
  const paid = before.paid || row.paid ? { paid: true } : {};
  if (before.amount === undefined || row.amount === undefined) return { ...before, ...paid, amount: undefined };
  const [was, more] = [inMillionths(before.amount), inMillionths(row.amount)];
  // A line that takes away all that another gave: what is left is no sale.
  const undone = was + more === 0n && was !== 0n;
  return { ...before, ...paid, amount: formatMillionths(was + more), undone: before.undone || undone };
}

/** A decimal as an integer: the parts of an order add up exactly. */
function inMillionths(decimal: string): bigint {
  const [, minus, whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  const value = BigInt(whole + fraction.slice(0, 6).padEnd(6, '0'));
  return minus === '-' ? -value : value;
}

function formatMillionths(value: bigint): string {
  const digits = String(value < 0n ? -value : value).padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0{1,4}$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -6)}.${fraction}`;
}

/** What a network may mean by an order's amount. */
const BASES: Record<string, Basis> = {
  total: 'total',
  'total without tax and shipping': 'net',
  'goods less discount': 'goods',
  goods: 'list',
};

/** What was told, whatever became of the order. */
const amountOn = (order: Order, basis: string): number => worthOf({ ...order, status: 'approved' }, BASES[basis]!);

/** The meaning under which most amounts agree; the total where none does better. */
function basisOf(ours: Map<string, Told>, theirs: Map<string, ReportRow>): string {
  const matches = (basis: string): number =>
    [...theirs.values()].filter(({ orderId, amount }) => {
      const our = ours.get(orderId);
      return our && amount !== undefined && sameAmount(our.order, amountOn(our.order, basis), amount);
    }).length;
  return Object.keys(BASES).toSorted((a, b) => matches(b) - matches(a))[0]!;
}

/** Further digits than the currency has may stand there: 12.5000 is 12.50. */
function sameAmount(order: Order, minor: number, text: string): boolean {
  return inMillionths(text) === BigInt(minor) * 10n ** BigInt(6 - decimalsOf(order));
}

/** Without a status an order counts there while it has an amount, or none is said. */
const stands = ({ undone, status, amount }: ReportRow): boolean =>
  !undone && (status !== '' || amount === undefined || inMillionths(amount) !== 0n);

/** Where the report agrees with what stands here, everything that was told of the order has arrived; where it took the sale back, that is its verdict. */
function verdictsOn({ unverified, undone }: Told, their: ReportRow, difference: Found | undefined): ReportVerdict[] {
  if (!difference)
    return unverified.map((id) => ({ id, state: 'confirmed', reason: 'it stands in the report of the network' }));
  if (undone || !their.undone) return [];
  return unverified.map((id) => ({
    id,
    state: 'declined',
    reason: `in the report of the network it is ${wordOf(their)}`,
  }));
}

const wordOf = ({ status }: ReportRow): string => (status === '' ? 'taken back' : status);

const isForeign = ({ order }: Told, { currency }: ReportRow): boolean =>
  currency !== undefined && currency !== order.currency;

type Found = Omit<ReportDifference, 'repair'>;

function compare(given: {
  orderId: string;
  our: Told;
  their: ReportRow | undefined;
  basis: string;
}): Found | undefined {
  const { orderId, our, their, basis } = given;
  const minor = amountOn(our.order, basis);
  const { currency } = our.order;
  const ours = `${formatMoney({ minor, currency, digits: decimalsOf(our.order) })} ${currency}`;
  if (!their) {
    if (our.undone) return undefined;
    const note = `told and ${our.state}; look at it with: clickthread explain ${orderId}`;
    return { orderId, problem: 'missing there', ours, theirs: null, note };
  }
  const theirs = their.amount ?? null;
  if (our.undone && stands(their)) {
    const there = their.status === '' ? 'the report has no status, so it counts there' : `there it is ${their.status}`;
    const note = `${there}; the reversal was ${our.state}`;
    return { orderId, problem: 'credited there, undone here', ours, theirs, note };
  }
  if (!our.undone && their.undone)
    return { orderId, problem: 'undone there, credited here', ours, theirs, note: `there it is ${wordOf(their)}` };
  if (our.undone || their.amount === undefined) return undefined;
  const same = sameAmount(our.order, minor, their.amount);
  if (isForeign(our, their))
    return same
      ? { orderId, problem: 'other currency', ours, theirs, note: `there it is in ${their.currency}` }
      : undefined;
  if (same) return undefined;
  return { orderId, problem: 'different amount', ours, theirs, note: `compared as ${basis}` };
}
