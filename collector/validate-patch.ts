/** Step 2 of 5. Reads a change to an order (`PATCH /v1/orders/ORDERID`). Pure. */
import type { Order, OrderStatus, Problem } from './event.ts';
import { isFields, readOrder, readStatus } from './validate-order.ts';

const MONEY = ['total', 'subtotal', 'discount', 'shipping', 'tax'] as const;
const LONGEST_REASON = 255;

export interface OrderPatch {
  status?: OrderStatus;
  /** New absolute amounts and lines, as the shop sent them: read again when the order's currency is known. */
  amounts: Record<string, unknown>;
  reason?: string;
}

/** What a change says, before its order is known. */
export function readPatch(input: unknown): { patch?: OrderPatch; problems: Problem[]; warnings: Problem[] } {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  if (!isFields(input))
    return {
      problems: [{ field: 'body', message: 'must be a JSON object such as { "status": "refunded" }' }],
      warnings,
    };
  const status = readStatus(input.status, (field, message) => problems.push({ field, message }));
  const amounts = Object.fromEntries(
    [...MONEY, 'items', 'coupons']
      .filter((field) => input[field] !== undefined && input[field] !== null)
      .map((field) => [field, input[field]]),
  );
  for (const key of Object.keys(input)) {
    if (key in amounts || ['status', 'reason', 'currency', 'orderId'].includes(key)) continue;
    warnings.push({ field: key.slice(0, 64), message: "can't be changed by PATCH; left out" });
  }
  if (input.currency !== undefined) amounts.currency = input.currency;
  if (input.reason !== undefined && typeof input.reason !== 'string')
    problems.push({ field: 'reason', message: 'must be a text' });
  if (status === undefined && Object.keys(amounts).length === 0 && problems.length === 0) {
    problems.push({ field: 'status', message: 'says nothing to change: send status, total or items' });
  }
  if (problems.length > 0) return { problems, warnings };
  const reason =
    typeof input.reason === 'string'
      ? input.reason.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, LONGEST_REASON)
      : undefined;
  return {
    patch: { ...(status ? { status } : {}), amounts, ...(reason === undefined ? {} : { reason }) },
    problems,
    warnings,
  };
}

/** The order as the change leaves it, or why it can't be. */
export function applyPatch(order: Order, patch: OrderPatch, now: number): { order?: Order; problems: Problem[] } {
  const { amounts, status } = patch;
  const { valid, problems } = readOrder(
    { orderId: order.orderId, total: 0, currency: order.currency, ...amounts },
    { currency: order.currency, now },
  );
  if (!valid) return { problems };
  if (valid.order.currency !== order.currency) {
    return {
      problems: [
        {
          field: 'currency',
          message: `is ${valid.order.currency}, the order was reported in ${order.currency}: an order has one currency`,
        },
      ],
    };
  }
  const changed: Partial<Order> = {};
  for (const field of MONEY)
    if (field in amounts && valid.order[field] !== undefined) changed[field] = valid.order[field];
  if ('items' in amounts) changed.items = valid.order.items;
  if ('coupons' in amounts) changed.coupons = valid.order.coupons;
  // A new total without its parts: what was known of the parts no longer adds up, so only what was sent is kept.
  if ('total' in amounts && changed.total !== order.total && !('subtotal' in amounts)) changed.subtotal = undefined;
  return { order: { ...order, ...changed, ...(status ? { status } : {}) }, problems: [] };
}
