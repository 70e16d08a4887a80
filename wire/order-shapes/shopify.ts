/** Shopify's `checkout_completed`: https://shopify.dev/docs/api/web-pixels-api/standard-events/checkout_completed . Pure. */
import { firstOf, isFields, listOf, within } from './fields.ts';
import type { Fields, RawItem, RawOrder } from './fields.ts';

export function shopifyOrder(checkout: Fields): RawOrder[] {
  const id = firstOf(within(checkout, 'order'), 'id') ?? checkout.token;
  if (id === undefined) return [];
  const items = listOf(checkout.lineItems)
    .filter(isFields)
    .map((line): RawItem => {
      const variant = within(line, 'variant');
      return {
        sku: firstOf(variant, 'sku', 'id') ?? line.id,
        name: line.title,
        quantity: line.quantity,
        price: within(variant, 'price').amount,
      };
    });
  return [
    {
      tracker: 'shopify',
      // The same number that the shop's webhooks and reports show: gid://shopify/OrderIdentity/123 → 123.
      orderId: typeof id === 'string' ? id.split('/').pop() : id,
      total: within(checkout, 'totalPrice').amount,
      subtotal: within(checkout, 'subtotalPrice').amount,
      tax: within(checkout, 'totalTax').amount,
      shipping: within(within(checkout, 'shippingLine'), 'price').amount,
      currency: checkout.currencyCode,
      coupons: listOf(checkout.discountApplications)
        .filter(isFields)
        .filter(({ type }) => type === 'DISCOUNT_CODE')
        .map(({ title }) => title),
      customer: { email: checkout.email, phone: checkout.phone },
      items,
    },
  ];
}
