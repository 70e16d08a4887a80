/** The demo shop's order: the one of the founding document, or the same goods under a fresh id. */
import { escapeHtml, scriptJson } from '../html.ts';

/** The canonical order of the tag, as a shop's template would print it. */
export interface ShopOrder {
  orderId: string;
  total: string;
  currency: string;
  subtotal: string;
  discount: string;
  coupons: string[];
  placedAt: string;
  customer: { id: string; email?: string };
  items: { sku: string; name: string; category: string; quantity: number; price: string }[];
}

export const SEED_ORDER_ID = 'O1234567';

/** 2 × 14.00 and 3 × 33.00, 15.00 off. */
export function shopOrder(given: { orderId?: string; placedAt?: string; email?: string } = {}): ShopOrder {
  const { orderId = SEED_ORDER_ID, placedAt = '2024-08-01T23:55:24-08:00', email } = given;
  return {
    orderId,
    total: '112.00',
    currency: 'USD',
    subtotal: '127.00',
    discount: '15.00',
    coupons: ['15BUCKSOFF'],
    placedAt,
    customer: { id: 'BCZ2WVSH674563PDPYOTM3AXDQ', ...(email === undefined ? {} : { email }) },
    items: [
      { sku: '1ABC2345', name: 'Product Name 1', category: 'Hardware', quantity: 2, price: '14.00' },
      { sku: '9ZXY7654', name: 'Product Name 2', category: 'Gardening', quantity: 3, price: '33.00' },
    ],
  };
}

/** How the thank-you page tells about the sale. */
export const VIAS = ['call', 'datalayer', 'attribute', 'pixel', 'form', 'none'] as const;
export type Via = (typeof VIAS)[number];

/** The HTML that reports the order. `collector` is the site's address without the script's `.js`: `http://localhost:8787/t/shop`. */
export function reportHtml(order: ShopOrder, via: Via, collector: string): string {
  const id = encodeURIComponent(order.orderId);
  const attribute = scriptJson(order).replace(/&/g, '&amp;').replace(/'/g, '&#39;');
  switch (via) {
    case 'call':
      return `<script>clickthread('conversion', ${scriptJson(order)});</script>`;
    case 'datalayer':
      return `<script>window.dataLayer = window.dataLayer || []; dataLayer.push(${scriptJson(purchase(order))});</script>`;
    case 'attribute':
      return `<div data-clickthread-order='${attribute}'></div>`;
    case 'pixel':
      return `<img src="${collector}/sale?id=${id}&amp;amount=${order.total}&amp;currency=${order.currency}" width="1" height="1" alt="">`;
    case 'form':
      return `<form method="post" action="${collector}/sale"><input type="hidden" name="id" value="${escapeHtml(order.orderId)}">
<input type="hidden" name="amount" value="${order.total}"><button id="continue">Click to continue</button></form>`;
    case 'none':
      return '';
    default:
      return via satisfies never;
  }
}

/** The event of Google's e-commerce schema. https://developers.google.com/analytics/devguides/collection/ga4/ecommerce */
function purchase(order: ShopOrder): object {
  const items = order.items.map(({ sku, name, category, quantity, price }) => ({
    ...{ item_id: sku, item_name: name, item_category: category, quantity, price: Number(price) },
  }));
  const { orderId, total, currency, coupons } = order;
  return {
    event: 'purchase',
    ecommerce: { transaction_id: orderId, value: Number(total), currency, coupon: coupons.join(','), items },
  };
}
