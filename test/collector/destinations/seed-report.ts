/** The order of the founding document, as the reports that destinations are told: what every table of examples starts from. */
import { createCatalogue } from '../../../collector/catalogue.ts';
import type { Destination } from '../../../collector/kit/destination.ts';
import type { Settings } from '../../../collector/kit/setting.ts';
import { validateSettings } from '../../../collector/kit/validate-settings.ts';
import type { HttpResponse } from '../../../collector/model/http.ts';
import type { Order } from '../../../collector/model/order.ts';
import type { Report } from '../../../collector/model/report.ts';

const { findDestination } = createCatalogue();

export const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';

export const seedOrder: Order = {
  orderId: 'O1234567',
  total: 11200,
  currency: 'USD',
  discount: 1500,
  coupons: ['15BUCKSOFF'],
  placedAt: Date.parse('2024-08-01T23:55:24-08:00'),
  status: 'approved',
  customerId: 'BCZ2WVSH674563PDPYOTM3AXDQ',
  items: [
    { sku: '1ABC2345', name: 'Product Name 1', category: 'Hardware', quantity: 2, price: 1400 },
    { sku: '9ZXY7654', name: 'Product Name 2', category: 'Gardening', quantity: 3, price: 3300 },
  ],
  personal: {},
};

export const customer = { email: 'Jane+shop@Example.com', phone: '+15550100', firstName: 'Jane', lastName: 'Doe' };

export function reportOf(order: Partial<Order> = {}, report: Partial<Report> = {}): Report {
  return {
    kind: 'conversion',
    order: { ...seedOrder, ...order },
    click: { param: 'irclickid', value: CLICK, at: Date.parse('2024-07-30T10:00:00Z') },
    credited: true,
    channel: 'impact',
    at: seedOrder.placedAt,
    ...report,
  };
}

export const rawSettings: Record<string, Record<string, unknown>> = {
  impact: { accountSid: 'IRxxx', authToken: 'tok/en+Secret=1', campaignId: '1000', actionTrackerId: '9876' },
  awin: { advertiserId: '1001', apiKey: 'aw/secret+key=1' },
  everflow: {
    ...{ networkId: '42', domain: 'www.abc123track.com' },
    ...{ verificationToken: 'ef/secret+token=1', apiKey: 'ef/secret+key=1' },
  },
  tune: { domain: 'example.go2cloud.org', offerId: '7', securityToken: 'tu/secret+token=1', reversals: 'postback' },
  cj: { enterpriseId: '1500000', actionTrackerId: '400000', token: 'cj/secret+token=1' },
  dub: { apiKey: 'dub/secret+key=1' },
  partnerize: { campaignId: '1011l1234', applicationKey: 'pz/app+key=1', userKey: 'pz/user+key=1' },
  tradedoubler: {
    ...{ organizationId: '2000000', eventId: '400000', checksumSecret: 'td/check+sum=1', clientId: 'client-1' },
    ...{ clientSecret: 'td/client+secret=1', username: 'shop', password: 'td/pass+word=1' },
  },
  tapfiliate: { apiKey: 'tf/secret+key=1' },
  firstpromoter: { apiKey: 'fp/secret+key=1', accountId: 'acc-1' },
  admitad: {
    ...{ campaignCode: 'abcdef1234', postbackKey: 'ad/post+back=1', actionCode: '1' },
    revisionKey: 'ad/revision+key=1',
  },
  daisycon: { campaignId: '12345' },
  webgains: { programId: '1234', eventId: '5678' },
  partnerstack: { trackingToken: 'ps/token+secret=1', publicKey: 'pk_1', secretKey: 'ps/secret+key=1' },
  'post-affiliate-pro': { baseUrl: 'https://shop.postaffiliatepro.example' },
  refersion: { publicKey: 'pub_1', secretKey: 'rf/secret+key=1' },
  tradetracker: { campaignId: '1234', productId: '5678' },
  rakuten: { merchantId: '12345' },
  cartstack: { key: 'ck/secret+key=1', siteId: 'a2V5cGFk==' },
  vtmarketing: { apiKey: 'vt-secret-key-1' },
  'sale-pixel': { url: 'https://tenant.tracking.example/track?id={orderId}&amount={total}' },
  'sale-form': { action: 'https://tenant.tracking.example/log', fields: { id: '{orderId}', amount: '{total}' } },
  postback: {
    url: 'https://net.example/aff_lsr?transaction_id={click_id}&amount={amount}&adv_sub={order_id}&security_token={secret.token}',
    clickParam: ['transaction_id'],
    secrets: { token: 'pb/secret+token=1' },
  },
};

/** The definition with validated settings; a problem in a test's own settings fails the test. */
export function connect(
  name: string,
  more: Record<string, unknown> = {},
): { definition: Destination; settings: Settings } {
  const definition = findDestination(name);
  if (definition === undefined) throw new Error(`no destination ${name}`);
  const { settings, problems } = validateSettings(definition, { ...rawSettings[name], ...more });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return { definition, settings };
}

export const answer = (status: number, body: unknown = '', headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

export const form = (body: string | undefined): Record<string, string> => Object.fromEntries(new URLSearchParams(body));
