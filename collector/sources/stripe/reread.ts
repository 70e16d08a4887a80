/**
 * A session of Checkout or an invoice of a subscription, read whole. Session, lines, payments and disputes stand at addresses of their own; a payment
 * names neither, and is found by both: sessions know those of one purchase, invoices those of subscriptions, the first one included.
 * https://docs.stripe.com/api/invoice-payment (read 2026-11)
 */
import { isObject, type Json } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { Reading, ReportPage, RereadStep, ShopReport } from '../../kit/source.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';
import { readStripeAnswer, stripeId, stripeRequest, stripeRows } from './api.ts';
import { notRenewal, readStripeInvoice, subscriptionOf } from './invoice.ts';
import { linesOf, readStripeOrder } from './order.ts';
import type { StripePayments } from './payments.ts';

/** Questions one after the other, each given its answer. */
type Talk<T> = Generator<HttpRequest, T, HttpResponse>;
type Result = Reading<ReportPage>;

const NOTHING: ReportPage = { reports: [], problems: [] };
const NO_INVOICES =
  'Stripe: the key may not read invoices, so refunds of subscriptions stay unknown: give the restricted key Read for Invoices.';

/** The answers so far lead to the next question, or to what they tell. */
export function rereadStripe(id: string, answers: readonly HttpResponse[], settings: Settings): RereadStep {
  const talk = readNamed(id, settings, answers.at(-1));
  let step = talk.next();
  for (const answer of answers) if (step.done !== true) step = talk.next(answer);
  return step.done === true ? step.value : { ask: step.value };
}

/** By the id of a session, of an invoice, or of the payment of one of them. `last`: the newest answer, which says the time. */
function* readNamed(id: string, settings: Settings, last: HttpResponse | undefined): Talk<Result> {
  // A header counts in seconds, and so do events: what was read in a second is newer than what was posted in it.
  const at = Date.parse(last?.headers['date'] ?? '');
  const context = { settings, dated: Number.isNaN(at) ? {} : { changedAt: at + 1 } };
  if (id.startsWith('cs_')) return yield* readSession(id, context);
  if (id.startsWith('in_')) return yield* readInvoice(id, context);
  const found = yield* ask('checkout/sessions', settings, { payment_intent: id, limit: 1 });
  if ('fault' in found) return found;
  const session = stripeId(stripeRows(found.value)[0]);
  if (session !== undefined) return yield* readSession(session, context);
  const paid = yield* askInvoices('invoice_payments', settings, {
    ...{ 'payment[type]': 'payment_intent', 'payment[payment_intent]': id, limit: 1 },
  });
  if (!('value' in paid) || paid.value === undefined) return unread(paid);
  const invoice = stripeId(stripeRows(paid.value)[0]?.['invoice']);
  // A payment that was made without Checkout.
  return invoice === undefined ? { value: NOTHING } : yield* readInvoice(invoice, context);
}

interface Context {
  settings: Settings;
  dated: { changedAt?: number };
}

type Query = Readonly<Record<string, string | number>>;

function* ask(
  path: string,
  settings: Settings,
  query: Query = {},
  expand: readonly string[] = [],
): Talk<Reading<Json>> {
  const expanded = expand.map((name) => ['expand[]', name] as const);
  return readStripeAnswer(yield stripeRequest(path, settings, [...Object.entries(query), ...expanded]));
}

/** Undefined where the key may not: who sells no subscriptions gave it no right to. */
function* askInvoices(
  path: string,
  settings: Settings,
  query: Query = {},
  expand: readonly string[] = [],
): Talk<Reading<Json | undefined>> {
  const expanded = expand.map((name) => ['expand[]', name] as const);
  const answer = yield stripeRequest(path, settings, [...Object.entries(query), ...expanded]);
  return answer.status === 403 ? { value: undefined } : readStripeAnswer(answer);
}

const unread = (reading: Reading<unknown>): Result =>
  'fault' in reading ? reading : { value: { ...NOTHING, problems: [NO_INVOICES] } };

const told = (reading: ShopReport | { ignored: string }, problems: readonly string[] = []): Result => ({
  value: 'ignored' in reading ? NOTHING : { reports: [reading], problems },
});

function* readSession(id: string, { settings, dated }: Context): Talk<Result> {
  const path = `checkout/sessions/${encodeURIComponent(id)}`;
  const whole = yield* ask(path, settings, {}, [
    ...['line_items.data.price.product', 'payment_intent.latest_charge', 'discounts.promotion_code'],
  ]);
  if ('fault' in whole) return whole;
  const session = whole.value;
  let lines = linesOf(session);
  if (isObject(session['line_items']) && session['line_items']['has_more'] === true) {
    const all = yield* ask(`${path}/line_items`, settings, { limit: 100 }, ['data.price.product']);
    if ('fault' in all) return all;
    // An order of ours has room for no more than these; beyond them its amounts still count.
    lines = all.value['has_more'] === true ? [] : stripeRows(all.value);
  }
  const payment = isObject(session['payment_intent']) ? session['payment_intent'] : undefined;
  const own = isObject(payment?.['latest_charge']) ? [payment['latest_charge']] : [];
  const invoice = payment ? undefined : stripeId(session['invoice']);
  const billed = invoice === undefined ? { value: own } : yield* chargesOf(invoice, settings);
  if ('fault' in billed) return billed;
  const paid = yield* withDisputes(billed.value ?? [], settings);
  if ('fault' in paid) return paid;
  const failed =
    session['payment_status'] === 'unpaid' &&
    ['requires_payment_method', 'canceled'].includes(String(payment?.['status']));
  const metadata = [payment?.['metadata'], session['metadata']].filter(isObject);
  const facts = { session: { ...session, metadata: Object.assign({}, ...metadata) as Json }, lines, failed };
  const problems = billed.value === undefined ? [NO_INVOICES] : [];
  return told(readStripeOrder({ ...facts, ...paid.value, ...dated }, settings), problems);
}

function* readInvoice(id: string, { settings, dated }: Context): Talk<Result> {
  const whole = yield* askInvoices(`invoices/${encodeURIComponent(id)}`, settings);
  if (!('value' in whole) || whole.value === undefined) return unread(whole);
  const invoice = whole.value;
  const subscription = subscriptionOf(invoice);
  const first = invoice['billing_reason'] === 'subscription_create';
  if (subscription === undefined || (!first && notRenewal(invoice, settings) !== undefined)) return { value: NOTHING };
  const begun = yield* ask('checkout/sessions', settings, { subscription, limit: 1 });
  if ('fault' in begun) return begun;
  const [session] = stripeRows(begun.value);
  const begin = stripeId(session);
  // A subscription that was made without Checkout has no order of its own.
  if (first) return begin === undefined ? { value: NOTHING } : yield* readSession(begin, { settings, dated });
  const billed = yield* chargesOf(id, settings);
  if ('fault' in billed) return billed;
  const paid = yield* withDisputes(billed.value ?? [], settings);
  if ('fault' in paid) return paid;
  const facts = { invoice, ...(session ? { session } : {}), ...paid.value, ...dated };
  return told(readStripeInvoice(facts, settings));
}

/** Those that paid an invoice; undefined where the key may not read it. */
function* chargesOf(invoice: string, settings: Settings): Talk<Reading<Json[] | undefined>> {
  const query = { invoice, status: 'paid', limit: 100 };
  const list = yield* askInvoices('invoice_payments', settings, query, ['data.payment.payment_intent.latest_charge']);
  if ('fault' in list) return list;
  const payments = stripeRows(list.value).flatMap(({ payment }) => (isObject(payment) ? [payment] : []));
  const charges = payments.flatMap(({ payment_intent: intent, charge }) => {
    const found = isObject(intent) ? intent['latest_charge'] : charge;
    return isObject(found) ? [found] : [];
  });
  return { value: list.value && charges };
}

function* withDisputes(charges: readonly Json[], settings: Settings): Talk<Reading<StripePayments>> {
  const disputes: Json[] = [];
  for (const charge of charges.filter(({ disputed }) => disputed === true)) {
    const list = yield* ask('disputes', settings, { charge: stripeId(charge) ?? '', limit: 100 });
    if ('fault' in list) return list;
    disputes.push(...stripeRows(list.value));
  }
  return { value: { charges, disputes } };
}
