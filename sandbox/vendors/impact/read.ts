/** impact.com's reading endpoints: a submission's verdict, actions, programmes, a click id's look-up. */
import type { Exchange, Reply } from '../../reply.ts';
import { decimal } from './amounts.ts';
import type { Action, Ledger, Submission } from './ledger.ts';
import { answerAs, failure } from './reply.ts';

export interface ReadRules {
  campaignId: string;
  unknownClicks: readonly string[];
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
  if (resource === 'Actions') return readActions(exchange, { ledger, sid, id, sub });
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

function readActions(exchange: Exchange, at: { ledger: Ledger; sid: string; id?: string; sub?: string }): Reply {
  const { ledger, sid, id, sub } = at;
  const complete = (action: Action) => ledger.statusAt(action.submission, exchange.at) === 'Complete';
  if (id !== undefined) {
    const action = ledger.action(id);
    if (!action || !complete(action) || (sub !== undefined && sub !== 'Items'))
      return failure(exchange, 404, 'Not found');
    return answerAs(exchange, 200, sub === 'Items' ? { Items: items(action) } : view(action, sid));
  }
  const campaignId = exchange.query.get('CampaignId');
  if (campaignId === null) return failure(exchange, 400, 'CampaignId is required');
  const size = Math.min(2_000, Math.max(20, Number(exchange.query.get('PageSize') ?? 2_000) || 2_000));
  const page = Math.max(1, Number(exchange.query.get('Page') ?? 1) || 1);
  const all = ledger.actions().filter((action) => action.campaignId === campaignId && complete(action));
  const shown = all.slice((page - 1) * size, page * size).map((action) => view(action, sid));
  const pages = String(Math.max(1, Math.ceil(all.length / size)));
  return answerAs(exchange, 200, {
    ...{ '@page': String(page), '@numpages': pages, '@pagesize': String(size), '@total': String(all.length) },
    Actions: shown,
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

function view(action: Action, sid: string): Record<string, unknown> {
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
    CustomerId: submission.fields.get('CustomerId') ?? '',
    Uri: `/Advertisers/${sid}/Actions/${actionId}`,
  };
}
