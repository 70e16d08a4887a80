/** An order as `GET /v1/orders/ORDERID` and `explain` show it: everything but what is secret or personal. */
import { minutes } from '../lib/duration.ts';
import { decimalsOf, formatMoney, formatUnits } from '../lib/money.ts';
import type { Attempt, Breaker, Delivery } from '../model/delivery.ts';
import { describeAmounts } from '../model/amounts/describe-amounts.ts';
import type { Item, Order } from '../model/order.ts';
import type { Report } from '../model/report.ts';
import type { OrderEvent, StoredAttribution, StoredOrder } from '../model/stored-order.ts';
import type { Withdrawal } from '../store/upkeep-store.ts';

const iso = (at: number | null | undefined): string | null =>
  at === null || at === undefined ? null : new Date(at).toISOString();

export type OrderView = ReturnType<typeof viewOrder>;

export function viewOrder(input: {
  stored: StoredOrder;
  deliveries: readonly (Delivery & { attemptLog: Attempt[] })[];
  events: readonly OrderEvent[];
  breakers: readonly Breaker[];
  /** Of the order's visitor; absent where they were not asked for. */
  withdrawals?: readonly Withdrawal[];
  /** Other names that the shop has for it; absent where they were not asked for. */
  aliases?: readonly string[];
}) {
  const { stored, deliveries, events, breakers, withdrawals, aliases } = input;
  const { order, attribution } = stored;
  const money = (minor: number | undefined): string | undefined =>
    minor === undefined ? undefined : formatMoney({ minor, currency: order.currency, digits: decimalsOf(order) });
  return {
    site: stored.site,
    orderId: order.orderId,
    ...(aliases ? { aliases: [...aliases] } : {}),
    status: order.status,
    total: money(order.total),
    currency: order.currency,
    subtotal: money(order.subtotal),
    discount: money(order.discount),
    shipping: money(order.shipping),
    tax: money(order.tax),
    coupons: order.coupons,
    items: order.items.map((item) => viewItem(item, order)),
    /** What the amounts add up to, and what was taken for what. */
    amounts: describeAmounts(order),
    placedAt: iso(order.placedAt),
    receivedAt: iso(stored.receivedAt),
    updatedAt: iso(stored.updatedAt),
    reporter: stored.reporter,
    shopConfirmed: stored.shopConfirmed,
    customer: {
      id: order.customerId ?? null,
      isNew: order.isNewCustomer ?? null,
      personalData: stored.personal === null ? 'none' : 'sealed',
    },
    consent: stored.consent,
    /** Whether networks may be told, as far as consent goes: `open`, `waiting`, `denied`, `gpc`, `withdrawn`. */
    gate: stored.gate,
    ...(withdrawals ? { withdrawals: withdrawals.map(viewWithdrawal) } : {}),
    attribution: viewDecision(attribution),
    contest: stored.contest && { ...stored.contest, since: iso(stored.contest.since) },
    signals: stored.signals,
    shop: viewShopWord(stored),
    observations: viewObservations(stored),
    deliveries: deliveries.map((delivery) => viewDelivery(delivery, breakers)),
    events: events.map(({ at, type, text }) => ({ at: iso(at), type, text })),
  };
}

/** What the shop itself said: when, and of which fields. */
function viewShopWord({ words: { shop, ruling } }: StoredOrder) {
  if (!shop) return null;
  return {
    firstAt: iso(shop.firstAt),
    at: iso(shop.at),
    whole: shop.whole,
    fields: Object.keys(shop.said),
    ruling: ruling ? { credit: ruling.credit, at: iso(ruling.at), by: ruling.by } : null,
  };
}

/** What browsers said, first heard first: beside the record, for the eye. Nothing that is personal. */
export function viewObservations({ words, contest }: Pick<StoredOrder, 'words' | 'contest'>) {
  return words.heard.map(({ id, page, at, said, carried, proof, consent, cut }) => ({
    id,
    credited: id === words.owner,
    claims: contest?.between.includes(id) ?? false,
    page,
    at: iso(at),
    total: formatMoney({ ...said, minor: said.total }),
    currency: said.currency,
    status: said.status,
    coupons: said.coupons,
    items: said.items.length,
    placedAt: iso(said.placedAt),
    clicks: carried.map(({ param, value }) => ({ param, value })),
    signed: proof?.fields ?? [],
    signatureSpent: proof?.spent ?? false,
    consent: consent?.marketing ?? null,
    cut: cut ?? false,
  }));
}

/** Unit amounts with as many decimals as they have. */
function viewItem({ scale = 0, ...item }: Item, order: Order) {
  const unit = (units: number): string => formatUnits(units, decimalsOf(order) + scale);
  return { ...item, price: unit(item.price), discount: item.discount === undefined ? undefined : unit(item.discount) };
}

/** `at`: when we heard of it; `saidAt`: when it was said, by the browser's clock. */
function viewWithdrawal({ at, consent }: Withdrawal) {
  const { source, gpc, tcString } = consent;
  return {
    at: iso(at),
    saidAt: iso(consent.at),
    source: source ?? null,
    gpc: gpc ?? false,
    tcString: tcString ?? null,
  };
}

/** A page's word for the time of a touch is marked where the collector heard of it only later. */
const HEARD_LATER = minutes(5);

export function viewDecision({ winner, rule, rulesVersion, decidedAt, touches, leftOut }: StoredAttribution) {
  return {
    winner: winner && { ...winner, at: iso(winner.at) },
    rule,
    rulesVersion,
    decidedAt: iso(decidedAt),
    touches: touches.map(({ heardAt, ...touch }) => ({
      ...touch,
      at: iso(touch.at),
      ...(heardAt === undefined ? {} : { heardAt: iso(heardAt) }),
      saidByPage: heardAt !== undefined && heardAt - touch.at > HEARD_LATER,
    })),
    leftOut: leftOut ?? 0,
  };
}

export function viewDelivery(delivery: Delivery & { attemptLog?: Attempt[] }, breakers: readonly Breaker[]) {
  const breaker = breakers.find(({ site, connection }) => site === delivery.site && connection === delivery.connection);
  const blocked =
    breaker && delivery.state === 'due'
      ? `${delivery.reason}; the connection is paused: ${breaker.reason}`
      : delivery.reason;
  return {
    id: delivery.id,
    site: delivery.site,
    orderId: delivery.orderId,
    connection: delivery.connection,
    kind: delivery.kind,
    state: delivery.state,
    reason: blocked,
    amount: amountOf(delivery.report.order),
    tells: tellsOf(delivery.report),
    nextAt: iso(delivery.nextAt ?? delivery.confirmAt),
    deadlineAt: iso(delivery.deadlineAt),
    ambiguous: delivery.ambiguous,
    createdAt: iso(delivery.createdAt),
    updatedAt: iso(delivery.updatedAt),
    attempts: (delivery.attemptLog ?? []).map(({ at, purpose, request, response, outcome, reason, took }) => ({
      at: iso(at),
      purpose,
      request,
      response: response && { status: response.status, headers: response.headers, body: response.body },
      outcome,
      reason,
      took,
    })),
  };
}

function amountOf(order: Order, minor = order.total): string {
  return `${formatMoney({ minor, currency: order.currency, digits: decimalsOf(order) })} ${order.currency}`;
}

/** The one amount that the destination is told, and what of the order it is; null where its template decides. */
function tellsOf({ order, amount }: Report): string | null {
  if (amount === undefined) return null;
  const groups = (amount.groups ?? []).map(({ code, minor }) => `${code} ${amountOf(order, minor)}`);
  return `${amountOf(order, amount.minor)} (${[amount.basis, ...groups].join('; ')})`;
}
