/** Step 2 of 5. Reads a change to an order (`PATCH /v1/orders/ORDERID`). Pure. */
import type { Problem } from '../../wire/problem.ts';
import type { Order, OrderStatus } from '../model/order.ts';
import { readChangedStatus } from './parts/read-status.ts';
import { isFields, readOrder, readTime, type TimeContext } from './validate-order.ts';

const MONEY = ['total', 'subtotal', 'discount', 'shipping', 'tax'] as const;
const LONGEST_REASON = 255;

export interface OrderPatch {
  status?: OrderStatus;
  /** New absolute amounts and lines, as the shop sent them: read again when the order's currency is known. */
  amounts: Record<string, unknown>;
  reason?: string;
  /** When the shop made it, by its own clock. */
  changedAt?: number;
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
  const status = readChangedStatus(input.status, {
    refuse: (field, message) => void problems.push({ field, message }),
    warn: (field, message) => void warnings.push({ field, message }),
  });
  const amounts = Object.fromEntries(
    [...MONEY, 'items', 'coupons']
      .filter((field) => input[field] !== undefined && input[field] !== null)
      .map((field) => [field, input[field]]),
  );
  for (const key of Object.keys(input)) {
    if (key in amounts || ['status', 'reason', 'currency', 'orderId', 'updatedAt'].includes(key)) continue;
    warnings.push({ field: key.slice(0, 64), message: "can't be changed by PATCH; left out" });
  }
  if (input.currency !== undefined) amounts.currency = input.currency;
  if (input.reason !== undefined && typeof input.reason !== 'string')
    problems.push({ field: 'reason', message: 'must be a text' });
  if (status === undefined && Object.keys(amounts).length === 0 && problems.length === 0) {
    problems.push({ field: 'status', message: 'says nothing to change: send status, total and currency, or items' });
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

/** The change with the time at which the shop made it, where it says so: `updatedAt`, read as the order's other times are. */
export function datePatch(
  patch: OrderPatch,
  input: unknown,
  context: TimeContext,
): { patch: OrderPatch; warnings: Problem[] } {
  const warnings: Problem[] = [];
  const changedAt = readChangedAt(input, context, warnings);
  return { patch: changedAt === undefined ? patch : { ...patch, changedAt }, warnings };
}

/** When the shop last changed the order, by its own clock; absent where a report or a change doesn't say. */
export function readChangedAt(input: unknown, context: TimeContext, warnings: Problem[]): number | undefined {
  const value = isFields(input) ? input.updatedAt : undefined;
  return readTime({ field: 'updatedAt', value, context, warn: (field, message) => warnings.push({ field, message }) });
}

/** The fields that the change names, read in its currency or else in the order's, or why they can't be. */
export function applyPatch(
  order: Pick<Order, 'orderId' | 'currency' | 'digits'>,
  patch: OrderPatch,
  now: number,
): { after?: Partial<Order>; problems: Problem[] } {
  const { amounts, status } = patch;
  const same = amounts.currency === undefined || amounts.currency === order.currency;
  const { valid, problems } = readOrder(
    { orderId: order.orderId, total: 0, currency: order.currency, ...amounts },
    // A line or an amount that a report may leave out would be taken back here. An older order keeps the decimals that it was stored with.
    { currency: order.currency, ...(same ? { digits: order.digits } : {}), now, strict: true, inWords: true },
  );
  if (!valid) return { problems };
  const { currency } = valid.order;
  if (currency !== order.currency && !('total' in amounts)) {
    const message = `is ${currency}, the order was reported in ${order.currency}: send the total in ${currency} with it`;
    return { problems: [{ field: 'currency', message }] };
  }
  const after: Partial<Order> = {};
  for (const field of MONEY)
    if (field in amounts && valid.order[field] !== undefined) after[field] = valid.order[field];
  if ('currency' in amounts) {
    after.currency = currency;
    if (valid.order.digits !== undefined) after.digits = valid.order.digits;
  }
  if ('items' in amounts) after.items = valid.order.items;
  if ('coupons' in amounts) after.coupons = valid.order.coupons;
  if (status) after.status = status;
  return { after, problems: [] };
}
