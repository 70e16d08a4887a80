/** impact.com in the sandbox: as strict as its documents, with verdicts that come late. https://integrations.impact.com/brand-api-reference */
import { LISTING_TRAPS } from '../../fields/listing.ts';
import { readForm } from '../../form.ts';
import type { Exchange, Reply } from '../../reply.ts';
import { createSettings } from '../../settings.ts';
import type { Vendor, VendorFactory } from '../../vendor.ts';
import { readChange } from './change.ts';
import { readConversion } from './conversion.ts';
import { actionView, createLedger, type Submission } from './ledger.ts';
import { readAccount } from './read.ts';
import { answerAs, failure, refusal } from './reply.ts';

const HOUR = 3_600_000;

export const impact: VendorFactory = ({ clock }): Vendor => {
  const settings = createSettings(
    {
      /** Expected credentials; empty accepts any account with any token, as long as path and user agree. */
      accountSid: '',
      authToken: '',
      /** The one programme and event type that exist; empty accepts any. */
      campaignId: '',
      actionTrackerId: '',
      /** From QUEUED to Complete. The real one takes minutes to half an hour. */
      verdictDelayMs: 1_000,
      /** Within it a repeated order id is a duplicate. The real length is a setting of the event type. */
      dedupeWindowMs: 30 * 24 * HOUR,
      /** Click ids that belong to nobody. */
      unknownClicks: [] as string[],
      /** Requests an hour before 429; 0 is no limit. The real default is 1,000. */
      limitPerHour: 0,
      strict: true,
      /** True where a product catalogue supplies the categories. */
      catalog: false,
      casing: 'lower',
      /** Order ids whose commission was paid out. */
      paid: [] as string[],
      reportPage: 0,
      reportTrap: 'none',
    },
    { casing: ['lower', 'upper'], reportTrap: LISTING_TRAPS },
  );
  const rules = settings.now;
  const ledger = createLedger(() => rules);
  let hour = { began: 0, used: 0 };

  function limited(exchange: Exchange): Reply | undefined {
    if (exchange.at - hour.began >= HOUR) hour = { began: exchange.at, used: 0 };
    hour.used += 1;
    if (rules.limitPerHour === 0 || hour.used <= rules.limitPerHour) return undefined;
    const reply = failure(exchange, 429, 'Too Many Requests');
    const reset = String(Math.ceil((hour.began + HOUR - exchange.at) / 1000));
    const headers = {
      'x-ratelimit-limit': String(rules.limitPerHour),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': reset,
    };
    return { ...reply, headers: { ...reply.headers, ...headers } };
  }

  function write(exchange: Exchange, sid: string, resource: string, forced?: string): Reply {
    if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(exchange.headers['content-type'] ?? '')) {
      return failure(exchange, 415, 'Send application/x-www-form-urlencoded; JSON is not accepted');
    }
    const form = readForm(exchange.body);
    const changes = resource === 'Actions';
    const reading = changes
      ? { ...readChange(form, exchange.method === 'PUT' ? 'PUT' : 'DELETE', rules.strict), notes: [] }
      : readConversion(form, rules);
    if (reading.problems.length > 0) return refusal(exchange, reading.problems, rules.casing);
    const types = { POST: 'Conversion', PUT: 'Modification', DELETE: 'Reversal' } as const;
    const type: Submission['type'] = types[exchange.method as keyof typeof types];
    const submission = ledger.submit(type, exchange.at, { fields: reading.fields, payload: exchange.body });
    if (changes) ledger.change(submission, forced);
    else ledger.convert(submission, reading.notes, forced);
    return answerAs(exchange, 200, {
      Status: 'QUEUED',
      QueuedUri: `/Advertisers/${sid}/APISubmissions/${submission.id}`,
    });
  }

  function handle(exchange: Exchange, forced?: string): Reply {
    const segments = segmentsOf(exchange.path);
    const [root, sid, resource = '', ...rest] = segments ?? [];
    if (root !== 'Advertisers' || sid === undefined) return failure(exchange, 404, 'Not found');
    if (!authorized(exchange.headers['authorization'], sid, rules))
      return failure(exchange, 401, 'Authentication failed');
    const over = limited(exchange);
    if (over) return over;
    const writable = { Conversions: ['POST'], Actions: ['PUT', 'DELETE'] }[resource] ?? [];
    if (rest.length === 0 && writable.includes(exchange.method)) return write(exchange, sid, resource, forced);
    if (exchange.method !== 'GET' || resource === 'Conversions') return failure(exchange, 405, 'Method not allowed');
    return readAccount(exchange, [resource, ...rest], { sid, ledger, rules });
  }

  return {
    name: 'impact',
    title: 'impact.com',
    about:
      'Conversions, modifications and reversals; every field checked, answers queued, verdicts later. Actions are kept once per event type and order id.',
    columns: ['at', 'orderId', 'amount', 'currency', 'state', 'status', 'duplicates', 'actionId'],
    settings,
    handle: (exchange) => handle(exchange),
    scripted: {
      validation: (answer, exchange) =>
        refusal(exchange, [{ field: 'OrderId', message: 'was refused by the script' }], answer.casing ?? rules.casing),
      unauthorized: (_, exchange) => failure(exchange, 401, 'Authentication failed'),
      forbidden: (_, exchange) => failure(exchange, 403, 'The token does not permit this endpoint'),
      'late-rejection': (answer, exchange) => handle(exchange, answer.reason),
      duplicate: (_, exchange) => handle(exchange, 'CONV_DUPLICATE'),
    },
    recorded: (most) =>
      ledger.actions(most).map((action) => actionView(action, ledger.statusAt(action.submission, clock()))),
    counts: ledger.counts,
    reset() {
      ledger.reset();
      hour = { began: 0, used: 0 };
    },
  };
};

function segmentsOf(path: string): string[] | undefined {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return undefined; // a broken escape names no resource
  }
}

/** HTTP Basic, the user being the account of the path. https://integrations.impact.com/impact-brand/reference/authentication */
function authorized(
  header: string | undefined,
  sid: string,
  expected: { accountSid: string; authToken: string },
): boolean {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/.exec(header ?? '')?.[1];
  if (encoded === undefined) return false;
  const [user, ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const token = rest.join(':');
  if (user !== sid || token === '') return false;
  if (expected.accountSid !== '' && sid !== expected.accountSid) return false;
  return expected.authToken === '' || token === expected.authToken;
}
