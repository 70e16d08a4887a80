/**
 * Partnerize: a sale as segments of an address, changes by the API. https://help.phgsupport.com/hc/en-us/articles/360020395238 (read 2026-11)
 */
import {
  groupConditions,
  basisOf,
  basisSetting,
  groupProblems,
  groupsSetting,
  worthOf,
  type Basis,
} from '../../kit/amount.ts';
import { defineDestination, toldUnverified } from '../../kit/destination.ts';
import { cutText, encodePairs, jsonRequest, percentEncode } from '../../kit/encode.ts';
import { utcText } from '../../kit/report/own-report.ts';
import type { Settings } from '../../kit/setting.ts';
import { days, minutes, seconds } from '../../lib/duration.ts';
import type { HttpRequest } from '../../model/http.ts';
import type { Item } from '../../model/order.ts';
import type { Report } from '../../model/report.ts';
import {
  itemChanges,
  partnerizeLines,
  type PartnerizeTerms,
  readBulk,
  readRecordedItems,
  readBulkJob,
  readRecorded,
  valueOf,
} from './changes.ts';
import { partnerizeReport } from './conversions.ts';

const basis = (settings: Settings): Basis => basisOf(settings['amountBasis'], 'net');

/** Each item has one of 128 characters at most: by a condition, else the shop's own. */
const groupRule = (settings: Settings) => ({
  conditions: groupConditions(settings),
  otherwise: (item: Item | undefined): string =>
    (item?.category?.trim() && cutText(item.category, 128)) || String(settings['defaultCategory']),
});

const terms = (settings: Settings): PartnerizeTerms => ({ basis: basis(settings), categories: groupRule(settings) });

/** `name:value`, the value's own slashes, colons and brackets encoded; nothing where there is none. */
const segment = (name: string, value: string | undefined): string[] =>
  value === undefined || value === '' ? [] : [`${name}:${percentEncode(value)}`];

const customerWord = (isNew: boolean | undefined): string | undefined => {
  if (isNew === undefined) return undefined;
  return isNew ? 'new' : 'existing';
};

/** Each line is one of what it came to: whether a campaign reads values by piece or by line, it reads the same. */
function saleAddress({ order, click }: Report, settings: Settings): string {
  const items = [...partnerizeLines(order, terms(settings))].map(([sku, { minor, category }]) => {
    const parts = [
      ...segment('category', category),
      ...segment('sku', cutText(sku, 512)),
      ...segment('value', String(valueOf(minor, order))),
      ...segment('quantity', '1'),
    ];
    return `[${parts.join('/')}]`;
  });
  const segments = [
    'conversion/tracking_mode:api',
    ...segment('campaign', String(settings['campaignId'])),
    ...segment('clickref', click?.value),
    ...segment('conversionref', order.orderId),
    ...segment('conversion_time', String(Math.floor(order.placedAt / 1000))),
    ...segment('currency', order.currency),
    ...segment('customertype', customerWord(order.isNewCustomer)),
    ...segment('voucher', order.coupons[0]),
  ];
  return `${String(settings['baseUrl'] ?? 'https://prf.hn')}/${segments.join('/')}/${items.join('')}`;
}

const api = (settings: Settings, path: string): string =>
  `${String(settings['baseUrl'] ?? 'https://api.partnerize.com')}${path}`;

const basic = ({ applicationKey, userKey }: Settings): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(`${String(applicationKey)}:${String(userKey)}`).toString('base64')}`,
});

/** The campaign's conversions of the minutes around a sale, whose time is the one that we gave. */
const askReport = ({ order: { placedAt } }: Report, settings: Settings): HttpRequest => {
  const at = (ms: number): string => `${utcText(ms)}Z`;
  const range = { start_date: at(placedAt - minutes(2)), end_date: at(placedAt + minutes(2)), timezone: 'UTC' };
  return askConversions(settings, encodePairs(range));
};

const askConversions = (settings: Settings, query: string): HttpRequest => {
  const path = `/reporting/report_advertiser/campaign/${percentEncode(String(settings['campaignId']))}/conversion.json`;
  return {
    ...{ method: 'GET', url: `${api(settings, path)}?${query}` },
    headers: { ...basic(settings), Accept: 'application/json' },
  };
};

const bulk = (settings: Settings, body: object): HttpRequest =>
  jsonRequest(
    'POST',
    api(settings, `/v3/brand/campaigns/${percentEncode(String(settings['campaignId']))}/conversions/bulk`),
    {
      headers: basic(settings),
      body,
    },
  );

const reject = (report: Report, settings: Settings): HttpRequest =>
  bulk(settings, {
    conversion_references: {
      [report.order.orderId]: { status: 'rejected', reason: String(settings['declineReason']) },
    },
  });

export default defineDestination({
  name: 'partnerize',
  title: 'Partnerize',
  docs: 'https://help.phgsupport.com/hc/en-us/articles/360020395238',
  audience: 'attributed',
  transport: 'server',
  clickParams: ({ clickParam }) => [clickParam],
  needs: { consent: ['marketing'], click: true },
  informs: false,
  limits: { concurrency: 4, deadline: days(30), timeout: seconds(20) },
  // Whether a repeated reference counts is a setting of the campaign. Changes say what shall be.
  idempotent: { conversion: false, modification: true, reversal: true },
  byHand: (kind, { applicationKey }) =>
    kind !== 'conversion' && applicationKey === undefined
      ? 'Partnerize takes changes only with API keys (settings applicationKey and userKey)'
      : undefined,
  basis,
  groups: groupRule,
  keeps: ['amountBasis', 'groups', 'defaultCategory'],
  settings: {
    campaignId: {
      label: 'Campaign id',
      help: 'Settings → Campaign at Partnerize; letters and digits with an l among them, such as 1011l1234',
      required: true,
      pattern: /^[0-9a-z]{5,20}$/,
      patternHelp: 'small letters and digits, such as 1011l1234',
    },
    clickParam: {
      label: 'Click parameter',
      help: 'As the campaign names it',
      default: 'clickref',
      pattern: /^[\w.-]{1,64}$/,
      patternHelp: 'the name of a query parameter',
    },
    applicationKey: {
      label: 'User application key',
      help: 'Settings → API at Partnerize; needed for changes, which are done by hand without it',
      secret: true,
    },
    userKey: { label: 'User API key', help: 'Beside it', secret: true },
    defaultCategory: {
      label: 'Category of items without one',
      help: 'Partnerize needs one for each item',
      default: 'default',
    },
    groups: groupsSetting('Categories in place of the shop’s own'),
    declineReason: {
      label: 'Reason of a rejection',
      help: 'Partners read it; the shop’s own words are not passed on',
      default: 'order cancelled or returned',
      pattern: /^[a-zA-Z0-9 :\-_.,;#]{1,255}$/,
      patternHelp: 'at most 255 plain letters, digits and : - _ . , ; #',
    },
    amountBasis: basisSetting('net'),
    baseUrl: { label: 'Address', help: 'Takes the place of prf.hn and api.partnerize.com', kind: 'url' },
  },
  check: ({ applicationKey, userKey, groups }) => [
    ...groupProblems('groups', groups, { pattern: /^.{1,128}$/s, patternHelp: 'a category of at most 128 characters' }),
    ...((applicationKey === undefined) === (userKey === undefined)
      ? []
      : [{ field: userKey === undefined ? 'userKey' : 'applicationKey', message: 'is needed beside the other key' }]),
  ],
  refuse: ({ kind, order: { orderId } }) => {
    if (orderId.length > 256) return 'Partnerize takes references of at most 256 characters';
    return kind !== 'conversion' && !/^[a-zA-Z0-9 :\-_.,;#]+$/.test(orderId)
      ? 'Partnerize changes only references of plain letters, digits and : - _ . , ; #: change it there by hand'
      : undefined;
  },
  prepare: {
    request: (report, settings) =>
      report.kind !== 'modification' || report.facts ? undefined : askReport(report, settings),
    read: readRecordedItems,
  },
  conversion: (report, settings) => ({ method: 'GET', url: saleAddress(report, settings) }),
  modification: (report, settings) =>
    worthOf(report.order, basis(settings)) <= 0
      ? reject(report, settings)
      : bulk(settings, { conversion_items: itemChanges(report, terms(settings), settings.declineReason) }),
  reversal: reject,
  outcome: (response, { kind }, { applicationKey }) => {
    if (kind !== 'conversion') return readBulk(response);
    if (response.status < 200 || response.status >= 300) return undefined;
    if (applicationKey === undefined) return toldUnverified('Partnerize');
    const reason = 'told; Partnerize will be asked whether it is there';
    return { state: 'unverified', reason, reference: 'report', confirmAfter: minutes(5) };
  },
  confirm: {
    request: (reference, settings, report) =>
      report.kind === 'conversion'
        ? askReport(report, settings)
        : {
            method: 'GET',
            url: api(settings, `/v3/jobs/${percentEncode(reference)}`),
            headers: { ...basic(settings), Accept: 'application/json' },
          },
    verdict: (response, report) =>
      report.kind === 'conversion' ? readRecorded(response, report) : readBulkJob(response),
  },
  ownReport: partnerizeReport(askConversions),
  test: {
    request: (settings) =>
      settings.applicationKey === undefined
        ? undefined
        : {
            method: 'GET',
            url: api(settings, `/v3/jobs?type=conversion_bulk_update&limit=1`),
            headers: { ...basic(settings), Accept: 'application/json' },
          },
    verdict: ({ status }) =>
      status === 200
        ? { ok: true, message: 'Partnerize accepts the API keys' }
        : { ok: false, message: `Partnerize does not accept the API keys (${status}): copy both from Settings → API` },
  },
  testAdvice:
    'Partnerize must switch server-to-server tracking on for the campaign, and decides there whether a repeated reference counts: ask for "reject duplicates".',
  evidence: {
    read: '2026-11',
    doubts: [
      'What the tracking address answers: without API keys the sale stays `unverified`.',
      'Whether a repeated reference counts again: a setting of the campaign.',
      'Where its report shows that a conversion was paid out: a change that it then refuses is `declined`.',
      'Whether a campaign reads values by piece or by line: each line goes as one piece of what it came to, which reads the same.',
    ],
  },
});
