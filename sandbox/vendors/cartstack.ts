/**
 * CartStack's server-side confirmation in the sandbox: HTTP 200 whatever happened, the verdict in `resp`.
 * https://help.cartstack.com/article/50-server-side-confirmation
 */
import { type Exchange, json, type Reply } from '../reply.ts';
import { createSettings } from '../settings.ts';
import type { Vendor, VendorFactory } from '../vendor.ts';

interface Purchase {
  at: string;
  email: string;
  total: string;
  siteid: string;
  notes: string[];
}

const MISSING = 'missing required field (api key, site id, or email)';
const NO_CART = 'No cart exists for this email address. Please create a cart first before marking a purchase.';

export const cartstack: VendorFactory = (): Vendor => {
  const settings = createSettings(
    {
      /** Expected key and site id; empty accepts any. */
      key: '',
      siteId: '',
      /** Who has a cart: everybody until the first purchase, or only `cartEmails`. */
      carts: 'all',
      cartEmails: [] as string[],
      /** A purchase closes the cart; a later visit opens another. 0: never. */
      reopenAfterMs: 0,
      /** Only `testEmails` are tracked, as with the dashboard's Test Mode. */
      testMode: false,
      testEmails: [] as string[],
      /** Clients have seen `resp` as number and as text, and the text under several spellings. */
      respAs: 'number',
      textKey: 'err_txt',
    },
    { carts: ['all', 'listed'], respAs: ['number', 'string'], textKey: ['err_txt', 'Err_Txt', 'errTxt'] },
  );
  const rules = settings.now;
  const purchases: Purchase[] = [];
  const closed = new Map<string, number>();
  const counts = { purchases: 0, refused: 0 };

  function say(resp: number, text?: string): Reply {
    if (resp !== 100) counts.refused += 1;
    const code = rules.respAs === 'string' ? String(resp) : resp;
    return json(200, text === undefined ? { resp: code } : { resp: code, [rules.textKey]: text });
  }

  function cartProblem(email: string, now: number): string | undefined {
    const person = email.toLowerCase();
    const among = (list: readonly string[]) => list.some((entry) => entry.toLowerCase() === person);
    const untracked =
      (rules.testMode && !among(rules.testEmails)) || (rules.carts === 'listed' && !among(rules.cartEmails));
    if (untracked) return `Cart not found for email address [${email}]`;
    const since = closed.get(person);
    const reopened = since !== undefined && rules.reopenAfterMs > 0 && now - since >= rules.reopenAfterMs;
    return since === undefined || reopened ? undefined : NO_CART;
  }

  function confirm(exchange: Exchange): Reply {
    const { query, at } = exchange;
    const [key, siteid, email] = ['key', 'siteid', 'email'].map((name) => query.get(name) ?? '') as [
      string,
      string,
      string,
    ];
    if (key === '' || siteid === '' || email === '') return say(101, MISSING);
    // An unencoded + arrives as a space: the real bug of a public plugin, and a lost alias.
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return say(101, 'Invalid Email Address');
    if (rules.key !== '' && key !== rules.key) return say(103, 'API Key does not match');
    if (rules.siteId !== '' && siteid !== rules.siteId) return say(102, 'Not a valid site id.');
    const total = query.get('total') ?? '';
    if (total !== '' && !/^\d+(\.\d+)?$/.test(total)) return say(102, 'general error');
    const problem = cartProblem(email, at);
    if (problem !== undefined) return say(102, problem);
    closed.set(email.toLowerCase(), at);
    purchases.push({ at: new Date(at).toISOString(), email, total, siteid, notes: notes(exchange) });
    counts.purchases += 1;
    return say(100);
  }

  return {
    name: 'cartstack',
    title: 'CartStack',
    about:
      'Stops reminder e-mails after a purchase. Always HTTP 200; resp 100 is success, 101 to 103 are not. A purchase closes the cart of its e-mail.',
    columns: ['at', 'email', 'total', 'siteid', 'notes'],
    settings,
    handle(exchange) {
      if (exchange.path !== '/ss/v1/') return json(404, { resp: 102, err_txt: 'general error' });
      if (exchange.method !== 'GET') return json(405, { resp: 102, err_txt: 'general error' });
      return confirm(exchange);
    },
    scripted: {
      code: (answer) => say(answer.resp ?? 102, answer.text),
      validation: () => say(101, 'Invalid Email Address'),
      unauthorized: () => say(103, 'API Key does not match'),
    },
    recorded: () => purchases,
    counts: () => counts,
    reset() {
      purchases.length = 0;
      closed.clear();
      Object.assign(counts, { purchases: 0, refused: 0 });
    },
  };
};

/** What CartStack takes without a word, and a careful client does not send. */
function notes({ search, query }: Exchange): string[] {
  const found: string[] = [];
  if (/(^|&)siteid=[^&]*=/.test(search)) found.push('siteid was not percent-encoded');
  for (const name of query.keys()) {
    if (!['key', 'siteid', 'email', 'total'].includes(name)) found.push(`${name} is not a parameter of this call`);
  }
  return found;
}
