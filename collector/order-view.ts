/** An order as `GET /v1/orders/ORDERID` and `explain` show it: everything but what is secret or personal. */
import type { Order } from './event.ts';
import { formatMoney } from './lib/money.ts';
import type { Attempt, Breaker, Delivery, OrderEvent, StoredAttribution, StoredOrder } from './store/store.ts';
import type { Withdrawal } from './store/withdrawal-store.ts';

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
}) {
  const { stored, deliveries, events, breakers, withdrawals } = input;
  const { order, attribution } = stored;
  const money = (minor: number | undefined): string | undefined =>
    minor === undefined ? undefined : formatMoney({ minor, currency: order.currency });
  return {
    site: stored.site,
    orderId: order.orderId,
    status: order.status,
    total: money(order.total),
    currency: order.currency,
    subtotal: money(order.subtotal),
    discount: money(order.discount),
    shipping: money(order.shipping),
    tax: money(order.tax),
    coupons: order.coupons,
    items: order.items.map((item) => ({ ...item, price: money(item.price), discount: money(item.discount) })),
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
    ...(withdrawals ? { withdrawals: withdrawals.map(viewWithdrawal) } : {}),
    attribution: viewDecision(attribution),
    deliveries: deliveries.map((delivery) => viewDelivery(delivery, breakers)),
    events: events.map(({ at, type, text }) => ({ at: iso(at), type, text })),
  };
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

export function viewDecision({ winner, rule, rulesVersion, decidedAt, touches }: StoredAttribution) {
  return {
    winner: winner && { ...winner, at: iso(winner.at) },
    rule,
    rulesVersion,
    decidedAt: iso(decidedAt),
    touches: touches.map((touch) => ({ ...touch, at: iso(touch.at) })),
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
    nextAt: delivery.state === 'delivered' ? iso(delivery.confirmAt) : iso(delivery.nextAt),
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

function amountOf(order: Order): string {
  return `${formatMoney({ minor: order.total, currency: order.currency })} ${order.currency}`;
}
