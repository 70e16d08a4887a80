/**
 * What no webhook brought: Stripe's own list of events names sessions and payments, and each is read whole. Payment, session, lines and disputes
 * stand at four addresses. https://docs.stripe.com/api/events (read 2026-11)
 */
import { isObject, type Json, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { CatchUp, ReportList, ReportPage, RereadStep } from '../../kit/source.ts';
import { seconds } from '../../lib/duration.ts';
import type { HttpResponse } from '../../model/http.ts';
import { stripeId, readStripeAnswer, stripeRows, stripeRequest } from './api.ts';
import { linesOf, readStripeOrder } from './order.ts';
import { namedBy, PAYMENT_EVENTS, SESSION_EVENTS } from './webhook.ts';

const NOTHING: ReportPage = { reports: [], problems: [] };

const events: ReportList = {
  request: ({ since, next }, settings) =>
    stripeRequest('events', settings, [
      ...[...SESSION_EVENTS, ...PAYMENT_EVENTS].map((type) => ['types[]', type] as const),
      ...([
        ['created[gte]', Math.max(0, Math.floor(since / seconds(1)))],
        ['limit', 100],
      ] as const),
      ...(next === undefined ? [] : ([['starting_after', next]] as const)),
    ]),
  read(response) {
    const reading = readStripeAnswer(response);
    if ('fault' in reading) return reading;
    const rows = stripeRows(reading.value);
    const last = textOf(rows.at(-1)?.['id']);
    const reread = [...new Set(rows.flatMap((event) => namedBy(event) ?? []))];
    return {
      value: {
        ...NOTHING,
        reread,
        ...(reading.value['has_more'] === true && last !== undefined ? { next: last } : {}),
      },
    };
  },
};

/** A session by its own id, or by that of its payment. */
function reread(id: string, answers: readonly HttpResponse[], settings: Settings): RereadStep {
  const left = [...answers];
  let session = id;
  if (!id.startsWith('cs_')) {
    const found = nextOf(left, () =>
      stripeRequest('checkout/sessions', settings, [
        ['payment_intent', id],
        ['limit', 1],
      ]),
    );
    if (!('value' in found)) return found;
    const own = stripeId(stripeRows(found.value)[0]);
    // A payment that was made without Checkout.
    if (own === undefined) return { value: NOTHING };
    session = own;
  }
  const path = `checkout/sessions/${encodeURIComponent(session)}`;
  const whole = nextOf(left, () =>
    stripeRequest(path, settings, [
      ['expand[]', 'line_items.data.price.product'],
      ['expand[]', 'payment_intent.latest_charge'],
      ['expand[]', 'discounts.promotion_code'],
    ]),
  );
  if (!('value' in whole)) return whole;
  return readRest(whole.value, { left, path, settings, last: answers.at(-1) });
}

function readRest(
  session: Json,
  given: { left: HttpResponse[]; path: string; settings: Settings; last: HttpResponse | undefined },
): RereadStep {
  const { left, path, settings, last } = given;
  let lines = linesOf(session);
  if (isObject(session['line_items']) && session['line_items']['has_more'] === true) {
    const query = [
      ['limit', 100],
      ['expand[]', 'data.price.product'],
    ] as const;
    const all = nextOf(left, () => stripeRequest(`${path}/line_items`, settings, query));
    if (!('value' in all)) return all;
    // An order of ours has room for no more than these; beyond them its amounts still count.
    lines = all.value['has_more'] === true ? [] : stripeRows(all.value);
  }
  const payment = isObject(session['payment_intent']) ? session['payment_intent'] : undefined;
  const charge = isObject(payment?.['latest_charge']) ? payment['latest_charge'] : undefined;
  let disputes: Json[] = [];
  if (charge?.['disputed'] === true) {
    const list = nextOf(left, () =>
      stripeRequest('disputes', settings, [
        ['charge', stripeId(charge) ?? ''],
        ['limit', 100],
      ]),
    );
    if (!('value' in list)) return list;
    disputes = stripeRows(list.value);
  }
  // A header counts in seconds, and so do events: what was read in a second is newer than what was posted in it.
  const at = Date.parse(last?.headers['date'] ?? '');
  const failed =
    session['payment_status'] === 'unpaid' &&
    ['requires_payment_method', 'canceled'].includes(String(payment?.['status']));
  const facts = {
    session,
    lines,
    disputes,
    failed,
    ...(charge ? { charge } : {}),
    ...(Number.isNaN(at) ? {} : { changedAt: at + 1 }),
  };
  const reading = readStripeOrder(facts, settings);
  return { value: 'ignored' in reading ? NOTHING : { reports: [reading], problems: [] } };
}

/** The next answer, or the question for it. */
function nextOf(
  left: HttpResponse[],
  ask: () => ReturnType<typeof stripeRequest>,
): { ask: ReturnType<typeof ask> } | ReturnType<typeof readStripeAnswer> {
  const answer = left.shift();
  return answer === undefined ? { ask: ask() } : readStripeAnswer(answer);
}

export const stripeCatchUp: CatchUp = {
  perSecond: 20,
  unable: ({ secretKey }) =>
    secretKey === undefined
      ? 'Without secretKey only the webhooks of sessions tell: refunds, charge-backs, lines, and what is missed while the collector is away stay unknown.'
      : undefined,
  changed: [events],
  reread,
};
