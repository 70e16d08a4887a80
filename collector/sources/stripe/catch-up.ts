/**
 * What no webhook brought: Stripe's own list of events names sessions, payments and invoices, and each is read whole.
 * https://docs.stripe.com/api/events (read 2026-11)
 */
import { textOf } from '../../kit/json.ts';
import type { CatchUp, ReportList, ReportPage } from '../../kit/source.ts';
import { seconds } from '../../lib/duration.ts';
import { readStripeAnswer, stripeRequest, stripeRows } from './api.ts';
import { rereadStripe } from './reread.ts';
import { eventsOf, namedBy } from './webhook.ts';

const NOTHING: ReportPage = { reports: [], problems: [] };

const events: ReportList = {
  request: ({ since, next }, settings) =>
    stripeRequest('events', settings, [
      ...eventsOf(settings).map((type) => ['types[]', type] as const),
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

export const stripeCatchUp: CatchUp = {
  perSecond: 20,
  unable: ({ secretKey }) =>
    secretKey === undefined
      ? 'Without secretKey only the webhooks of sessions tell: refunds, charge-backs, lines, and what is missed while the collector is away stay unknown.'
      : undefined,
  changed: [events],
  reread: rereadStripe,
};
