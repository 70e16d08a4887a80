/** Compares a network's own report with what it was told: orders that it misses, orders that it has alone, amounts that differ. Pure but for reading. */
import type { Order } from './event.ts';
import { parseCsv } from './lib/csv.ts';
import { formatMoney, parseMoney } from './lib/money.ts';
import type { Delivery, Store } from './store/store.ts';

/** A report that can't be compared, and what to do about it. */
class ReportError extends Error {
  override name = 'ReportError';
}

export interface Columns {
  order?: string;
  amount?: string;
  status?: string;
}

/** Names that networks give to these columns, in the order of preference; compared without case, spaces and signs. */
const GUESSES: Record<keyof Columns, RegExp> = {
  order:
    /^(orderid|order|ordernumber|oid|orderreference|orderref|transactionid|advertiserorderid|clientorderid|merchantorderid|reference|externalid)$/,
  amount:
    /^(saleamount|amount|ordervalue|orderamount|saletotal|total|sale|value|revenue|subtotal|salevalue|transactionvalue|netamount)$/,
  status: /^(status|state|actionstatus|commissionstatus|transactionstatus|approvalstatus)$/,
};
/** Words for "does not count" among the statuses of networks. */
const UNDONE = /^(reversed|reversal|declined|rejected|cancelled|canceled|deleted|void|voided|refused|invalid)/i;

interface Difference {
  orderId: string;
  problem:
    | 'missing there'
    | 'missing here'
    | 'different amount'
    | 'credited there, undone here'
    | 'undone there, credited here';
  ours: string | null;
  theirs: string | null;
  note: string;
}

export interface Reconciled {
  columns: Columns;
  /** What of an order the network's amounts are. */
  basis: string;
  rows: number;
  compared: number;
  agree: number;
  differences: Difference[];
}

interface Ours {
  order: Order;
  undone: boolean;
  state: string;
}

interface Theirs {
  orderId: string;
  amount: string | undefined;
  undone: boolean;
  status: string;
}

/** `from` and `until` bound what was told; orders outside of them are expected to be missing. */
export async function reconcile(input: {
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
  const differences: Difference[] = [];
  let compared = 0;
  for (const [orderId, our] of ours) {
    const their = theirs.get(orderId);
    const inside =
      (from === undefined || our.order.placedAt >= from) && (until === undefined || our.order.placedAt < until);
    if (!their && !inside) continue;
    compared += 1;
    const difference = compare({ orderId, our, their, basis });
    if (difference) differences.push(difference);
  }
  for (const { orderId, amount, status } of theirs.values()) {
    if (ours.has(orderId)) continue;
    compared += 1;
    const note = `no report of this order was delivered by this connection${status === '' ? '' : `; there it is ${status}`}`;
    differences.push({ orderId, problem: 'missing here', ours: null, theirs: amount ?? null, note });
  }
  return { columns, basis, rows: rows.length, compared, agree: compared - differences.length, differences };
}

function readReport(text: string, named: Columns): { columns: Columns; rows: Theirs[] } {
  const [header, ...lines] = parseCsv(text);
  if (!header) throw new ReportError('The report is empty.');
  const columns: Columns = {};
  for (const role of ['order', 'amount', 'status'] as const) {
    const wanted = named[role];
    const found = header.find((name) =>
      wanted === undefined ? GUESSES[role].test(plain(name)) : plain(name) === plain(wanted),
    );
    if (found !== undefined) columns[role] = found;
    else if (wanted !== undefined)
      throw new ReportError(`The report has no column "${wanted}"; it has ${header.join(', ')}.`);
  }
  if (columns.order === undefined)
    throw new ReportError(`Which column holds the order id? Name it with --order-column: ${header.join(', ')}.`);
  const at = (role: keyof Columns): number => (columns[role] === undefined ? -1 : header.indexOf(columns[role]));
  const [order, amount, status] = [at('order'), at('amount'), at('status')];
  const rows = lines.flatMap((cells): Theirs[] => {
    const orderId = (cells[order] ?? '').trim().replace(/^'/, '');
    const word = (cells[status] ?? '').trim();
    return orderId === ''
      ? []
      : [{ orderId, amount: decimalOf(cells[amount]), undone: UNDONE.test(word), status: word }];
  });
  return { columns, rows };
}

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** `$1,234.50`, `1.234,50 €` and `1234.5` alike; undefined for what is no amount. */
export function decimalOf(cell: string | undefined): string | undefined {
  const text = (cell ?? '').replace(/[^\d.,-]/g, '');
  const decimal = /[.,](?=\d{1,2}$)/.exec(text)?.index ?? -1;
  const whole = decimal < 0 ? text : text.slice(0, decimal);
  const digits = whole.replace(/[.,]/g, '');
  if (!/^-?\d+$/.test(digits)) return undefined;
  return decimal < 0 ? digits : `${digits}.${text.slice(decimal + 1)}`;
}

function added(before: Theirs | undefined, row: Theirs): Theirs {
  if (!before) return row;
  // A line that was undone no longer counts beside one that stands.
  if (before.undone !== row.undone) return before.undone ? row : before;
  const sum =
    before.amount === undefined || row.amount === undefined
      ? undefined
      : (Number(before.amount) + Number(row.amount)).toFixed(2);
  return { ...before, amount: sum };
}

/** Orders as the network last took them: the newest modification that arrived, undone by a reversal that did. */
async function delivered(
  store: Pick<Store, 'deliveryPage'>,
  { site, connection }: { site: string; connection: string },
): Promise<Map<string, Ours>> {
  const ours = new Map<string, Ours>();
  const took = (delivery: Delivery): boolean => delivery.state === 'delivered' || delivery.state === 'confirmed';
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
      ours.set(delivery.orderId, { order, undone, state: delivery.state });
    }
    after = page.next;
  } while (after !== null);
  return ours;
}

/** What a network may mean by an order's amount. */
const BASES: Record<string, (order: Order) => number> = {
  total: ({ total }) => total,
  'total without tax and shipping': ({ total, tax = 0, shipping = 0 }) => total - tax - shipping,
  'goods less discount': ({ items, total, discount = 0 }) =>
    items.length === 0 ? total : items.reduce((sum, { price, quantity }) => sum + price * quantity, 0) - discount,
  goods: ({ items, total }) =>
    items.length === 0 ? total : items.reduce((sum, { price, quantity }) => sum + price * quantity, 0),
};

/** The meaning under which most amounts agree; the total where none does better. */
function basisOf(ours: Map<string, Ours>, theirs: Map<string, Theirs>): string {
  const matches = (basis: string): number =>
    [...theirs.values()].filter(({ orderId, amount }) => {
      const our = ours.get(orderId);
      return our && amount !== undefined && sameAmount(our.order, BASES[basis]!(our.order), amount);
    }).length;
  return Object.keys(BASES).toSorted((a, b) => matches(b) - matches(a))[0]!;
}

function sameAmount({ currency }: Order, minor: number, text: string): boolean {
  const parsed = parseMoney(text, currency);
  return 'minor' in parsed && parsed.minor === minor;
}

function compare(given: {
  orderId: string;
  our: Ours;
  their: Theirs | undefined;
  basis: string;
}): Difference | undefined {
  const { orderId, our, their, basis } = given;
  const minor = BASES[basis]!(our.order);
  const ours = `${formatMoney({ minor, currency: our.order.currency })} ${our.order.currency}`;
  if (!their) {
    if (our.undone) return undefined;
    const note = `told and ${our.state}; look at it with: clickthread explain ${orderId}`;
    return { orderId, problem: 'missing there', ours, theirs: null, note };
  }
  const theirs = their.amount ?? null;
  if (our.undone && !their.undone && their.status !== '')
    return {
      orderId,
      problem: 'credited there, undone here',
      ours,
      theirs,
      note: `there it is ${their.status}; the reversal was ${our.state}`,
    };
  if (!our.undone && their.undone)
    return { orderId, problem: 'undone there, credited here', ours, theirs, note: `there it is ${their.status}` };
  if (our.undone || their.amount === undefined || sameAmount(our.order, minor, their.amount)) return undefined;
  return { orderId, problem: 'different amount', ours, theirs, note: `compared as ${basis}` };
}
