/** Partnerize: changes of what it has recorded, told to a job. https://api-docs.partnerize.com/brand/ (read 2026-11) */
import { groupLines, groupOrder, type GroupRule, withDecimals, worthOf, type Basis } from '../../kit/amount.ts';
import type { Lookup, Outcome, Verdict } from '../../kit/destination.ts';
import { isObject, type Json, parseObject, textOf } from '../../kit/json.ts';
import { seconds } from '../../lib/duration.ts';
import type { HttpResponse } from '../../model/http.ts';
import type { Order } from '../../model/order.ts';
import type { Report } from '../../model/report.ts';
import { slowDown } from './conversions.ts';

export interface PartnerizeTerms {
  basis: Basis;
  /** Its categories are what other networks call groups. */
  categories: GroupRule;
}

interface PartnerizeLine {
  minor: number;
  category: string;
}

/** Lines by SKU, for Partnerize's items are known by nothing else that we gave them. Minor units. */
export function partnerizeLines(order: Order, { basis, categories }: PartnerizeTerms): Map<string, PartnerizeLine> {
  const lines = new Map<string, PartnerizeLine>();
  for (const { item, minor, code } of groupLines(order, basis, categories)) {
    const known = lines.get(item.sku);
    lines.set(item.sku, { minor: (known?.minor ?? 0) + minor, category: known?.category ?? code });
  }
  const [whole] = groupOrder(order, basis, categories);
  return lines.size > 0 ? lines : lines.set('', { minor: whole!.minor, category: whole!.code });
}

/** At most four decimals there. */
export function valueOf(minor: number, order: Order): number {
  const { minor: kept, digits } = withDecimals(minor, order, 4);
  return kept / 10 ** digits;
}

interface Recorded {
  id: string;
  sku: string;
}

/** What became of a recorded conversion: its items' ids, and whether it stands. */
function find({ status, body }: HttpResponse, orderId: string): Json | undefined {
  const list = status === 200 ? parseObject(body)?.['conversions'] : undefined;
  const all = Array.isArray(list) ? list.filter(isObject).map((one) => one['conversion_data']) : [];
  return all.filter(isObject).find((one) => one['conversion_reference'] === orderId);
}

export const readRecordedItems: Lookup['read'] = (response, { order: { orderId } }) => {
  if (response.status !== 200) return undefined;
  const items = find(response, orderId)?.['conversion_items'];
  const recorded = (Array.isArray(items) ? items.filter(isObject) : []).flatMap((item): Recorded[] => {
    const id = textOf(item['conversion_item_id']);
    return id === undefined ? [] : [{ id, sku: textOf(item['sku']) ?? '' }];
  });
  if (recorded.length === 0)
    return { state: 'retry', reason: 'Partnerize shows no conversion of this order (yet)', alone: true };
  return { reason: `it has ${recorded.length} items`, facts: { items: JSON.stringify(recorded) } };
};

/**
 * Every recorded item with what its line is worth now; one whose line is gone is rejected. What came newly goes onto the first that stands,
 * so that the whole is what the order is worth.
 */
export function itemChanges({ order, facts }: Report, terms: PartnerizeTerms, reason: string): Record<string, object> {
  const recorded = JSON.parse(facts?.['items'] ?? '[]') as Recorded[];
  const lines = partnerizeLines(order, terms);
  const amounts = recorded.map(({ sku }) => lines.get(sku)?.minor ?? 0);
  const missing = worthOf(order, terms.basis) - amounts.reduce((sum, minor) => sum + minor, 0);
  const first = Math.max(
    0,
    amounts.findIndex((minor) => minor > 0),
  );
  const whole = amounts.map((minor, index) => (index === first ? minor + missing : minor));
  return Object.fromEntries(
    recorded.map(({ id }, index) => [
      id,
      whole[index]! > 0 ? { item_value: valueOf(whole[index]!, order) } : { status: 'rejected', reason },
    ]),
  );
}

export function readBulk(response: HttpResponse): Outcome | undefined {
  const { status, body } = response;
  const slow = slowDown(response);
  if (slow) return { state: 'retry', ...slow };
  if (status === 404)
    return {
      state: 'held',
      reason: 'Partnerize has no such campaign for these keys (404): check campaignId and the keys’ permission',
    };
  if (status === 400) return { state: 'rejected', reason: `Partnerize refused the change: ${errorsOf(body)}` };
  if (status < 200 || status >= 300) return undefined;
  const json = parseObject(body);
  const job = isObject(json?.['data']) ? textOf(json['data']['id']) : undefined;
  if (job === undefined && isObject(json?.['error']))
    return { state: 'rejected', reason: `Partnerize refused the change: ${errorsOf(body)}` };
  if (job === undefined)
    return { state: 'retry', ambiguous: true, reason: `Partnerize answered ${status} without a job` };
  return {
    state: 'delivered',
    reason: 'taken by Partnerize, verdict pending',
    reference: job,
    confirmAfter: seconds(30),
  };
}

function errorsOf(body: string): string {
  const error = parseObject(body)?.['error'];
  const list = isObject(error) && Array.isArray(error['errors']) ? error['errors'].filter(isObject) : [];
  const words = list.map((one) => [textOf(one['property']), textOf(one['message'])].filter(Boolean).join(': '));
  return words.join('; ') || 'no detail given';
}

/** Of a change its job says it; "complete" alone doesn't: items may have failed. */
export function readBulkJob(response: HttpResponse): Verdict {
  const { status, body } = response;
  const slow = slowDown(response);
  if (slow) return { state: 'pending', ...slow };
  const data = status === 200 ? parseObject(body)?.['data'] : undefined;
  const job = isObject(data) ? data : undefined;
  const state = textOf(job?.['status']);
  if (state === 'failed') return { state: 'declined', reason: 'Partnerize’s job failed' };
  if (state !== 'complete') return { state: 'pending', reason: `Partnerize: ${state ?? `answered ${status}`}` };
  const failed = Number(job?.['item_error_count'] ?? 0);
  if (failed === 0) return { state: 'confirmed', reason: 'changed at Partnerize' };
  return {
    state: 'declined',
    reason: `Partnerize could not change ${failed} of ${textOf(job?.['item_total_count']) ?? '?'} (approved for payment, or unknown there)`,
  };
}

/** Of a sale its own report says it. */
export function readRecorded(response: HttpResponse, { order: { orderId } }: Report): Verdict {
  const found = find(response, orderId);
  const value = found?.['conversion_value'];
  if (!found) return { state: 'pending', reason: 'told; Partnerize does not show it (yet)' };
  const status = (isObject(value) ? textOf(value['conversion_status']) : undefined) ?? 'recorded';
  return status === 'rejected'
    ? { state: 'declined', reason: 'Partnerize rejected it' }
    : { state: 'confirmed', reason: `Partnerize has it: ${status}` };
}
