/**
 * CartStack: tells that a cart became an order, so that its abandoned-cart e-mails stop.
 * https://help.cartstack.com/article/50-server-side-confirmation (read 2026-11)
 */
import { amountOf, type Basis } from '../kit/amount.ts';
import { defineDestination, type Outcome } from '../kit/destination.ts';
import { encodePairs } from '../kit/encode.ts';
import { parseObject, pickField, textOf } from '../kit/json.ts';
import type { Settings } from '../kit/setting.ts';
import { days, minutes, seconds } from '../lib/duration.ts';
import type { HttpResponse } from '../model/http.ts';
import type { Order } from '../model/order.ts';

const setting = (settings: Settings, name: string): string => String(settings[name] ?? '');

/** No meaning of `total` is fixed: CartStack's nopCommerce plugin sends the grand total, its WooCommerce plugin leaves out tax and shipping. */
function basisOfCartstack({ totalBasis }: Settings): Basis {
  if (totalBasis === 'subtotal') return 'list';
  return totalBasis === 'net' ? 'net' : 'total';
}

/** A subtotal that the shop did not name is not made up of its items: what they were sold for is known better. */
function totalOf(order: Order, settings: Settings): string {
  const basis = basisOfCartstack(settings);
  return amountOf(order, basis === 'list' && order.subtotal === undefined ? 'net' : basis);
}

/** HTTP's status says nothing here: the verdict is `resp`, a number or a string, and for 102 the text beside it. */
function readAnswer(response: HttpResponse): Outcome | undefined {
  const json = parseObject(response.body);
  const code = Number(textOf(pickField(json, 'resp')) ?? Number.NaN);
  const words = (textOf(pickField(json, 'err_txt')) ?? '').toLowerCase();
  switch (code) {
    case 100:
      return { state: 'delivered', reason: 'CartStack has recorded the purchase' };
    case 101:
      return { state: 'rejected', reason: reasonOf101(words) };
    case 102:
      return readOf102(words);
    case 103:
      return {
        state: 'held',
        reason: 'CartStack does not know the API key (103): copy it again from the Code/Setup page',
      };
    default:
      return unclear(response, code);
  }
}

function reasonOf101(words: string): string {
  if (words.includes('invalid email')) return 'CartStack does not accept the e-mail address of this order (101)';
  return 'CartStack misses a field (101): check API key and site id; the order itself has an e-mail';
}

/** One code, four meanings. */
function readOf102(words: string): Outcome {
  if (words.includes('insert failed')) {
    return { state: 'retry', reason: 'CartStack could not store the purchase (102), nothing was counted' };
  }
  if (words.includes('site id')) {
    return {
      state: 'held',
      reason: 'CartStack does not know the site id (102): copy it again from the Code/Setup page',
    };
  }
  if (words.includes('cart not found') || words.includes('no cart exists')) {
    const reason = 'CartStack has no cart for this customer (102): nobody to stop writing to';
    // The cart may be created seconds after the order, from the same page.
    return { state: 'no_match', reason, retryOnceAfter: minutes(10) };
  }
  return { state: 'retry', reason: 'CartStack reports a general error without a known text (102)', limit: 5 };
}

/** No verdict in a 2xx: it may have been counted, and a repeat would count twice. Other statuses follow the default rules. */
function unclear({ status }: HttpResponse, code: number): Outcome | undefined {
  if (!Number.isNaN(code))
    return { state: 'rejected', reason: `CartStack answered with a code that it does not document (${code})` };
  if (status < 200 || status >= 300) return undefined;
  return {
    state: 'retry',
    reason: `CartStack answered ${status} without a verdict`,
    after: minutes(5),
    ambiguous: true,
  };
}

/** The test's address can have no cart, so "cart not found" is the answer of a working connection. */
function readTest(response: HttpResponse): { ok: boolean; message: string } {
  const outcome = readAnswer(response);
  if (outcome?.state === 'delivered') return { ok: true, message: 'CartStack accepts key and site id' };
  if (outcome?.state === 'no_match') {
    return { ok: true, message: 'CartStack accepts key and site id (no cart for the test address, as expected)' };
  }
  return { ok: false, message: outcome?.reason ?? `CartStack answered ${response.status}: try again later` };
}

const address = (settings: Settings, fields: Record<string, string | undefined>): string =>
  `${setting(settings, 'baseUrl')}/ss/v1/?${encodePairs({ key: setting(settings, 'key'), siteid: setting(settings, 'siteId'), ...fields })}`;

export default defineDestination({
  name: 'cartstack',
  title: 'CartStack',
  docs: 'https://help.cartstack.com/article/50-server-side-confirmation',
  audience: 'every-order',
  transport: 'server',
  clickParams: [],
  needs: { consent: ['marketing'], email: true },
  uses: ['email'],
  limits: { concurrency: 4, deadline: days(3), timeout: seconds(10) },
  // No order id, no key: a second call is a second purchase.
  idempotent: false,
  basis: basisOfCartstack,
  settings: {
    key: { label: 'API key', help: 'Code/Setup page at CartStack', secret: true, required: true },
    siteId: {
      label: 'Site id',
      help: 'Code/Setup page; the value of setSiteID, == at its end included',
      required: true,
    },
    totalBasis: {
      label: 'Amount',
      help: 'total: what the customer paid; subtotal: goods before discounts; net: the total without tax and shipping',
      options: ['total', 'subtotal', 'net'],
      default: 'total',
    },
    baseUrl: { label: 'API address', kind: 'url', default: 'https://api.cartstack.com' },
  },
  conversion: ({ order }, settings) => ({
    method: 'GET',
    url: address(settings, {
      email: order.personal.email?.trim(),
      total: totalOf(order, settings),
    }),
    headers: { Accept: 'application/json' },
  }),
  outcome: readAnswer,
  test: {
    request: (settings) => ({
      method: 'GET',
      url: address(settings, { email: 'connection-test@clickthread.invalid', total: '0.00' }),
      headers: { Accept: 'application/json' },
    }),
    verdict: readTest,
  },
  testAdvice:
    'In CartStack\'s test mode only the addresses listed on its settings page count: other orders answer "cart not found". A cart must exist for the address, and a campaign must have at least one e-mail.',
});
