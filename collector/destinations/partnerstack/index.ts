/**
 * PartnerStack: a customer signs up with the click, then buys. https://docs.partnerstack.com/docs/step-3-tracking-conversions (read 2026-11)
 */
import { basisOf, basisSetting, worthOf } from '../../kit/amount.ts';
import { defineDestination } from '../../kit/destination.ts';
import { jsonRequest } from '../../kit/encode.ts';
import type { Settings } from '../../kit/setting.ts';
import { days, seconds } from '../../lib/duration.ts';
import type { Order } from '../../model/order.ts';
import { isCustomerUnknown, readPartnerstackSale, readPartnerstackTest } from './answers.ts';

const basis = (settings: Settings) => basisOf(settings['amountBasis'], 'net');

/** One conversion a customer for the account's life; a guest is whoever placed this order. */
const customerOf = ({ customerId, orderId }: Order): string => customerId ?? `order-${orderId}`;

const basic = ({ publicKey, secretKey }: Settings): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(`${String(publicKey)}:${String(secretKey)}`).toString('base64')}`,
});

/** One host for each, or one for both where the owner says so. */
const host = (settings: Settings, usual: string): string => String(settings['baseUrl'] ?? usual);

export default defineDestination({
  name: 'partnerstack',
  title: 'PartnerStack',
  docs: 'https://docs.partnerstack.com/docs/step-3-tracking-conversions',
  audience: 'attributed',
  transport: 'server',
  clickParams: ['ps_xid'],
  window: days(90),
  needs: { consent: ['marketing'], click: true },
  informs: false,
  limits: { concurrency: 2, deadline: days(7), timeout: seconds(15) },
  // A transaction has a key, a customer signs up once.
  idempotent: true,
  basis,
  settings: {
    trackingToken: {
      label: 'Tracking token',
      help: 'For sign-ups: PartnerStack must switch server-to-server tracking on',
      secret: true,
      required: true,
    },
    publicKey: { label: 'Public key', help: 'Settings → Integrations → API keys at PartnerStack', required: true },
    secretKey: { label: 'Secret key', help: 'Beside it', secret: true, required: true },
    productKey: { label: 'Product key', help: 'Where rewards go by product; none unless given' },
    amountBasis: basisSetting('net'),
    baseUrl: { label: 'Address', help: 'Takes the place of partnerlinks.io and api.partnerstack.com', kind: 'url' },
  },
  conversion: ({ order }, settings) =>
    jsonRequest('POST', `${host(settings, 'https://api.partnerstack.com')}/api/v2/transactions`, {
      headers: basic(settings),
      body: {
        ...{ customer_key: customerOf(order), amount: worthOf(order, basis(settings)), currency: order.currency },
        ...{ key: `order-${order.orderId}`, product_key: settings.productKey },
      },
    }),
  outcome: readPartnerstackSale,
  // The sale before the sign-up is refused; the sign-up answers nothing and shows after minutes, so that the sale is tried again then.
  remedy: (response, { order, click }, settings) => {
    if (!isCustomerUnknown(response)) return undefined;
    return {
      reason: 'PartnerStack does not know the customer: signing up with the click, then once again',
      request: jsonRequest('POST', `${host(settings, 'https://partnerlinks.io')}/conversion/xid`, {
        headers: { Authorization: `Bearer ${settings.trackingToken}` },
        body: { xid: click?.value, customer_key: customerOf(order) },
      }),
    };
  },
  test: {
    request: (settings) => ({
      method: 'GET',
      url: `${host(settings, 'https://api.partnerstack.com')}/api/v2/customers/clickthread-connection-test`,
      headers: { ...basic(settings), Accept: 'application/json' },
    }),
    verdict: readPartnerstackTest,
  },
  testAdvice: 'Keys of the test environment make test customers: begin with them.',
  evidence: {
    read: '2026-11',
    doubts: [
      'Whether a sale of an unknown customer is always refused with 404: on that the sign-up builds.',
      'How a sale is taken back: in PartnerStack’s interface, so that it becomes a to-do here.',
    ],
  },
});
