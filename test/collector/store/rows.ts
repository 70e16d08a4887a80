/** Rows as tests write them: the smallest that are right, changed by what a test is about. */
import type { Deed } from '../../../collector/model/upkeep/deed.ts';
import type { Attempt, Delivery } from '../../../collector/model/delivery.ts';
import type { StoredOrder } from '../../../collector/model/stored-order.ts';
import type { Touch } from '../../../collector/model/touch.ts';
import type { Changes, Wanted } from '../../../collector/store/ingest-store.ts';
import type { Settlement, Store } from '../../../collector/store/store.ts';

export const NOON = Date.parse('2026-11-20T12:00:00Z');

let serial = 0;
export const freshId = (): string => `id-${String((serial += 1)).padStart(8, '0')}`;

export const nothingWanted = (): Wanted => ({ visitors: [], orders: [], identities: [], handovers: [] });

export const changes = (more: Partial<Changes> = {}): Changes => ({
  ...{ touches: [], orders: [], deliveries: [], events: [], identities: [], handovers: [] },
  ...{ pending: [], pendingDone: [], quarantine: [], ...more },
});

export const touch = (more: Partial<Touch> = {}): Touch & { site: string } => ({
  ...{ site: 'shop', id: freshId(), visitor: 'visitor-1', param: 'irclickid', value: 'abc', kind: 'partner', at: NOON },
  ...more,
});

export function storedOrder(orderId = 'O1', more: Partial<StoredOrder> = {}): StoredOrder {
  const order: StoredOrder['order'] = {
    ...{ orderId, total: 11200, currency: 'USD', coupons: ['A'], placedAt: NOON, status: 'approved' },
    ...{ items: [{ sku: 'A', quantity: 2, price: 5600 }], personal: {} },
  };
  const { orderId: _key, personal: _apart, ...said } = order;
  const observation = { id: 'visitor-1', visitor: 'visitor-1', page: 'own' as const, at: NOON, said, given: [] };
  return {
    site: 'shop',
    order,
    words: { heard: [{ ...observation, carried: [], marks: {} }] },
    ...{ heardPersonal: null, contest: null, signals: [], gate: 'open', stopped: false, subjects: [] },
    ...{ reporter: 'browser', shopConfirmed: false, visitor: 'visitor-1', emailHash: null, consent: null },
    ...{ receivedAt: NOON, updatedAt: NOON, personal: null },
    attribution: { winner: null, rule: 'none', rulesVersion: 1, decidedAt: NOON, touches: [] },
    ...more,
  };
}

export function delivery(more: Partial<Delivery> = {}): Delivery {
  const orderId = more.orderId ?? 'O1';
  return {
    ...{ id: freshId(), site: 'shop', orderId, connection: 'impact', kind: 'conversion', seq: 0 },
    ...{ state: 'due', reason: 'ready to be sent', nextAt: NOON, deadlineAt: NOON + 30 * 86_400_000, attempts: 0 },
    report: {
      kind: more.kind ?? 'conversion',
      order: storedOrder(orderId).order,
      credited: true,
      channel: 'impact',
      at: NOON,
    },
    ...{ after: null, reference: null, confirmAt: null, polls: 0, ambiguous: false, createdAt: NOON, updatedAt: NOON },
    ...more,
  };
}

export const attempt = (more: Partial<Attempt> = {}): Attempt => ({
  ...{ at: NOON, purpose: 'report', outcome: 'delivered', reason: 'accepted', took: 12 },
  request: { method: 'POST', url: 'https://vendor.example/', body: 'a=1' },
  response: { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' },
  ...more,
});

export const write = (store: Store, more: Partial<Changes>): Promise<void> =>
  store.transact(nothingWanted(), () => ({ changes: changes(more), result: undefined }));

export const claimAll = (store: Store, now = NOON, more: Partial<Parameters<Store['claim']>[0]> = {}) =>
  store.claim({ site: 'shop', connection: 'impact', now, leaseMs: 60_000, limit: 100, owner: 'a', ...more });

export const settlement = (
  claimed: { delivery: Delivery; fence: number },
  change: Settlement['change'],
  attempts: Attempt[] = [],
): Settlement => ({ id: claimed.delivery.id, site: claimed.delivery.site, fence: claimed.fence, change, attempts });

/** A person's deed, as the audit log is to keep it. */
export const deedAt = (at = NOON, action = 'test'): Deed => ({ at, actor: 'tester', action, detail: { asked: true } });

/** What deletes or changes nothing leaves no word. */
export const replayAt = (now: number, dryRun = false): Parameters<Store['replay']>[1] => ({
  ...{ now, dryRun, deed: deedAt(now, 'replay') },
});
