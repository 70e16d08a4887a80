/**
 * PartnerStack: a customer signs up with the click, then buys. https://docs.partnerstack.com/docs/step-3-tracking-conversions (read 2026-11)
 */
import { basisOf, basisSetting, worthOf } from '../../kit/amount.ts';
import { defineDestination, type Lookup } from '../../kit/destination.ts';
import { jsonRequest, percentEncode } from '../../kit/encode.ts';
import type { Settings } from '../../kit/setting.ts';
import { days, seconds } from '../../lib/duration.ts';
import type { HttpRequest } from '../../model/http.ts';
import type { Order } from '../../model/order.ts';
import { readPartnerstackSale, readPartnerstackTest, readSignUp } from './answers.ts';

const basis = (settings: Settings) => basisOf(settings['amountBasis'], 'net');

/** One conversion a customer for the account's life; a guest is whoever placed this order. */
const customerOf = ({ customerId, orderId }: Order): string => customerId ?? `order-${orderId}`;

const basic = ({ publicKey, secretKey }: Settings): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(`${String(publicKey)}:${String(secretKey)}`).toString('base64')}`,
});

/** One host for each, or one for both where the owner says so. */
const host = (settings: Settings, usual: string): string => String(settings['baseUrl'] ?? usual);

const askCustomer = (customer: string, settings: Settings): HttpRequest => ({
  ...{
    method: 'GET',
    url: `${host(settings, 'https://api.partnerstack.com')}/api/v2/customers/${percentEncode(customer)}`,
  },
  headers: { ...basic(settings), Accept: 'application/json' },
});

/** The customer first: who is not there signs up with the click, which answers nothing and shows after minutes. Then the sale. */
const signUpFirst: Lookup = {
  request: ({ kind, order, click, facts }, settings) => {
    if (kind !== 'conversion' || facts?.['customer'] === 'known') return undefined;
    if (facts?.['customer'] !== 'missing') return askCustomer(customerOf(order), settings);
    return jsonRequest('POST', `${host(settings, 'https://partnerlinks.io')}/conversion/xid`, {
      headers: { Authorization: `Bearer ${String(settings['trackingToken'])}` },
      body: { xid: click?.value, customer_key: customerOf(order) },
    });
  },
  read: readSignUp,
};

export default defineDestination({
  name: 'partnerstack',
  title: 'PartnerStack',
  docs: 'https://docs.partnerstack.com/docs/step-3-tracking-conversions',
  audience: 'attributed',
  transport: 'server',
  ownTag: /\b(?:js\.partnerstack|snippet\.growsumo)\.com\b/,
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
  prepare: signUpFirst,
  test: {
    request: (settings) => askCustomer('clickthread-connection-test', settings),
    verdict: readPartnerstackTest,
  },
  testAdvice: 'Keys of the test environment make test customers: begin with them.',
  evidence: {
    read: '2026-11',
    doubts: [
      'What a click is that it doesn’t know: a sign-up answers the same, and three that show nothing within a quarter of an hour each are taken for that.',
      'How a sale is taken back: in PartnerStack’s interface, so that it becomes a to-do here.',
    ],
  },
});
