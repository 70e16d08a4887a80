/** An order as its two faces show it: the body of the webhooks, and the fields of the Admin API. */
import type { Json } from '../../fields/shape.ts';
import {
  amountsOf,
  lineTax,
  type ShopifyLine,
  type ShopifyOrder,
  type ShopifyRefund,
  type ShopifyShop,
} from './shop.ts';

const decimal = (cents: number): string => (cents / 100).toFixed(2);
const seen = (cents: number, { traps }: ShopifyShop): string => decimal(Math.round(cents * traps.exchange));

/** In the shop's zone, by the second. */
const local = (at: number | null): string | null =>
  at === null ? null : `${new Date(at + 3_600_000).toISOString().slice(0, 19)}+01:00`;

export function orderBody(order: ShopifyOrder, shop: ShopifyShop): Json {
  const { traps } = shop;
  const amounts = amountsOf(order, shop);
  const set = (cents: number): Json => ({
    shop_money: { amount: decimal(cents), currency_code: traps.currency },
    presentment_money: { amount: seen(cents, shop), currency_code: traps.presentment },
  });
  const both = (name: string, cents: number): Json => ({ [name]: decimal(cents), [`${name}_set`]: set(cents) });
  return {
    ...{ id: order.id, admin_graphql_api_id: `gid://shopify/Order/${order.id}`, name: `#${order.number}` },
    ...{ number: order.number - 1000, order_number: order.number, confirmation_number: `QX${order.number}` },
    ...{ test: order.test, source_name: order.channel, created_at: local(order.createdAt) },
    ...{ updated_at: local(order.updatedAt), cancelled_at: local(order.cancelledAt), currency: traps.currency },
    ...{ presentment_currency: traps.presentment, taxes_included: traps.taxesIncluded },
    ...{ financial_status: order.financial, email: order.email, phone: null, landing_site: order.landing },
    ...both('total_price', amounts.total),
    ...both('current_total_price', amounts.current),
    ...both('total_tax', amounts.tax),
    ...both('current_total_tax', amounts.currentTax),
    ...both('total_line_items_price', amounts.lines),
    ...both('total_discounts', amounts.off),
    total_shipping_price_set: set(order.shipping),
    discount_codes: order.codes.map((code) => ({ code, amount: decimal(amounts.off), type: 'fixed_amount' })),
    note_attributes: order.attributes,
    customer: order.customer === null ? null : { id: order.customer },
    billing_address: { first_name: 'Ada', city: 'Bern', zip: '3011', country_code: 'CH' },
    line_items: order.lines.map((line) => ({
      ...{ id: line.id, variant_id: line.variant, sku: line.sku, title: line.title, quantity: line.quantity },
      ...{ current_quantity: line.quantity - line.back, total_discount: '0.00', ...both('price', line.unit) },
      discount_allocations: line.off === 0 ? [] : [both('amount', line.off)],
      tax_lines: [{ rate: line.rate / 100, ...both('price', lineTax(line, traps.taxesIncluded)) }],
    })),
    refunds: order.refunds.map((refund) => refundBody(refund, order, shop)),
  };
}

/** Lines as numbers of the shop's currency, the money in what the shopper saw. */
export function refundBody({ id, at, lines, moved }: ShopifyRefund, order: ShopifyOrder, shop: ShopifyShop): Json {
  const paid = (line: ShopifyLine): number => line.unit * line.quantity - line.off;
  return {
    ...{ id, order_id: order.id, created_at: local(at) },
    refund_line_items: lines.map(({ line: index, quantity }) => {
      const line = order.lines[index]!;
      return { line_item_id: line.id, quantity, subtotal: Math.round((paid(line) * quantity) / line.quantity) / 100 };
    }),
    transactions:
      moved === 0
        ? []
        : [{ kind: 'refund', status: 'success', amount: seen(moved, shop), currency: shop.traps.presentment }],
  };
}

/** The same in the words of the Admin API. */
export function orderNode(order: ShopifyOrder, shop: ShopifyShop): Json {
  const { traps } = shop;
  const amounts = amountsOf(order, shop);
  const iso = (at: number | null): string | null =>
    at === null ? null : `${new Date(at).toISOString().slice(0, 19)}Z`;
  const money = (cents: number): Json => ({
    shopMoney: { amount: decimal(cents), currencyCode: traps.currency },
    presentmentMoney: { amount: seen(cents, shop), currencyCode: traps.presentment },
  });
  const address = traps.personal ? { firstName: 'Ada', city: 'Bern', zip: '3011', countryCodeV2: 'CH' } : null;
  const email = traps.personal ? order.email : null;
  return {
    ...{ id: `gid://shopify/Order/${order.id}`, legacyResourceId: String(order.id), name: `#${order.number}` },
    ...{ number: order.number, confirmationNumber: `QX${order.number}`, test: order.test, sourceName: order.channel },
    ...{ createdAt: iso(order.createdAt), updatedAt: iso(order.updatedAt), cancelledAt: iso(order.cancelledAt) },
    ...{ displayFinancialStatus: order.financial.toUpperCase(), currencyCode: traps.currency },
    ...{ presentmentCurrencyCode: traps.presentment, taxesIncluded: traps.taxesIncluded },
    ...{ totalPriceSet: money(amounts.total), currentTotalPriceSet: money(amounts.current) },
    ...{
      netPaymentSet: money(amounts.net),
      totalTaxSet: money(amounts.tax),
      currentTotalTaxSet: money(amounts.currentTax),
    },
    ...{ discountCodes: order.codes, email, phone: null, disputes: order.disputes },
    customAttributes: order.attributes.map(({ name, value }) => ({ key: name, value })),
    customerJourneySummary:
      order.landing === null ? null : { lastVisit: { landingPage: `https://shop.example${order.landing}` } },
    customer: order.customer === null ? null : { legacyResourceId: String(order.customer), firstName: 'Ada' },
    ...{ billingAddress: address, shippingAddress: address },
    lineItems: order.lines.map((line) => ({
      ...{ id: line.id, sku: line.sku, title: line.title, quantity: line.quantity },
      ...{ currentQuantity: line.quantity - line.back, variant: { legacyResourceId: String(line.variant) } },
      originalUnitPriceSet: money(line.unit),
      discountAllocations: line.off === 0 ? [] : [{ allocatedAmountSet: money(line.off) }],
      taxLines: [{ priceSet: money(lineTax(line, traps.taxesIncluded)) }],
    })),
  };
}
