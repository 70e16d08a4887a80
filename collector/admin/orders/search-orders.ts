/** Finds orders for a person: by what they remember of one (number, click id, amount, customer), by period, partner and state; newest first. */
import type { OrderPage, OrderRow, OrderSearch } from '../../../wire/admin/orders.ts';
import type { Problem } from '../../../wire/problem.ts';
import { capturedParams } from '../../configuration/site-params.ts';
import type { Sites } from '../../configuration/sites.ts';
import { emailKey } from '../../ingest/draft.ts';
import { markClick } from '../../ingest/watch/mark-claims.ts';
import { isEmail } from '../../intake/validate-order.ts';
import { readInstant } from '../../lib/local-time.ts';
import { decimalsOf, formatMoney } from '../../lib/money.ts';
import type { Seal } from '../../lib/seal.ts';
import type { DeliveryState } from '../../model/delivery.ts';
import type { OrderStatus } from '../../model/order.ts';
import type { StoredOrder } from '../../model/stored-order.ts';
import type { FiguresStore, OrderClue } from '../../store/figures-store.ts';
import type { Store } from '../../store/store.ts';
import { DELIVERY_STATES } from '../delivery-filter.ts';

export interface SearchDeps {
  read: FiguresStore & Pick<Store, 'order'>;
  sites: () => Promise<Sites>;
  seal: Seal;
  now: number;
}

const PAGE = 50;
/** Orders that are looked through for a click id that no mark leads to. */
const AMONG = 5000;
/** Orders found by one clue. */
const MOST = 200;
const STATUSES: readonly OrderStatus[] = ['approved', 'pending', 'cancelled', 'refunded'];
/** Before the first order and after the last. */
const ALL_TIME = { since: 0, until: 8.64e15 };

/** `among`: the sites that may be looked into. */
export async function searchOrders(
  asked: OrderSearch,
  among: readonly string[],
  deps: SearchDeps,
): Promise<OrderPage | { problems: Problem[] }> {
  const found = await findStored(asked, among, deps);
  if ('problems' in found) return found;
  return { orders: await Promise.all(found.found.map((stored) => viewRow(stored, deps.read))), next: found.next };
}

export async function findStored(
  asked: OrderSearch,
  among: readonly string[],
  deps: SearchDeps,
): Promise<{ found: StoredOrder[]; next: string | null } | { problems: Problem[] }> {
  const problems = problemsOf(asked);
  if (problems.length > 0) return { problems };
  const text = asked.text?.trim() ?? '';
  const ids = text !== '' || asked.delivery !== undefined;
  return ids ? byClues({ ...asked, text }, among, deps) : byTime(asked, among, deps);
}

function problemsOf({ status, delivery, since, until }: OrderSearch): Problem[] {
  const states = delivery?.split(',') ?? [];
  const wrong = states.find((state) => !DELIVERY_STATES.includes(state as DeliveryState));
  const isTime = (text: string | undefined): boolean => text === undefined || readInstant(text, 'UTC') !== undefined;
  return [
    ...(status === undefined || STATUSES.includes(status as OrderStatus)
      ? []
      : [{ field: 'status', message: `must be one of ${STATUSES.join(', ')}` }]),
    ...(wrong === undefined ? [] : [{ field: 'delivery', message: `must be of ${DELIVERY_STATES.join(', ')}` }]),
    ...(['since', 'until'] as const).flatMap((field) =>
      isTime({ since, until }[field]) ? [] : [{ field, message: 'must be a time such as 2026-11-01T00:00:00Z' }],
    ),
  ];
}

const periodOf = ({ since, until }: OrderSearch): { since: number; until: number } => ({
  since: since === undefined ? ALL_TIME.since : readInstant(since, 'UTC')!,
  until: until === undefined ? ALL_TIME.until : readInstant(until, 'UTC')!,
});

/** Orders of one moment are cut by how many of them were shown: a batch of a shop has a thousand of them. */
async function byTime(
  asked: OrderSearch,
  among: readonly string[],
  { read }: SearchDeps,
): Promise<{ found: StoredOrder[]; next: string | null }> {
  const { since, until } = periodOf(asked);
  const [at, shown] = cursorOf(asked.after);
  const want = {
    ...{ since, until: Math.min(until, at + 1), limit: PAGE + shown + 1 },
    ...(asked.partner === undefined ? {} : { partner: asked.partner === 'nobody' ? null : asked.partner }),
    ...(asked.status === undefined ? {} : { status: asked.status as OrderStatus }),
    ...(asked.contested ? { contested: true } : {}),
  };
  const lists = await Promise.all(among.map((site) => read.orderList({ ...want, site })));
  const all = lists.flat().toSorted((a, b) => b.receivedAt - a.receivedAt);
  const found = all.slice(shown, shown + PAGE);
  const last = found.at(-1);
  if (last === undefined || all.length <= shown + PAGE) return { found, next: null };
  const same = all.slice(0, shown + PAGE).filter(({ receivedAt }) => receivedAt === last.receivedAt).length;
  return { found, next: `${last.receivedAt}.${same}` };
}

/** The moment that the page begins at, and how many of its orders were shown. */
function cursorOf(after: string | null | undefined): [at: number, shown: number] {
  const [, at = '', shown = '0'] = /^(\d{1,16})\.(\d{1,7})$/.exec(after ?? '') ?? [];
  return at === '' ? [ALL_TIME.until - 1, 0] : [Number(at), Number(shown)];
}

async function byClues(
  asked: OrderSearch & { text: string },
  among: readonly string[],
  deps: SearchDeps,
): Promise<{ found: StoredOrder[]; next: null }> {
  const { read, sites } = deps;
  const { byId } = await sites();
  const period = periodOf(asked);
  const found = new Map<string, StoredOrder>();
  for (const site of among) {
    const inForce = byId.get(site);
    const params = inForce ? capturedParams(inForce) : [];
    const ids = new Set<string>();
    for (const clue of cluesOf(asked, params, deps.seal))
      for (const id of await read.orderIdsBy(site, clue, MOST)) ids.add(id);
    const orders = await Promise.all([...ids].map((id) => read.order(site, id)));
    const totals = totalsIn(asked.text);
    const byAmount = totals.length > 0 ? await read.orderList({ ...period, site, totals, limit: MOST }) : [];
    for (const one of [...orders, ...byAmount.filter((one) => isAmount(one, asked.text))])
      if (one) found.set(`${site}\n${one.order.orderId}`, one);
  }
  const wanted = [...found.values()].filter((one) => fits(one, asked, period));
  return { found: wanted.toSorted((a, b) => b.receivedAt - a.receivedAt).slice(0, MOST), next: null };
}

function cluesOf({ text, delivery }: { text: string; delivery?: string }, params: string[], seal: Seal): OrderClue[] {
  if (text === '') return [{ by: 'state', states: delivery!.split(',') as DeliveryState[] }];
  if (isEmail(text)) return [{ by: 'email', hash: emailKey(seal, text) }];
  const marks = params.map((param) => markClick({ param, value: text }, seal));
  return [
    { by: 'id', beginsWith: text },
    { by: 'customer', id: text },
    ...(marks.length > 0 ? [{ by: 'mark' as const, marks }] : []),
    { by: 'click', value: text, among: AMONG },
  ];
}

/** What an amount may be in minor units: currencies have none, two or three decimals. */
function totalsIn(text: string): number[] {
  if (!/^\d{1,10}([.,]\d{1,3})?$/.test(text)) return [];
  const amount = Number(text.replace(',', '.'));
  return [1, 100, 1000].map((units) => Math.round(amount * units));
}

const isAmount = ({ order }: StoredOrder, text: string): boolean =>
  Number(formatMoney({ minor: order.total, currency: order.currency, digits: decimalsOf(order) })) ===
  Number(text.replace(',', '.'));

function fits(
  { order, attribution, contest, receivedAt }: StoredOrder,
  { partner, status, contested }: OrderSearch,
  { since, until }: { since: number; until: number },
): boolean {
  const winner = attribution.winner?.connection ?? 'nobody';
  return (
    (partner === undefined || winner === partner) &&
    (status === undefined || order.status === status) &&
    (!contested || contest !== null) &&
    receivedAt >= since &&
    receivedAt < until
  );
}

/** An order as a row of a list. */
export async function viewRow(stored: StoredOrder, read: Pick<FiguresStore, 'deliveryStates'>): Promise<OrderRow> {
  const { site, order, attribution, shopConfirmed, contest, signals, receivedAt } = stored;
  return {
    ...{ site, orderId: order.orderId, status: order.status, currency: order.currency, shopConfirmed, signals },
    total: formatMoney({ minor: order.total, currency: order.currency, digits: decimalsOf(order) }),
    placedAt: new Date(order.placedAt).toISOString(),
    receivedAt: new Date(receivedAt).toISOString(),
    partner: attribution.winner?.connection ?? null,
    contested: contest !== null,
    deliveries: await read.deliveryStates(site, order.orderId),
  };
}
