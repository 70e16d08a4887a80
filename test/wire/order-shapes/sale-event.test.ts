/** What the names of events say, as carts, plugins and shops invent them. */
import { expect, it } from 'vitest';
import { judgeEvent } from '../../../wire/order-shapes/sale-event.ts';

it.each([
  ...['purchase', 'Purchase', 'eec.purchase', 'transaction', 'dl_purchase', 'ga4_purchase', 'ecommerce_purchase'],
  ...['woocommerce_purchase', 'Order Completed', 'purchase_complete', 'order_completed', 'orderConfirmation'],
  ...[
    'checkout_completed',
    'trackTrans',
    'orderPlaced',
    'gtm4wp.orderCompletedEEC',
    'gtm.orderComplete',
    'initial_purchase',
  ],
  ...['payment_success', 'thank_you', 'returning_customer_purchase', 'addTransaction', 'ORDERPURCHASE'],
])('%s is a sale', (name) => expect(judgeEvent(name)).toBe('sale'));

it.each([
  ...['refund', 'refund-purchase', 'refund.transaction', 'purchase_refunded', 'cancel transaction', 'orderCancelled'],
  ...[
    'order_canceled',
    'ORDERCANCELLED',
    'begin-purchase',
    'begin_checkout',
    'post-purchase',
    'pre_purchase',
    'payment_failed',
  ],
  ...['purchaseFailed', 'purchase_error', 'transaction_declined', 'checkout', 'checkoutOption', 'checkout_progress'],
  ...[
    'add_payment_info',
    'add_shipping_info',
    'add_to_cart',
    'view_item',
    'view_order',
    'orderViewed',
    'order_details',
  ],
  ...['purchase_button_click', 'purchase_not_completed', 'unsuccessfulPurchase', 'void_transaction', 'order_returned'],
  ...['chargeback', 'order_updated', 'orderHistory', 'abandoned_checkout', 'order_review', 'Bestellung storniert'],
  ...['commande_annulée', 'pedido cancelado', 'reembolso', 'purchase_attempt', 'orderShipped', 'start_purchase'],
])('%s is none', (name) => expect(judgeEvent(name)).toBe('none'));

it.each([
  undefined,
  null,
  '',
  7,
  'gtm.dom',
  'pageview',
  'Virtual Page View',
  'pageView',
  'conversion',
  'login_done'.slice(5),
])('%s says neither', (name) => expect(judgeEvent(name)).toBe('open'));
