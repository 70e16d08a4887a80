/** An order as the canonical shape of interface.md, from any shape that carts write into a data layer. Pure. */
import { readAmount } from './amount.ts';

/** What a page gives: any keys, any types. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Loose = Record<string, any>;

/** A copy whose amounts are decimals and whose order id is text. An amount that can't be read stays, for the collector's answer to name it. */
export function tidy(order: Loose): Loose {
  const clean: Loose = { ...order };
  // A cart that says 11001 once and "11001" the next time means one order.
  if (clean.orderId != null) clean.orderId = String(clean.orderId);
  for (const key of ['total', 'subtotal', 'discount', 'shipping', 'tax', 'price'])
    if (clean[key] != null) clean[key] = readAmount(clean[key]) ?? clean[key];
  if (Array.isArray(clean.items)) clean.items = clean.items.map(tidy);
  return clean;
}

/** GA4's and gtag's keys, those of enhanced e-commerce, and those of the first Google Tag Manager, in one reading. */
export function fromFields(given: Loose, products: Loose[] | undefined, currency: unknown): Loose {
  return {
    orderId: given.transaction_id ?? given.id ?? given.transactionId,
    total: given.value ?? given.revenue ?? given.transactionTotal,
    tax: given.tax ?? given.transactionTax,
    shipping: given.shipping ?? given.transactionShipping,
    currency,
    // GTM4WP joins several coupons with a comma.
    coupons: given.coupon ? String(given.coupon).split(/\s*,\s*/) : undefined,
    items: products?.map((item) => ({
      sku: item.item_id ?? item.sku ?? item.id,
      name: item.item_name ?? item.name,
      category: item.item_category ?? item.category,
      quantity: item.quantity ?? 1,
      // GA4's price is already discounted, so its item discount is left out.
      price: item.price,
    })),
  };
}

/** `purchase`, `Purchase`, `eec.purchase`, `transaction`; not `refund`, which carries a transaction id too. */
const isPurchase = (event: unknown): boolean => /(^|\W)(purchase|transaction)$/i.test(String(event));

/** A data layer's contents so far: Google's own model merges pushes, so an order may come in pieces. */
let model: Loose = {};

/** The orders that one more entry of a data layer completes. */
export function readEntry(entry: Loose): Loose[] {
  const found: Loose[] = [];
  if (entry[0]) {
    const [command, name, fields] = entry as unknown as [string, string, Loose];
    // https://developers.google.com/tag-platform/gtagjs/reference: `gtag` pushes its arguments.
    if (command == 'set' && name == 'user_data') model = { ...model, user_data: fields };
    if (command == 'event' && isPurchase(name)) found.push(fromFields(fields, fields.items, fields.currency));
  } else {
    const ecommerce: Loose = entry.ecommerce === null ? {} : { ...model.ecommerce, ...entry.ecommerce };
    model = { ...model, ...entry, ecommerce };
    const { purchase } = entry.ecommerce ?? {};
    if (purchase) found.push(fromFields(purchase.actionField, purchase.products, ecommerce.currencyCode));
    else if (isPurchase(entry.event)) {
      const fields = ecommerce.transaction_id ? ecommerce : model;
      found.push(fromFields(fields, fields.items, fields.currency));
    }
    if (entry.transactionId ?? entry.transactionTotal)
      found.push(fromFields(model, model.transactionProducts, model.transactionCurrency));
  }
  const email =
    model.user_data?.email ?? model.orderData?.customer?.billing?.email ?? model.enhanced_conversion_data?.email;
  return found.map((order) => ({ ...order, customer: email && { email } }));
}
