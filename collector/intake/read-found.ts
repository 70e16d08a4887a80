/**
 * Step 2 of 5. What a page said that may be an order (`found`) as reports of orders, each as if the page had made it; what can't be read keeps its
 * reason. Pure.
 */
import type { Found } from '../../wire/found.ts';
import { type NotTaken, readFound } from '../../wire/order-reader.ts';
import type { Problem } from '../../wire/problem.ts';
import { type Fields, isFields } from './fields.ts';
import { tidyOrder } from './parts/tidy-order.ts';

export interface FoundReport {
  /** An order in the canonical shape, with what the tag knows beside it. */
  body: Fields;
  /** Which of the page's trackers name it; `call` and `attribute` are the page itself. */
  trackers: string[];
  /** Other numbers that the page has for it. */
  also: string[];
  warnings: Problem[];
}

export interface FoundReports {
  reports: FoundReport[];
  /** What names an order and can't be read: a body of its own, so that it can be read again after a fix, and each field's problem. */
  refused?: { body: Fields; problems: Problem[] };
  /** What says of itself that it is no sale. */
  ignored: Problem[];
}

/** What the tag sends beside the order: about the visitor, not about the sale. */
const BESIDE = ['visitor', 'touches', 'consent', 'journey', 'page', 'customer', 'identity', 'now', 'v'];

/** `currency` is the site's. A body may report an order in the canonical shape as well: that is the page's own call. */
export function readFoundReports(input: Fields, currency: string | undefined): FoundReports {
  const beside = Object.fromEntries(Object.entries(input).filter(([key]) => BESIDE.includes(key)));
  const { found: given, ...rest } = input;
  const call = Object.fromEntries(Object.entries(rest).filter(([key]) => !BESIDE.includes(key)));
  const found: unknown[] = Array.isArray(given) ? given.map((one: unknown) => tidied(one, currency)) : [];
  const own: Found[] = Object.keys(call).length > 0 ? [{ source: 'call', data: tidyOrder(call, currency) }] : [];
  const { orders, refused } = readFound([...own, ...found], currency === undefined ? {} : { currency });
  const reports = orders.map(({ order, trackers, also, warnings }): FoundReport => ({
    trackers,
    also,
    body: { ...beside, ...order, customer: { ...order.customer, ...(isFields(input.customer) ? input.customer : {}) } },
    warnings,
  }));
  const unreadable = refused.filter(({ noSale }) => !noSale);
  // Another tracker of the page says the same order well: nothing was lost, but somebody may want to know.
  const beaten = unreadable.filter((one) => reports.some((report) => isBeatenBy(one, report)));
  for (const { source, problems } of beaten)
    reports[0]!.warnings.push(...problems.map((problem) => inSource(source, problem)));
  const lost = unreadable.filter((one) => !beaten.includes(one));
  return {
    reports,
    ...(lost.length > 0 ? { refused: asBody(lost, beside) } : {}),
    ignored: refused
      .filter(({ noSale }) => noSale)
      .flatMap(({ source, problems }) => problems.map((problem) => inSource(source, problem))),
  };
}

/** The page's own words are in the canonical shape, in whatever dress; trackers have shapes of their own. */
function tidied(one: unknown, currency: string | undefined): unknown {
  if (!isFields(one) || (one.source !== 'call' && one.source !== 'attribute') || !isFields(one.data)) return one;
  return { ...one, data: tidyOrder(one.data, currency) };
}

/** Of the same number, or without a number that could be one. */
function isBeatenBy({ orderId, problems }: NotTaken, { body }: FoundReport): boolean {
  return orderId === body.orderId || problems.every(({ field }) => field === 'orderId');
}

/** Without what changes from one attempt to the next, so that the same refusal is kept once. */
function asBody(lost: readonly NotTaken[], { now: _clock, ...beside }: Fields): { body: Fields; problems: Problem[] } {
  const problems = lost.flatMap(({ source, problems: each }) => each.map((problem) => inSource(source, problem)));
  return { body: { ...beside, found: lost.map(({ found }) => found) }, problems };
}

const inSource = (source: string, { field, message }: Problem): Problem => ({
  field,
  message: `${message} (found in the page: ${source.slice(0, 32)})`,
});
