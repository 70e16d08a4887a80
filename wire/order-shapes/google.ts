/**
 * What a Google data layer says: GA4 (by tag manager, by `gtag`, flat), enhanced e-commerce, and the first tag manager's keys.
 * https://developers.google.com/analytics/devguides/collection/ga4/ecommerce . Pure but for what the layer said before.
 */
import { isUndone, judgeEvent } from './sale-event.ts';
import type { Verdict } from './sale-event.ts';
import { customerOf } from './customer.ts';
import { firstOf, isBlank, isFields, itemsOf, oneOf, textOf, within } from './fields.ts';
import type { Fields, RawOrder } from './fields.ts';

/**
 * What a layer said so far. Google's own model merges pushes; here only those take part that name no event of their own or a sale: what a
 * step before said of its cart is a leftover.
 */
export interface LayerMemory {
  name: string;
  ecommerce: Fields;
  flat: Fields;
  /** Who buys may be said at any step. */
  buyer: Fields;
  /** What all amounts of the page are in, as `gtag('config', ID, { currency })` and `gtag('set', …)` say. */
  currency?: unknown;
}

/** Where a push says outside of its `ecommerce` what its amounts are in. */
const CURRENCY = ['currency', 'currencyCode', 'currency_code', 'transactionCurrency'];

const STATUS = ['order_status', 'orderStatus', 'payment_status', 'paymentStatus', 'transactionStatus', 'status'];

/** Why an entry that carries an order is no sale; undefined where it may be one. */
function noSale(name: unknown, ...places: Fields[]): string | undefined {
  if (judgeEvent(name) === 'none') return `the event is called ${JSON.stringify(textOf(name).slice(0, 64))}`;
  const status = places.map((place) => firstOf(place, ...STATUS)).find(isUndone);
  return status === undefined ? undefined : `its status is ${JSON.stringify(status)}`;
}

/** What shops call the total in an event that says "sale"; without one such keys stand on carts and in lists of old orders, too. */
const OWN_TOTAL = [
  'orderTotal',
  'order_total',
  'orderValue',
  'order_value',
  'orderRevenue',
  'order_revenue',
  'totalPrice',
  'total_price',
  'grandTotal',
  'grand_total',
  'transactionRevenue',
  'transaction_total',
  'amount',
];

/** What shops call the order's number. The last ones stand beside an id, too, which then counts. */
const ORDER_ID = [
  ...['transaction_id', 'transactionId', 'order_id', 'orderId', 'id', 'transactionID', 'orderID'],
  ...['order_number', 'orderNumber', 'orderNo', 'order_no'],
];

/** An order of GA4's keys, wherever they stand. */
export const ga4Order = (fields: Fields, tracker: string): RawOrder => ({
  tracker,
  orderId: firstOf(fields, ...ORDER_ID),
  total: firstOf(fields, 'value', 'revenue', 'total', ...OWN_TOTAL),
  mayBeNet: !isBlank(fields.value),
  tax: fields.tax,
  shipping: fields.shipping,
  currency: firstOf(fields, 'currency', 'currencyCode', 'currency_code', 'orderCurrency', 'order_currency'),
  coupons: firstOf(fields, 'coupon', 'coupons', 'coupon_code'),
  items: itemsOf(fields.items ?? fields.contents ?? fields.products),
});

/** Says enough by itself, whatever the event is called. */
const isWhole = (fields: Fields): boolean =>
  !isBlank(fields.transaction_id) && !isBlank(fields.value) && itemsOf(fields.items).length > 0;

/** `gtag('event', 'purchase', { … })`: https://developers.google.com/tag-platform/gtagjs/reference */
export function readGtag([command, name, params]: readonly unknown[], memory: LayerMemory): RawOrder[] {
  if (command === 'set' && textOf(name) === 'currency') memory.currency = params;
  for (const said of command === 'set' || command === 'config' ? [name, params] : [])
    if (isFields(said) && !isBlank(said.currency)) memory.currency = said.currency;
  if (command === 'set') memory.buyer = { ...memory.buyer, ...(isFields(name) ? name : { [textOf(name)]: params }) };
  if (command !== 'event' || !isFields(params)) return [];
  const verdict = judgeEvent(name);
  if (verdict !== 'sale' && !isWhole(params)) return [];
  const order = ga4Order(params, `gtag ${JSON.stringify(params.send_to ?? '')}`);
  const customer = customerOf(params, memory.buyer);
  return [{ ...order, declared: memory.currency, customer, noSale: noSale(name, params) }];
}

/** One object of the layer. It may hold the order in several shapes at once. */
export function readPush(entry: Fields, memory: LayerMemory): RawOrder[] {
  const verdict = judgeEvent(entry.event);
  const own = isBlank(entry.ecommerce) ? within(entry, 'eventModel') : oneOf(entry.ecommerce);
  if (entry.ecommerce === null) memory.ecommerce = {};
  const earlier = memory.ecommerce;
  const { user_data, orderData, enhanced_conversion_data, user_properties } = entry;
  for (const [key, said] of Object.entries({ user_data, orderData, enhanced_conversion_data, user_properties }))
    if (isFields(said)) memory.buyer = { ...memory.buyer, [key]: said };
  if (verdict === 'sale' || !isNamed(entry.event)) remember(entry, own, memory);
  const orders = [
    enhanced(own, verdict === 'sale'),
    ga4(entry, { own, earlier, verdict, memory }),
    classic(entry, memory),
  ];
  return orders
    .filter((order) => order !== undefined)
    .map((order) => ({
      ...order,
      declared: firstOf(entry, ...CURRENCY) ?? memory.currency ?? firstOf(memory.ecommerce, ...CURRENCY),
      customer: customerOf(entry, own, memory.buyer),
      noSale: noSale(entry.event, entry, own) ?? (isBlank(own.refund) ? undefined : 'it is a refund'),
    }));
}

/** The container's own events (`gtm.dom`) say when, not what. */
const isNamed = (event: unknown): boolean => typeof event === 'string' && event !== '' && !event.startsWith('gtm.');

function remember(entry: Fields, own: Fields, memory: LayerMemory): void {
  const { transaction_id: known, currency, currencyCode } = memory.ecommerce;
  // An order's id begins anew: what stood there before is of another order or of its cart.
  const begins = !isBlank(own.transaction_id) && own.transaction_id !== known;
  memory.ecommerce = begins ? { currency, currencyCode, ...own } : { ...memory.ecommerce, ...own };
  const { ecommerce: _, event: __, ...rest } = entry;
  const flat = Object.fromEntries(Object.entries(rest).filter(([, value]) => !isBlank(value)));
  const before = memory.flat.transactionId;
  const isNext = !isBlank(before) && !isBlank(flat.transactionId) && flat.transactionId !== before;
  memory.flat = isNext ? flat : { ...memory.flat, ...flat };
}

/** `ecommerce.purchase.actionField`, under any event name or none. Its revenue is what was paid. */
function enhanced(own: Fields, isSale: boolean): RawOrder | undefined {
  // Some modules leave out the step's name, some the field's, and put GA4's keys into the step.
  const purchase = isBlank(own.purchase) && isFields(own.actionField) ? own : oneOf(own.purchase);
  if (purchase === own ? !isSale : isBlank(own.purchase)) return undefined;
  const action = oneOf(purchase.actionField);
  if (!isFields(purchase.actionField) && isBlank(firstOf(action, 'id')))
    return ga4Order({ ...own, ...purchase }, 'ga4');
  return {
    ...ga4Order(action, 'enhanced'),
    total: firstOf(action, 'revenue', 'value'),
    mayBeNet: false,
    discount: action.discount_amount,
    currency: firstOf(own, 'currencyCode', 'currency') ?? action.currency,
    items: itemsOf(purchase.products),
  };
}

/** A purchase that brings an `ecommerce` of its own with an order id is read from that alone; else from what the layer said of the order before. */
function ga4(
  entry: Fields,
  given: { own: Fields; earlier: Fields; verdict: Verdict; memory: LayerMemory },
): RawOrder | undefined {
  const { own, earlier, verdict, memory } = given;
  const tracker = 'ga4';
  if (isFields(own.purchase) || Array.isArray(own.purchase) || isFields(own.actionField)) return undefined;
  if (!isBlank(own.transaction_id)) return verdict === 'sale' || isWhole(own) ? ga4Order(own, tracker) : undefined;
  if (verdict !== 'sale') return isWhole(entry) ? ga4Order(entry, tracker) : undefined;
  if (!isBlank(entry.transaction_id ?? entry.id)) return ga4Order(entry, tracker);
  if (!isBlank(earlier.transaction_id)) return ga4Order({ ...earlier, ...own }, tracker);
  const nested = nestedOrder(entry);
  if (nested) return nested;
  // Without any id the event alone says "sale": refused by name, unless the classic keys have it.
  if (!isBlank(entry.transactionId ?? memory.flat.transactionId)) return undefined;
  const fields = isBlank(own.value) ? { ...memory.flat, ...entry } : own;
  return isBlank(firstOf(fields, 'value', 'revenue', 'total', ...OWN_TOTAL)) ? undefined : ga4Order(fields, tracker);
}

/** Where a purchase holds its order that is no `ecommerce`. */
const HOLDERS = ['transaction', 'order', 'orders', 'purchase', 'eventData', 'payload', 'data', 'detail', 'ecommerce'];

/** Of an entry, or one level deeper: `{ data: { order: { … } } }`. */
function nestedOrder(entry: Fields): RawOrder | undefined {
  const held = HOLDERS.map((name) => oneOf(entry[name]));
  const deeper = held.flatMap((fields) => HOLDERS.map((name) => oneOf(fields[name])));
  return [...held, ...deeper]
    .map((fields) => ga4Order(fields, 'ga4'))
    .find(({ orderId, total }) => !isBlank(orderId) && !isBlank(total));
}

/** The first tag manager's keys, which Magento's and VTEX's modules still write. */
function classic(entry: Fields, memory: LayerMemory): RawOrder | undefined {
  if (isBlank(entry.transactionTotal) && isBlank(entry.transactionId)) return undefined;
  const fields: Fields = judgeEvent(entry.event) === 'none' ? entry : memory.flat;
  const total = fields.transactionTotal;
  // Half an order: the other half is still to be pushed.
  if (isBlank(total) || (isBlank(fields.transactionId) && judgeEvent(entry.event) !== 'sale')) return undefined;
  return {
    tracker: 'classic',
    orderId: fields.transactionId,
    total,
    tax: fields.transactionTax,
    shipping: fields.transactionShipping,
    currency: firstOf(fields, 'transactionCurrency', 'transactionCurrencyCode'),
    // A plain `coupon` counts only beside the order: an earlier one may be a leftover of the cart.
    coupons: firstOf(fields, 'transactionCouponCode', 'transactionPromoCode', 'transactionCoupon') ?? entry.coupon,
    items: itemsOf(fields.transactionProducts),
  };
}
