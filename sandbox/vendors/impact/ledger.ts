/**
 * impact.com's books: submissions with their verdicts, and the actions that came of them.
 *
 * A conversion is judged when it arrives and its verdict shows only later, as in the real one: `Queued`, `In Progress`, `Complete`.
 * An action is PENDING from then on and REVERSED once taken back. An order id repeats within the window → CONV_DUPLICATE and a count
 * on the action; after it → a new action, and changes addressed by order id reach the newest.
 */
import { randomUUID } from 'node:crypto';
import { actionItems, decimal, hundredths, orderAmount, type ActionItem } from './amounts.ts';

const MOST_SUBMISSIONS = 200_000;
const MOST_CHANGES = 1_000;

export interface Submission {
  id: string;
  type: 'Conversion' | 'Modification' | 'Reversal';
  at: number;
  fields: Map<string, string>;
  payload: string;
  /** Reason code of a failure; absent for success. */
  reason?: string;
}

export interface Action {
  actionId: string;
  eventType: string;
  orderId: string;
  campaignId: string;
  currency?: string;
  /** Hundredths. */
  amount: number;
  items: ActionItem[];
  state: 'PENDING' | 'REVERSED';
  submission: Submission;
  notes: string[];
  duplicates: number;
  changes: { at: number; method: string; fields: Record<string, string> }[];
}

export interface LedgerRules {
  verdictDelayMs: number;
  dedupeWindowMs: number;
  campaignId: string;
  actionTrackerId: string;
  unknownClicks: readonly string[];
}

export function createLedger(rules: () => LedgerRules) {
  const submissions = new Map<string, Submission>();
  const newest = new Map<string, Action>();
  const actions = new Map<string, Action>();
  const declined: Submission[] = [];
  const counts = { duplicates: 0, declined: 0, modifications: 0, reversals: 0 };

  function submit(
    type: Submission['type'],
    at: number,
    content: { fields: Map<string, string>; payload: string },
  ): Submission {
    const submission: Submission = { id: `A-${randomUUID()}`, type, at, ...content };
    submissions.set(submission.id, submission);
    // The real one keeps 90 days; here the newest 200,000.
    if (submissions.size > MOST_SUBMISSIONS) submissions.delete(submissions.keys().next().value ?? '');
    return submission;
  }

  function decline(submission: Submission, reason: string): Submission {
    submission.reason = reason;
    counts.declined += 1;
    declined.push(submission);
    if (declined.length > 10_000) declined.shift();
    return submission;
  }

  function convert(submission: Submission, notes: string[], forced?: string): Submission {
    const { fields } = submission;
    const eventType = fields.get('ActionTrackerId') ?? fields.get('EventTypeId') ?? fields.get('EventTypeCode') ?? '';
    const orderId = fields.get('OrderId') ?? '';
    const key = `${eventType}\n${orderId}`;
    const earlier = newest.get(key);
    const repeated = earlier !== undefined && submission.at - earlier.submission.at < rules().dedupeWindowMs;
    if (forced === 'CONV_DUPLICATE' || (forced === undefined && repeated)) {
      submission.reason = 'CONV_DUPLICATE';
      counts.duplicates += 1;
      if (earlier) earlier.duplicates += 1;
      return submission;
    }
    const reason = forced ?? refusal(fields, eventType, rules());
    if (reason !== undefined) return decline(submission, reason);
    const items = actionItems(fields);
    const priced = items.length > 0 && !fields.has('Amount');
    const campaignId = fields.get('CampaignId') ?? '';
    const action: Action = {
      actionId: `${campaignId}.${eventType}.${actions.size + 1}`,
      ...{ eventType, orderId, campaignId, items, submission, notes },
      ...(fields.has('CurrencyCode') ? { currency: fields.get('CurrencyCode')! } : {}),
      amount: priced ? items.reduce((sum, item) => sum + item.amount, 0) : orderAmount(fields),
      state: 'PENDING',
      duplicates: 0,
      changes: [],
    };
    newest.set(key, action);
    actions.set(action.actionId, action);
    return submission;
  }

  function change(submission: Submission, forced?: string): Submission {
    const { fields, at } = submission;
    const key = `${fields.get('ActionTrackerId')}\n${fields.get('OrderId')}`;
    const id = fields.get('ActionId');
    const action = id === undefined ? newest.get(key) : actions.get(id);
    if (forced !== undefined) return decline(submission, forced);
    // The action exists for the API only once its conversion is Complete: who reverses earlier, reverses nothing.
    // The code is not in the published list; a vendor's unpublished codes must be survived too.
    if (!action || statusAt(action.submission, at) !== 'Complete') return decline(submission, 'ACTION_NOT_FOUND');
    if (action.changes.length >= MOST_CHANGES) return decline(submission, 'MAX_MODIFICATIONS_REACHED');
    const before = action.state;
    if (submission.type === 'Reversal') action.state = 'REVERSED';
    else if (!modify(action, fields)) return decline(submission, 'NO_ITEM');
    const method = submission.type === 'Reversal' ? 'DELETE' : 'PUT';
    action.changes.push({ at, method, fields: Object.fromEntries(fields) });
    if (before === 'PENDING' && action.state === 'REVERSED') counts.reversals += 1;
    else if (submission.type === 'Modification') counts.modifications += 1;
    return submission;
  }

  function statusAt(submission: Submission, now: number): 'Queued' | 'In Progress' | 'Complete' {
    const age = now - submission.at;
    if (age >= rules().verdictDelayMs) return 'Complete';
    return age * 2 >= rules().verdictDelayMs ? 'In Progress' : 'Queued';
  }

  return {
    submit,
    convert,
    change,
    statusAt,
    find: (id: string) => submissions.get(id),
    action: (id: string) => actions.get(id),
    actions: (most = Infinity) => [...actions.values()].slice(-most),
    declined: (): readonly Submission[] => declined,
    counts: () => ({ conversions: actions.size, ...counts }),
    reset() {
      for (const book of [submissions, newest, actions]) book.clear();
      declined.length = 0;
      Object.assign(counts, { duplicates: 0, declined: 0, modifications: 0, reversals: 0 });
    },
  };
}

export type Ledger = ReturnType<typeof createLedger>;

/** Reasons that impact.com finds only after it has answered QUEUED. */
function refusal(fields: Map<string, string>, eventType: string, rules: LedgerRules): string | undefined {
  const click = fields.get('ClickId');
  if (rules.campaignId !== '' && fields.get('CampaignId') !== rules.campaignId) return 'CAMPAIGN_NOT_FOUND';
  if (rules.actionTrackerId !== '' && eventType !== rules.actionTrackerId) return 'ACTIONTRACKER_NOT_FOUND';
  // A `~` marks a placeholder of the browser tag, not a partner's click.
  if (click !== undefined && (click.startsWith('~') || rules.unknownClicks.includes(click)))
    return 'ACTION_REF_NOT_FOUND';
  return undefined;
}

/** False where the named item does not exist. Amount 0 on an action that had one reverses it. */
function modify(action: Action, fields: Map<string, string>): boolean {
  const skus = [...fields].flatMap(([name, sku]) => (/^Sku\d*$/.test(name) ? [{ sku, number: name.slice(3) }] : []));
  if (skus.some(({ sku }) => !action.items.some((item) => item.sku === sku))) return false;
  for (const { sku, number } of skus) {
    const item = action.items.find((candidate) => candidate.sku === sku)!;
    const before = item.amount;
    const quantity = fields.get(`Quantity${number}`);
    if (quantity !== undefined) {
      item.amount = item.quantity === 0 ? 0 : Math.round((item.amount * Number(quantity)) / item.quantity);
      item.quantity = Number(quantity);
    }
    if (number === '') {
      if (fields.has('Amount')) item.amount = hundredths(fields.get('Amount'));
      item.amount += hundredths(fields.get('ItemSubTotalDelta'));
      item.category = fields.get('Category') ?? item.category;
    }
    action.amount += item.amount - before;
  }
  const total = skus.length === 0 ? fields.get('Amount') : undefined;
  if (total === undefined) return true;
  if (hundredths(total) === 0 && action.amount > 0) action.state = 'REVERSED';
  action.amount = hundredths(total);
  return true;
}

/** An action as the dashboard shows it. */
export function actionView(action: Action, status: string) {
  const { submission, items, amount, ...rest } = action;
  return {
    at: new Date(submission.at).toISOString(),
    ...rest,
    amount: decimal(amount),
    items: items.map((item) => ({ ...item, amount: decimal(item.amount) })),
    status,
    submission: submission.id,
    fields: Object.fromEntries(submission.fields),
  };
}
