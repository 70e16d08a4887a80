/**
 * impact.com: server-to-server conversions, modifications and reversals.
 * https://integrations.impact.com/brand-api-reference/reference/conversions/conversions (read 2026-11)
 */
import { basisSetting } from '../../kit/amount.ts';
import { defineDestination } from '../../kit/destination.ts';
import { encodePairs, percentEncode } from '../../kit/encode.ts';
import type { Settings } from '../../kit/setting.ts';
import { days, seconds } from '../../lib/duration.ts';
import type { HttpRequest } from '../../model/http.ts';
import type { Report } from '../../model/report.ts';
import { impactReport } from './actions.ts';
import { readAnswer, readTest, readSubmission } from './answers.ts';
import { basisOfImpact, customerId, eventDate, modifiedAmount, orderFields, promoCode } from './order.ts';
import { DISPOSITION_CODES, dispositionCode } from './reversal.ts';

/** "Reason" of PUT /Actions; https://help.impact.com article 155000001483. */
const MODIFICATION_REASONS = [
  'ORDER_UPDATE',
  'ITEM_RETURNED',
  'CONS_FRAUD',
  'CONS_ERROR',
  'ORDER_ERROR',
  'PUB_ACT_DISPUTE',
  'ADV_ACT_DISPUTE',
  'NOT_COMPLIANCE_TERMS',
  'ITEM_OUT_OF_STOCK',
  'TEST_ACTION',
  'PARTNER_NOT_ACTIVE',
  'CREDITED_DIFFERENT_MP',
  'OTHER',
] as const;

const text = (settings: Settings, name: string): string => String(settings[name] ?? '');

const account = (settings: Settings): string =>
  `${text(settings, 'baseUrl')}/Advertisers/${percentEncode(text(settings, 'accountSid'))}`;

function call(
  settings: Settings,
  { method, url, fields }: { method: HttpRequest['method']; url: string; fields?: Record<string, string | undefined> },
): HttpRequest {
  const credentials = Buffer.from(`${text(settings, 'accountSid')}:${text(settings, 'authToken')}`).toString('base64');
  const headers: Record<string, string> = { Authorization: `Basic ${credentials}`, Accept: 'application/json' };
  if (fields === undefined) return { method, url, headers };
  headers['Content-Type'] = 'application/x-www-form-urlencoded';
  return { method, url, headers, body: encodePairs(fields) };
}

/** An action is addressed by event type and order id: its own id is not known before the verdict. */
const action = (report: Report, settings: Settings) => ({
  ActionTrackerId: text(settings, 'actionTrackerId'),
  OrderId: report.order.orderId,
});

const hasAttributionKey = ({ click, order }: Report): boolean =>
  click !== undefined || customerId(order.customerId) !== undefined || promoCode(order.coupons) !== undefined;

export default defineDestination({
  name: 'impact',
  title: 'impact.com',
  docs: 'https://integrations.impact.com/brand-api-reference/reference/conversions/conversions',
  audience: 'attributed',
  transport: 'server',
  // Current template name first, then that of older accounts, which Brave and AdGuard strip. `clickid` belongs to many networks, so
  // accounts whose gateway template uses it say so in `clickParams`.
  ownTag: /\bimpactcdn\.com\b/,
  clickParams: (settings) => {
    const own = settings['clickParams'];
    const names = Array.isArray(own) ? own.map((name) => name.toLowerCase()) : [];
    return [...new Set([...names, 'im_ref', 'irclickid'])];
  },
  window: days(30),
  needs: { consent: ['marketing'] },
  informs: false,
  uses: (settings) => (settings['emailHash'] === 'none' ? [] : ['email']),
  limits: { perHour: 1000, concurrency: 4, deadline: days(60), timeout: seconds(15) },
  idempotent: true,
  basis: basisOfImpact,
  keeps: ['amountBasis', 'actionTrackerId'],
  settings: {
    accountSid: {
      label: 'Account SID',
      help: 'Settings → API at impact.com; begins with IR',
      required: true,
      pattern: /^[A-Za-z0-9_-]{1,64}$/,
      patternHelp: 'letters and digits only, such as IRabc123',
    },
    authToken: {
      label: 'Auth token',
      help: 'Settings → API; scope: Conversions, Actions, APISubmissions',
      secret: true,
      required: true,
    },
    campaignId: {
      label: 'Programme (campaign) id',
      help: 'Settings → General; a number',
      required: true,
      pattern: /^\d{1,10}$/,
      patternHelp: 'digits only, such as 1000',
    },
    actionTrackerId: {
      label: 'Event type (action tracker) id',
      help: 'Settings → Event Types; the id of "Online Sale"',
      required: true,
      pattern: /^\d{1,10}$/,
      patternHelp: 'digits only, such as 9876',
    },
    clickParams: {
      label: 'Further click parameters',
      help: "Names that the account's gateway tracking template uses instead of im_ref or irclickid, such as clickid",
      kind: 'list',
      pattern: /^[A-Za-z0-9_-]{1,64}$/,
      patternHelp: 'names of query parameters',
    },
    emailHash: {
      label: 'Customer e-mail',
      help: 'How the e-mail is hashed (trimmed and lower-cased before); none sends no e-mail',
      options: ['sha1', 'sha256', 'none'],
      default: 'sha1',
    },
    itemAmount: {
      label: 'Item amounts',
      help: 'subtotal: the line before discounts; price: the unit price. As the event type expects',
      options: ['subtotal', 'price'],
      default: 'subtotal',
    },
    amountBasis: basisSetting('goods'),
    defaultCategory: {
      label: 'Category of items without one',
      help: 'impact.com refuses an item without a category; none sends none, for accounts whose product catalogue knows it',
      default: 'uncategorized',
    },
    customerStatusNew: {
      label: 'Word for a new customer',
      help: "As in the event type's customer status mapping, such as NEW",
    },
    customerStatusExisting: {
      label: 'Word for a returning customer',
      help: 'As in the same mapping, such as EXISTING',
    },
    modificationReason: {
      label: 'Reason of a modification',
      help: 'Sent with every change of an amount',
      options: MODIFICATION_REASONS,
      default: 'ORDER_UPDATE',
    },
    dispositionCode: {
      label: 'Reason of a reversal',
      help: "Used where the shop's own reason names none; otherwise ITEM_RETURNED for a refund, OTHER for a cancellation",
      options: DISPOSITION_CODES,
    },
    reportDates: {
      label: 'Dates of the report',
      help: 'By which dates `reconcile` asks for actions: those of the event, or of their last update where impact.com does not take the former',
      options: ['event', 'updated'],
      default: 'event',
    },
    baseUrl: { label: 'API address', kind: 'url', default: 'https://api.impact.com' },
  },
  refuse: (report) => {
    const { click, order, kind } = report;
    if (order.orderId.length > 64)
      return 'impact.com takes order ids of at most 64 characters, and a shortened one would be another order';
    if (kind !== 'conversion') return undefined;
    if (click !== undefined && click.value.length > 64)
      return 'the click id is longer than the 64 characters of an impact.com click id';
    if (!hasAttributionKey(report))
      return 'impact.com needs a click id, a customer id or a promo code, and the order has none';
    return undefined;
  },
  conversion: (report, settings) =>
    call(settings, {
      method: 'POST',
      url: `${account(settings)}/Conversions`,
      fields: {
        CampaignId: text(settings, 'campaignId'),
        ActionTrackerId: text(settings, 'actionTrackerId'),
        EventDate: eventDate(report.order.placedAt),
        OrderId: report.order.orderId,
        ClickId: report.click?.value,
        ...orderFields(report.order, settings),
      },
    }),
  modification: (report, settings) =>
    call(settings, {
      method: 'PUT',
      url: `${account(settings)}/Actions`,
      fields: {
        ...action(report, settings),
        Reason: text(settings, 'modificationReason'),
        Amount: modifiedAmount(report.order, settings),
      },
    }),
  reversal: (report, settings) =>
    call(settings, {
      method: 'DELETE',
      url: `${account(settings)}/Actions`,
      fields: { ...action(report, settings), DispositionCode: dispositionCode(report, settings['dispositionCode']) },
    }),
  outcome: readAnswer,
  confirm: {
    request: (reference, settings) => call(settings, { method: 'GET', url: submission(reference, settings) }),
    verdict: readSubmission,
  },
  ownReport: impactReport((settings, query) =>
    call(settings, { method: 'GET', url: `${account(settings)}/Actions?${query}` }),
  ),
  test: {
    request: (settings) =>
      call(settings, {
        method: 'GET',
        url: `${account(settings)}/Campaigns/${percentEncode(text(settings, 'campaignId'))}`,
      }),
    verdict: readTest,
  },
  testAdvice:
    'impact.com has no sandbox: rehearse against `clickthread sandbox` (baseUrl), then make one real test order with "Test" in Settings → Event Types.',
});

/**
 * `QueuedUri` is relative to the API's address. Only its path is believed: our credentials go to no other host, and nowhere but to
 * submissions.
 */
function submission(reference: string, settings: Settings): string {
  const path = /\/Advertisers\/[\w-]+\/APISubmissions\/[\w-]+$/i.exec(reference.split('?')[0] ?? '')?.[0];
  if (path !== undefined) return `${text(settings, 'baseUrl')}${path}`;
  return `${account(settings)}/APISubmissions/${percentEncode(reference.split('/').pop() ?? '')}`;
}
