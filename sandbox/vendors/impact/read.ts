/** impact.com's reading endpoints: a submission's verdict, actions, programmes, a click id's look-up. */
import { listing, pageOf } from '../../fields/listing.ts';
import { DIGITS, readQuery } from '../../fields/query.ts';
import type { Exchange, Reply } from '../../reply.ts';
import { decimal } from './amounts.ts';
import type { Action, Ledger, Submission } from './ledger.ts';
import { answerAs, failure } from './reply.ts';

export interface ReadRules {
  campaignId: string;
  unknownClicks: readonly string[];
  paid: readonly string[];
  reportPage: number;
  reportTrap: string;
}

/** `parts` are the path's segments after the account, decoded: `['Campaigns', '1000', 'Clicks', 'Qii…']`. */
export function readAccount(
  exchange: Exchange,
  parts: string[],
  books: { sid: string; ledger: Ledger; rules: ReadRules },
): Reply {
  const { sid, ledger, rules } = books;
  const [resource, id, sub, subId, ...more] = parts;
  const missing = failure(exchange, 404, 'Not found');
  if (more.length > 0) return missing;
  if (resource === 'CompanyInformation' && id === undefined) {
    return answerAs(exchange, 200, { CompanyName: 'Sandbox Advertiser', AccountId: sid, Currency: 'USD' });
  }
  if (resource === 'APISubmissions' && id !== undefined && sub === undefined) {
    const submission = ledger.find(id);
    return submission ? answerAs(exchange, 200, verdict(submission, { sid, ledger, now: exchange.at })) : missing;
  }
  if (resource === 'Actions' && id === undefined) return listing(listActions(exchange, { ledger, sid, rules }), rules);
  if (resource === 'Actions') return readAction(exchange, { ledger, sid, id: id!, sub });
  if (resource !== 'Campaigns') return missing;
  const known = rules.campaignId === '' ? '1000' : rules.campaignId;
  if (id === undefined) return answerAs(exchange, 200, { '@total': '1', Campaigns: [campaign(sid, known)] });
  if (rules.campaignId !== '' && id !== rules.campaignId) return missing;
  if (sub === undefined) return answerAs(exchange, 200, campaign(sid, id));
  if (sub !== 'Clicks' || subId === undefined) return missing;
  if (subId.startsWith('~') || rules.unknownClicks.includes(subId)) return missing;
  return answerAs(exchange, 200, {
    Id: subId,
    CampaignId: id,
    MediaPartnerId: '10078',
    MediaPartnerName: 'Sandbox Partner',
  });
}

const campaign = (sid: string, id: string) => ({
  ...{ CampaignId: id, CampaignName: 'Sandbox Program', AdvertiserId: sid, ContractStatus: 'Active' },
  Uri: `/Advertisers/${sid}/Campaigns/${id}`,
});

/** `Complete` does not mean success: the reason stands beside it. */
function verdict(submission: Submission, about: { sid: string; ledger: Ledger; now: number }): Record<string, unknown> {
  const { id, type, at, fields, payload, reason } = submission;
  const status = about.ledger.statusAt(submission, about.now);
  const done = status === 'Complete';
  const failed = done && reason !== undefined;
  const contract = ['CONTRACT_NOT_FOUND', 'ACTIONTERMS_NOT_FOUND', 'PARTNER_NOT_ACTIVE', 'MAX_RECURRENCES_REACHED'];
  return {
    BatchId: id,
    AccountId: about.sid,
    SubmissionDate: new Date(at).toISOString(),
    CampaignId: fields.get('CampaignId') ?? '',
    ActionTrackerId: fields.get('ActionTrackerId') ?? fields.get('EventTypeId') ?? '',
    MediaPartnerId: '',
    EventCode: fields.get('EventTypeCode') ?? '',
    OrderId: fields.get('OrderId') ?? '',
    Payload: payload,
    Type: type,
    Status: status,
    CompletionDate: done ? new Date(about.now).toISOString() : '',
    ErrorType: failed ? errorType(contract.includes(reason)) : '',
    ErrorReason: failed ? reason : '',
    Uri: `/Advertisers/${about.sid}/APISubmissions/${id}`,
  };
}

const errorType = (contract: boolean) => (contract ? 'Contract Error' : 'Validation');

const isComplete = (action: Action, ledger: Ledger, now: number): boolean =>
  ledger.statusAt(action.submission, now) === 'Complete';

function readAction(
  exchange: Exchange,
  at: { ledger: Ledger; sid: string; id: string; sub: string | undefined },
): Reply {
  const { ledger, sid, id, sub } = at;
  const action = ledger.action(id);
  if (!action || !isComplete(action, ledger, exchange.at) || (sub !== undefined && sub !== 'Items'))
    return failure(exchange, 404, 'Not found');
  return answerAs(exchange, 200, sub === 'Items' ? { Items: items(action) } : view(action, sid, []));
}

const DAY = 86_400_000;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const LIST = {
  required: { CampaignId: DIGITS },
  optional: {
    ...{ StartDate: INSTANT, EndDate: INSTANT, ActionDateStart: INSTANT, ActionDateEnd: INSTANT },
    ...{ State: /^(PENDING|APPROVED|REVERSED)$/, PageSize: DIGITS, Page: DIGITS },
  },
};

/** Newest first; forty-five days and ten pages at most; a week where no dates are given. */
function listActions(exchange: Exchange, at: { ledger: Ledger; sid: string; rules: ReadRules }): Reply {
  const { ledger, sid, rules } = at;
  const { fields, problems } = readQuery(exchange, LIST);
  if (problems.length > 0) return failure(exchange, 400, `${problems[0]!.field} ${problems[0]!.message}`);
  const byEvent = fields['ActionDateStart'] !== undefined;
  const [from, until] = (byEvent ? ['ActionDateStart', 'ActionDateEnd'] : ['StartDate', 'EndDate']).map(
    (name) => fields[name],
  );
  if ((from === undefined) !== (until === undefined)) return failure(exchange, 400, 'a start needs an end');
  const start = from === undefined ? exchange.at - 7 * DAY : Date.parse(from);
  const end = until === undefined ? exchange.at : Date.parse(until);
  if (end - start > 45 * DAY) return failure(exchange, 400, 'StartDate and EndDate must be at most 45 days apart');
  const timeOf = (action: Action): number =>
    byEvent
      ? Date.parse(action.submission.fields.get('EventDate') ?? '')
      : (action.changes.at(-1)?.at ?? action.submission.at);
  const all = ledger
    .actions()
    .filter((one) => one.campaignId === fields['CampaignId'] && isComplete(one, ledger, exchange.at))
    .filter((one) => timeOf(one) >= start && timeOf(one) <= end + 999)
    .toReversed();
  const size = Math.min(20_000, Math.max(2_000, Number(fields['PageSize'] ?? 20_000)));
  const page = Math.max(1, Number(fields['Page'] ?? 1));
  const { shown, total, pages } = pageOf(all, { page, size }, rules);
  if (pages > 10) return failure(exchange, 400, 'more than ten pages: ask for fewer days');
  const next = `/Advertisers/${sid}/Actions?${exchange.search.replace(/&?Page=\d+/, '')}&Page=${page + 1}`;
  return answerAs(exchange, 200, {
    ...{ '@page': String(page), '@numpages': String(pages), '@pagesize': String(size), '@total': String(total) },
    '@nextpageuri': page < pages ? next : '',
    Actions: shown.map((action) => view(action, sid, rules.paid)),
  });
}

const items = (action: Action) =>
  action.items.map(({ sku, name, category, quantity, amount }) => ({
    ...{
      Sku: sku,
      Name: name ?? '',
      Category: category ?? '',
      Quantity: String(quantity),
      SaleAmount: decimal(amount),
    },
  }));

function view(action: Action, sid: string, paid: readonly string[]): Record<string, unknown> {
  const { actionId, campaignId, eventType, orderId, amount, state, submission } = action;
  return {
    Id: actionId,
    CampaignId: campaignId,
    ActionTrackerId: eventType,
    State: state,
    Oid: orderId,
    Amount: decimal(state === 'REVERSED' ? 0 : amount),
    Currency: action.currency ?? '',
    ReferringType: submission.fields.has('ClickId') ? 'CLICK_COOKIE' : 'OTHER',
    EventDate: submission.fields.get('EventDate') ?? '',
    CreationDate: new Date(submission.at).toISOString(),
    ClearedDate: paid.includes(orderId) ? new Date(submission.at).toISOString() : '',
    CustomerId: submission.fields.get('CustomerId') ?? '',
    Uri: `/Advertisers/${sid}/Actions/${actionId}`,
  };
}
