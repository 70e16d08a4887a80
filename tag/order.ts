/** Late part. An order as the canonical shape of interface.md, from any shape that carts write into a data layer. Pure but for the layer's memory. */
import { readAmount } from './amount.ts';

/** What a page gives: any keys, any types. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Loose = Record<string, any>;

/** A copy whose amounts are decimals and whose order id is text. An amount that can't be read stays, for the collector's answer to name it. */
export function tidy(order: Loose): Loose {
  const clean = { ...order };
  for (const key of ['total', 'subtotal', 'discount', 'shipping', 'tax', 'price'])
    clean[key] = readAmount(clean[key]) ?? clean[key];
  // A cart that says 11001 once and "11001" the next time means one order.
  if (clean.orderId != null) clean.orderId += '';
  clean.items = clean.items?.map?.(tidy) ?? clean.items;
  return clean;
}

/** GA4's and gtag's keys, those of enhanced e-commerce, and those of the first Google Tag Manager, in one reading. */
export const fromFields = (given: Loose, products?: Loose | Loose[], currency?: unknown): Loose => ({
  orderId: given.transaction_id ?? given.id ?? given.transactionId,
  total: given.value ?? given.revenue ?? given.transactionTotal,
  tax: given.tax ?? given.transactionTax,
  shipping: given.shipping ?? given.transactionShipping,
  currency,
  // GTM4WP joins several coupons with a comma.
  coupons: given.coupon && (given.coupon + '').split(/,\s*/),
  items: ([] as Loose[])
    .concat(products ?? [])
    // An item without a name would have the collector refuse the whole order.
    .filter((item) => item && (item.item_id ?? item.sku ?? item.id ?? item.item_name ?? item.name) != null)
    .map(({ item_id, sku, id, item_name, name, item_category, category, quantity = 1, price }) => ({
      sku: item_id ?? sku ?? id,
      name: item_name ?? name,
      category: item_category ?? category,
      quantity,
      // GA4's price is already discounted, so its item discount is left out.
      price,
    })),
});

/** `purchase`, `Purchase`, `eec.purchase`, `transaction`; not `refund`, which carries a transaction id too. */
const isPurchase = (event: unknown): boolean => /(^|\W)(purchase|transaction)$/i.test(event as string);

/** A data layer's contents so far: Google's own model merges pushes, so an order may come in pieces. */
let model: Loose = {};

/** The orders that one more entry of a data layer completes. */
export function readEntry(entry: Loose): Loose[] {
  const found: Loose[] = [];
  const { 0: command, 1: name, 2: fields } = entry;
  if (command) {
    // https://developers.google.com/tag-platform/gtagjs/reference: `gtag` pushes its arguments.
    if (name == 'user_data') model[name] = fields;
    if (command == 'event' && isPurchase(name)) found.push(fromFields(fields, fields.items, fields.currency));
  } else {
    const { ecommerce: given } = entry;
    const { ecommerce: before } = model;
    // Cleared, or another order than the last, whose goods are not this one's.
    const other =
      before?.transaction_id != null && given?.transaction_id != null && given.transaction_id !== before.transaction_id;
    const ecommerce: Loose = given === null || other ? { ...given } : { ...before, ...given };
    model = { ...model, ...entry, ecommerce };
    const purchase = given?.purchase;
    const flat = ecommerce.transaction_id ? ecommerce : model;
    if (purchase) found.push(fromFields(purchase.actionField, purchase.products, ecommerce.currencyCode));
    else if (isPurchase(entry.event)) found.push(fromFields(flat, flat.items, flat.currency));
    if (entry.transactionTotal ?? entry.transactionId)
      found.push(fromFields(model, model.transactionProducts, model.transactionCurrency));
  }
  const email = (model.user_data ?? model.orderData?.customer?.billing ?? model.enhanced_conversion_data)?.email;
  return found.map((order) => ({ ...order, customer: { email } }));
}
