/** Compares a network's own report with what it was told: orders that it misses, orders that it has alone, amounts that differ. Pure but for reading. */
import type { ReportDifference } from '../../../wire/admin/reconcile.ts';
import { decimals, formatMoney } from '../../lib/money.ts';
import type { Delivery } from '../../model/delivery.ts';
import { type Basis, worthOf } from '../../model/amounts/ledger.ts';
import type { Order } from '../../model/order.ts';
import type { Store } from '../../store/store.ts';
import { type Columns, readReport, type Theirs } from './read-report.ts';

export interface Reconciled {
  columns: Columns;
  /** What of an order the network's amounts are. */
  basis: string;
  rows: number;
  compared: number;
  agree: number;
  differences: ReportDifference[];
  /** What is known now of reports that were unverified. */
  verdicts: ReportVerdict[];
}

interface Ours {
  order: Order;
  undone: boolean;
  state: string;
  /** Reports of this order that the network gave no answer to. */
  unverified: string[];
}

/** What a report says of one that was told without an answer. */
export interface ReportVerdict {
  id: string;
  state: 'confirmed' | 'declined';
  reason: string;
}

/** `from` and `until` bound what was told; orders outside of them are expected to be missing. */
export async function compareReport(input: {
  report: string;
  columns: Columns;
  site: string;
  connection: string;
  from?: number;
  until?: number;
  store: Pick<Store, 'deliveryPage'>;
}): Promise<Reconciled> {
  const { site, connection, from, until, store } = input;
  const { columns, rows } = readReport(input.report, input.columns);
  const ours = await delivered(store, { site, connection });
  const theirs = new Map<string, Theirs>();
  // A network lists an order once an item or action: the parts add up.
  for (const row of rows) theirs.set(row.orderId, added(theirs.get(row.orderId), row));
  const basis = basisOf(ours, theirs);
  const differences: ReportDifference[] = [];
  const verdicts: ReportVerdict[] = [];
  let compared = 0;
  for (const [orderId, our] of ours) {
    const their = theirs.get(orderId);
    const inside =
      (from === undefined || our.order.placedAt >= from) && (until === undefined || our.order.placedAt < until);
    if (!their && !inside) continue;
    compared += 1;
    const difference = compare({ orderId, our, their, basis });
    if (difference) differences.push(difference);
    if (their) verdicts.push(...verdictsOn(our, their, difference));
  }
  for (const { orderId, amount, status } of theirs.values()) {
    if (ours.has(orderId)) continue;
    compared += 1;
    const note = `no report of this order was delivered by this connection${status === '' ? '' : `; there it is ${status}`}`;
    differences.push({ orderId, problem: 'missing here', ours: null, theirs: amount ?? null, note });
  }
  return { columns, basis, rows: rows.length, compared, agree: compared - differences.length, differences, verdicts };
}

function added(before: Theirs | undefined, row: Theirs): Theirs {
  if (!before) return row;
  // A line that was undone no longer counts beside one that stands.
  if (before.undone !== row.undone) return before.undone ? row : before;
  if (before.amount === undefined || row.amount === undefined) return { ...before, amount: undefined };
  const sum = inMillionths(before.amount) + inMillionths(row.amount);
  return { ...before, amount: formatMillionths(sum) };
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

/** Orders as the network last took them: the newest modification that arrived, undone by a reversal that did. */
async function delivered(
  store: Pick<Store, 'deliveryPage'>,
  { site, connection }: { site: string; connection: string },
): Promise<Map<string, Ours>> {
  const ours = new Map<string, Ours>();
  const took = ({ state }: Delivery): boolean => ['delivered', 'confirmed', 'unverified'].includes(state);
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof store.deliveryPage>> = await store.deliveryPage({
      site,
      connection,
      after,
      limit: 500,
    });
    // Ids are ordered by time, so a change comes after what it changes.
    for (const delivery of page.rows.filter(took)) {
      const undone = delivery.kind === 'reversal';
      const known = ours.get(delivery.orderId);
      const order = undone && known ? known.order : delivery.report.order;
      const unverified = [...(known?.unverified ?? []), ...(delivery.state === 'unverified' ? [delivery.id] : [])];
      ours.set(delivery.orderId, { order, undone, state: delivery.state, unverified });
    }
    after = page.next;
  } while (after !== null);
  return ours;
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
function basisOf(ours: Map<string, Ours>, theirs: Map<string, Theirs>): string {
  const matches = (basis: string): number =>
    [...theirs.values()].filter(({ orderId, amount }) => {
      const our = ours.get(orderId);
      return our && amount !== undefined && sameAmount(our.order, amountOn(our.order, basis), amount);
    }).length;
  return Object.keys(BASES).toSorted((a, b) => matches(b) - matches(a))[0]!;
}

/** Further digits than the currency has may stand there: 12.5000 is 12.50. */
function sameAmount(order: Order, minor: number, text: string): boolean {
  return inMillionths(text) === BigInt(minor) * 10n ** BigInt(6 - decimals(order));
}

/** Without a status an order counts there while it has an amount, or none is said. */
const stands = ({ undone, status, amount }: Theirs): boolean =>
  !undone && (status !== '' || amount === undefined || inMillionths(amount) !== 0n);

/** Where the report agrees with what stands here, everything that was told of the order has arrived; where it took the sale back, that is its verdict. */
function verdictsOn(
  { unverified, undone }: Ours,
  their: Theirs,
  difference: ReportDifference | undefined,
): ReportVerdict[] {
  if (!difference)
    return unverified.map((id) => ({ id, state: 'confirmed', reason: 'it stands in the report of the network' }));
  if (undone || !their.undone) return [];
  return unverified.map((id) => ({
    id,
    state: 'declined',
    reason: `in the report of the network it is ${their.status}`,
  }));
}

function compare(given: {
  orderId: string;
  our: Ours;
  their: Theirs | undefined;
  basis: string;
}): ReportDifference | undefined {
  const { orderId, our, their, basis } = given;
  const minor = amountOn(our.order, basis);
  const { currency } = our.order;
  const ours = `${formatMoney({ minor, currency, digits: decimals(our.order) })} ${currency}`;
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
    return { orderId, problem: 'undone there, credited here', ours, theirs, note: `there it is ${their.status}` };
  if (our.undone || their.amount === undefined || sameAmount(our.order, minor, their.amount)) return undefined;
  return { orderId, problem: 'different amount', ours, theirs, note: `compared as ${basis}` };
}
