/**
 * An order of Lemon Squeezy, or a subscription's later invoice, as an order of ours: always the state as a whole. Amounts are integers in the
 * smallest unit of the order's currency. https://docs.lemonsqueezy.com/api/orders/the-order-object (read 2026-11)
 */
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { ShopReport } from '../../kit/source.ts';
import { decimalsOf, formatUnits } from '../../lib/money.ts';
import type { OrderStatus } from '../../model/order.ts';
import { taxAfterRefund } from '../amounts.ts';
import { carriedIn, readCarriedClick } from '../carried-click.ts';
import { orderNames } from '../order-names.ts';

/** `partial_refund` is paid, less what went back. */
const STATES: Readonly<Record<string, OrderStatus>> = {
  paid: 'approved',
  partial_refund: 'approved',
  refunded: 'refunded',
  failed: 'cancelled',
  fraudulent: 'cancelled',
  void: 'cancelled',
};

const objectIn = (value: unknown): Json => (isObject(value) ? value : {});
const units = (value: unknown): number => (typeof value === 'number' && Number.isSafeInteger(value) ? value : 0);

/** `custom`: what the checkout carried. Webhooks alone show it. */
export function readLemonOrder(row: Json, settings: Settings, custom?: Json): ShopReport | { ignored: string } {
  const order = objectIn(row['attributes']);
  const store = textOf(settings['storeId']);
  if (store !== undefined && textOf(order['store_id']) !== store) return { ignored: 'an order of another store' };
  const invoice = row['type'] === 'subscription-invoices';
  if (invoice && order['billing_reason'] === 'initial')
    return { ignored: 'the first payment of a subscription is told as its order' };
  if (invoice && settings['renewals'] !== 'report')
    return { ignored: 'a renewal of a subscription: this connection does not tell them (renewals)' };
  if (units(order['total']) === 0 && settings['freeOrders'] !== 'report')
    return { ignored: 'nothing was paid: this connection does not tell such orders (freeOrders)' };
  const changedAt = Date.parse(textOf(order['updated_at']) ?? '');
  // A page may have reported a test as a sale: what is none is taken back, and told to nobody.
  const test = order['test_mode'] === true && settings['testOrders'] !== 'report';
  const status = test ? 'cancelled' : (STATES[textOf(order['status']) ?? ''] ?? 'pending');
  return {
    ...(Number.isNaN(changedAt) ? {} : { changedAt }),
    order: {
      ...(invoice
        ? { orderId: `subscription-invoice-${String(row['id'])}` }
        : orderNames(lemonOrderId(row, order, settings), [order['order_number'], row['id'], order['identifier']])),
      status,
      placedAt: textOf(order['created_at']),
      ...amountsOf(order, status, settings),
      coupons: [],
      customer: customerOf(order),
      ...readCarriedClick(carriedIn(custom ?? {}), objectIn(settings['clickFields']) as Record<string, string>),
    },
  };
}

function lemonOrderId(row: Json, order: Json, settings: Settings): string {
  const names = { number: order['order_number'], id: row['id'], identifier: order['identifier'] };
  return textOf(names[settings['orderNumber'] as keyof typeof names]) ?? textOf(row['id']) ?? '';
}

function amountsOf(order: Json, status: OrderStatus, settings: Settings): Record<string, unknown> {
  const currency = textOf(order['currency'])?.toUpperCase() ?? '';
  const named = objectIn(settings['decimals'])[currency];
  const digits = named === undefined ? decimalsOf({ currency }) : Number(named);
  const text = (amount: number): string => formatUnits(amount, digits);
  const [total, tax] = [units(order['total']), units(order['tax'])];
  const left = Math.max(0, total - units(order['refunded_amount']));
  const undone = status === 'cancelled' || status === 'refunded';
  const back = !undone && left === 0 && total > 0;
  const now = undone || back ? total : left;
  const [list, off] = [units(order['subtotal']), units(order['discount_total'])];
  // Prices that hold their tax add up to the total without it.
  const inside = tax > 0 && list - off === total;
  const net = (amount: number): number => (inside ? Math.round((amount * (total - tax)) / total) : amount);
  const discount = net(off);
  const subtotal = total - tax + discount;
  return {
    ...{ currency, total: text(now), ...(back ? { status: 'refunded' } : {}) },
    ...{ subtotal: text(subtotal), discount: text(discount), shipping: text(0) },
    tax: text(taxAfterRefund(tax, { before: total, after: now })),
    ...itemsOf(order, { list, subtotal, text }),
  };
}

/** The first line is all that an order shows; where it isn't all that was bought, the lines stay unknown. */
function itemsOf(
  order: Json,
  { list, subtotal, text }: { list: number; subtotal: number; text: (amount: number) => string },
): Record<string, unknown> {
  const line = objectIn(order['first_order_item']);
  const quantity = units(line['quantity']) || 1;
  if (units(line['price']) * quantity !== list || subtotal % quantity !== 0) return {};
  const name = textOf(line['product_name']);
  const sku = textOf(line['variant_id']) ?? textOf(line['product_id']) ?? name;
  return { items: [{ sku, ...(name === undefined ? {} : { name }), quantity, price: text(subtotal / quantity) }] };
}

function customerOf(order: Json): Record<string, unknown> {
  const known = { id: order['customer_id'], email: order['user_email'] };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => textOf(value) !== undefined));
}
