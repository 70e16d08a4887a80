/**
 * Awin: amendments and declines, told in a list and judged by a job.
 * https://help.awin.com/apidocs/approve-decline-amend-batch-transactions-for-a-given-advertiser (read 2026-11)
 */
import { groupOrder, orderAsGrouped, worthOf } from '../../kit/amount.ts';
import type { Outcome, Verdict } from '../../kit/destination.ts';
import { parseObject, textOf } from '../../kit/json.ts';
import { retryAfter } from '../../kit/retry-after.ts';
import { seconds } from '../../lib/duration.ts';
import type { HttpResponse } from '../../model/http.ts';
import type { Report } from '../../model/report.ts';
import { awinAmount, type AwinTerms, listOf } from './orders.ts';

/** Awin finds a sale by its reference and exactly the time that we gave it, without an offset. */
const addressOf = ({ order }: Report) => ({
  orderRef: order.orderId,
  transactionDate: new Date(order.placedAt).toISOString().slice(0, 19),
  timezone: 'UTC',
});

/** What is left of nothing is a decline: Awin amends no sale to zero. */
export function amendSale(
  report: Report,
  terms: AwinTerms,
  reasons: { changeReason: string; declineReason: string },
): object {
  const { order } = report;
  const minor = worthOf(order, terms.basis);
  if (minor <= 0) return declineSale(report, reasons.declineReason);
  const transactionParts = groupOrder(orderAsGrouped(report), terms.basis, terms.groups).map((share) => ({
    amount: awinAmount(share.minor, order),
    commissionGroupCode: share.code,
  }));
  const sale = { currency: order.currency, saleAmount: awinAmount(minor, order), transactionParts };
  const transaction = { ...addressOf(report), amendReason: reasons.changeReason, ...sale };
  return { action: 'amend', approve: false, transaction };
}

export const declineSale = (report: Report, reason: string): object => ({
  action: 'decline',
  transaction: { ...addressOf(report), declineReason: reason },
});

export function readChangeJob({ status, body }: HttpResponse): Outcome | undefined {
  if (status === 400) return { state: 'rejected', reason: 'Awin could not read the change' };
  if (status < 200 || status >= 300) return undefined;
  const job = textOf(parseObject(body)?.['jobId']);
  if (job === undefined) return { state: 'retry', ambiguous: true, reason: `Awin answered ${status} without a job` };
  return { state: 'delivered', reason: 'taken by Awin, verdict pending', reference: job, confirmAfter: seconds(30) };
}

/** A job holds changes of several orders and names those that failed. */
export function readVerdict(response: HttpResponse, { order: { orderId } }: Report): Verdict {
  const json = response.status === 200 ? parseObject(response.body) : undefined;
  const status = textOf(json?.['status'])?.toUpperCase();
  if (status !== undefined && /^(FAILED|ERROR|CANCELLED)$/.test(status))
    return { state: 'declined', reason: `Awin’s job ended as ${status}: nothing was changed` };
  if (status !== 'DONE' && status !== 'COMPLETED') {
    const reason = status === undefined ? `no verdict yet: Awin answered ${response.status}` : `Awin: ${status}`;
    return { state: 'pending', reason, after: retryAfter(response) };
  }
  const failed = listOf(json, 'failedTransactions').find(({ orderRef }) => textOf(orderRef) === orderId);
  const [all, errors] = [Number(json?.['transactions']), Number(json?.['errors'])];
  if (!failed && errors > 0 && errors >= all)
    return { state: 'declined', reason: 'Awin changed nothing of what the job held, and says no more' };
  if (!failed) return { state: 'confirmed', reason: 'changed at Awin' };
  const code = textOf(failed['code']) ?? 'no code given';
  // `[304 NOT_MODIFIED] …`: the words behind it may hold other numbers.
  const number = /^\W*(\d{3})\b/.exec(code)?.[1];
  if (number === '304') return { state: 'confirmed', reason: 'Awin had it so already' };
  return { state: 'declined', reason: `Awin did not change it: ${explained(number)} [${code}]` };
}

function explained(number: string | undefined): string {
  if (number === '404')
    return 'no pending sale with this reference at this time; it may have been recorded by the browser, at another time';
  return number === '422' ? 'its validation period is over, or it was decided already' : 'for a reason of its own';
}
