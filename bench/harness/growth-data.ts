/** A shop that has been there for two months, generated: the touches are loaded in bulk, the orders have gone through the front door at their time. */
import { applyConfiguration } from '../../collector/configuration/apply.ts';
import { cachedSites, type Sites } from '../../collector/configuration/sites.ts';
import { createFrontDoor, type FrontDoor } from '../../collector/ingest/front-door.ts';
import { createIngest } from '../../collector/ingest/ingest.ts';
import type { IntakeRequest } from '../../collector/intake/read-request.ts';
import { newId, newVisitorName } from '../../collector/lib/id.ts';
import type { Changes } from '../../collector/store/ingest-store.ts';
import { openData, type DataPlace } from '../../collector/store/open-data.ts';
import type { Claimed, Stores } from '../../collector/store/store.ts';

export { readFigures } from '../../collector/admin/figures/read-figures.ts';
export { readOrderView } from '../../collector/admin/read-order-view.ts';
export { newId, newVisitorName };

const DAY = 86_400_000;
const SPAN = 60 * DAY;
/** Landings of one visitor, and those of all for one order. */
const LANDINGS = 3;
const TOUCHES_AN_ORDER = 50;
const AT_ONCE = 5000;
const LEASE = 60_000;
const ORIGIN = 'https://shop.example';

export interface GrownShop {
  touches: number;
  store: Stores;
  door: FrontDoor;
  sites: () => Promise<Sites>;
  clock: () => number;
  /** Visitors who have landed and not bought, the newest first, so that their clicks still count; each is handed out once. */
  nextVisitor: () => string;
  /** Numbers of orders that were loaded. */
  orders: string[];
  close: () => Promise<void>;
}

export async function growShop(given: {
  touches: number;
  place: DataPlace;
  config: string;
  now: number;
  tell: (done: number) => void;
}): Promise<GrownShop> {
  const { touches, place, config, now, tell } = given;
  let moment = now - SPAN;
  const clock = (): number => moment;
  const { store, seal } = await openData({ ...place, key: 'an invented key of benchmarks', clock });
  await applyConfiguration({
    ...{ text: config, folder: '.', store, seal, now: moment, prune: false, dryRun: false, allowPrivate: true },
    ...{ env: () => undefined, actor: 'benchmark' },
  });
  const sites = cachedSites({ store, seal });
  const door = createFrontDoor({ ingest: createIngest({ store, sites, seal, clock }), sites, clock });
  const waiting: string[] = [];
  const orders: string[] = [];
  for (let done = 0; done < touches; done += AT_ONCE) {
    const count = Math.min(AT_ONCE, touches - done);
    const until = now - SPAN + (SPAN * (done + count)) / touches;
    const names = Array.from({ length: Math.ceil(count / LANDINGS) }, () => newVisitorName(moment));
    await load(store, landings(names, { count, from: moment, until }));
    moment = until;
    const buyers = names.splice(0, Math.max(1, Math.floor(count / TOUCHES_AN_ORDER)));
    const bought = buyers.map((visitor) => saleOf(visitor, `G-${newId(moment)}`));
    for (let at = 0; at < bought.length; at += 64) await receive(door, bought.slice(at, at + 64));
    orders.push(...bought.map(({ body }) => (JSON.parse(body) as { orderId: string }).orderId));
    // As many as any measurement asks for, from the whole time.
    waiting.push(...names.slice(0, Math.ceil((4000 * count) / touches)));
    await tellAll(store, moment);
    tell(done + count);
  }
  moment = now;
  return {
    ...{ touches, store, door, sites, orders },
    clock: () => (moment += 1),
    nextVisitor: () => {
      const next = waiting.pop();
      if (next === undefined) throw new Error('No visitor is left: measure fewer orders.');
      return next;
    },
    close: () => store.close(),
  };
}

export async function receive(door: FrontDoor, requests: IntakeRequest[]): Promise<void> {
  const { answers } = await door.receive(requests);
  const refused = answers.find(({ status }) => status >= 300);
  if (refused) throw new Error(`answered ${refused.status}: ${refused.body}`);
}

const click = (name: string) => ({ param: 'irclickid', value: `Qii-${name}` });
const ADDRESS = 'https://shop.example/summer/sale?irclickid=QiiWXOVnrQ3SQHl24jQjyxBG&utm_source=partner';
const base = { site: 'shop', hosts: ['127.0.0.1:8787'], origin: ORIGIN };

/** A browser's landing, as the tag tells it. */
export function landingOf(visitor: string, at: number): IntakeRequest {
  const touches = [{ ...click(visitor), at, url: ADDRESS, referrer: 'https://partner.example/review' }];
  return { ...base, route: 'touch', body: JSON.stringify({ visitor, touches, brief: true }) };
}

/** The order of a visitor whose cookie comes along. */
export function saleOf(visitor: string, orderId: string): IntakeRequest {
  const items = [
    { sku: '1ABC2345', name: 'Product Name 1', category: 'Hardware', quantity: 2, price: '14.00' },
    { sku: '2DEF6789', name: 'Product Name 2', category: 'Software', quantity: 3, price: '28.00' },
  ];
  const order = { orderId, total: '112.00', currency: 'USD', items, customer: { id: `C-${orderId}` } };
  return { ...base, route: 'conversion', visitor, body: JSON.stringify({ visitor: `page-${orderId}`, ...order }) };
}

function landings(names: readonly string[], time: { count: number; from: number; until: number }): Changes['touches'] {
  const { count, from, until } = time;
  return Array.from({ length: count }, (_, n) => {
    const visitor = names[n % names.length]!;
    const at = Math.floor(from + ((until - from) * n) / count);
    return {
      ...{ site: 'shop', id: newId(at), visitor, ...click(`${visitor}-${n}`), kind: 'partner', at },
      ...{ url: ADDRESS, referrer: 'https://partner.example/review' },
    };
  });
}

async function load(store: Stores, touches: Changes['touches']): Promise<void> {
  const changes: Changes = {
    ...{ touches, orders: [], deliveries: [], events: [], identities: [], handovers: [] },
    ...{ pending: [], pendingDone: [], quarantine: [] },
  };
  const wanted = { visitors: [], orders: [], identities: [], handovers: [] };
  await store.transact(wanted, () => ({ changes, result: undefined }));
}

export const claimSome = (store: Stores, now: number): Promise<Claimed[]> =>
  store.claim({ site: 'shop', connection: 'impact', now, leaseMs: LEASE, limit: 64, owner: 'benchmark' });

/** What a network said of each, and when. */
export async function settleAll(store: Stores, claimed: readonly Claimed[], now: number): Promise<void> {
  const request = { method: 'POST', url: 'https://api.example/conversions', headers: {}, body: 'OrderId=…' } as const;
  const settlements = claimed.map(({ delivery, fence }) => ({
    ...{ id: delivery.id, site: 'shop', fence },
    change: {
      ...{ state: 'delivered' as const, reason: 'queued by the network', nextAt: null },
      ...{ attempts: 1, updatedAt: now },
    },
    attempts: [
      {
        ...{ at: now, purpose: 'report' as const, request, response: { status: 200, headers: {}, body: 'ok' } },
        ...{ outcome: 'delivered', reason: 'queued by the network', took: 40 },
      },
    ],
  }));
  await store.settle(settlements, now);
}

async function tellAll(store: Stores, now: number): Promise<void> {
  for (let some = await claimSome(store, now); some.length > 0; some = await claimSome(store, now))
    await settleAll(store, some, now);
}
