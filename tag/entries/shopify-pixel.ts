/**
 * Entry of the Shopify web pixel, a file of its own because a pixel runs in a sandbox without the shop's document. Reports
 * `checkout_completed`, which comes once per checkout. https://shopify.dev/docs/api/web-pixels-api/standard-events/checkout_completed
 */
import type { Consent } from '../../wire/consent.ts';
import type { ConversionBody } from '../../wire/messages.ts';

/** Address of the site's browser routes, `'https://t.shop.example/t/shop'`: put there by the collector, or by hand in Shopify's editor. */
declare const __CT_COLLECTOR__: string;

interface Money {
  amount?: number;
}
interface Line {
  title?: string;
  quantity?: number;
  variant?: { id?: string; sku?: string; price?: Money };
}
interface Checkout {
  order?: { id?: string };
  token?: string;
  email?: string;
  phone?: string;
  currencyCode?: string;
  totalPrice?: Money;
  subtotalPrice?: Money;
  totalTax?: Money;
  shippingLine?: { price?: Money };
  discountApplications?: { type?: string; title?: string }[];
  lineItems?: Line[];
}
interface CheckoutEvent {
  timestamp?: string;
  context?: { document?: { location?: { origin?: string; pathname?: string } } };
  data: { checkout: Checkout };
}
interface Privacy {
  marketingAllowed?: boolean;
  saleOfDataAllowed?: boolean;
}

declare const analytics: { subscribe(name: string, listener: (event: CheckoutEvent) => Promise<void>): void };
declare const browser: { cookie: { get(name: string): Promise<string> } };
declare const init: { customerPrivacy?: Privacy } | undefined;
declare const customerPrivacy:
  { subscribe(name: string, listener: (event: { customerPrivacy: Privacy }) => void): void } | undefined;

let privacy = typeof init == 'object' ? init.customerPrivacy : undefined;
let waiting: (() => void)[] = [];

/** What the buyer answered. Only `true` is a yes; without an answer it is unknown, and the collector keeps the order until there is one. */
function readAnswer(): Consent['marketing'] {
  const { marketingAllowed, saleOfDataAllowed } = privacy ?? {};
  if (marketingAllowed === false || saleOfDataAllowed === false) return 'denied';
  return marketingAllowed === true ? 'granted' : 'unknown';
}

/** Orders wait in memory until the buyer agrees. What went without an answer is told again with the first one. */
function whenAllowed(send: () => void): void {
  const answer = readAnswer();
  if (answer != 'denied') send();
  if (answer != 'granted') waiting.push(send);
}

if (typeof customerPrivacy == 'object')
  customerPrivacy.subscribe('visitorConsentCollected', (event) => {
    privacy = event.customerPrivacy;
    const sends = waiting;
    waiting = [];
    sends.forEach(whenAllowed);
  });

analytics.subscribe('checkout_completed', async ({ timestamp, context, data: { checkout } }) => {
  const { order, token, email, phone, currencyCode, totalPrice, subtotalPrice, totalTax, shippingLine } = checkout;
  const { origin = '', pathname = '' } = context?.document?.location ?? {};
  const journey = await browser.cookie.get('_ct').catch(() => '');
  whenAllowed(() => {
    const consent: Consent = { marketing: readAnswer(), source: 'shopify', at: Date.now() };
    const body: ConversionBody = {
      // The same number that the shop's webhooks and reports show: gid://shopify/OrderIdentity/123 → 123.
      orderId: (order?.id ?? token ?? '').split('/').pop()!,
      total: totalPrice?.amount,
      subtotal: subtotalPrice?.amount,
      tax: totalTax?.amount,
      shipping: shippingLine?.price?.amount,
      currency: currencyCode,
      placedAt: timestamp,
      coupons: checkout.discountApplications?.filter(({ type }) => type == 'DISCOUNT_CODE').map(({ title }) => title),
      customer: { email, phone },
      items: checkout.lineItems?.map(({ title, quantity, variant }) => ({
        sku: variant?.sku ?? variant?.id,
        name: title,
        quantity,
        price: variant?.price?.amount,
      })),
      journey: journey || undefined,
      page: origin + pathname,
      consent,
    };
    void fetch(__CT_COLLECTOR__ + '/conversion', {
      method: 'POST',
      body: JSON.stringify(body),
      credentials: 'omit',
      keepalive: true,
    }).then((response) => response.text());
  });
});
