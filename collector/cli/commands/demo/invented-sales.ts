/** The demo's past: ninety days of invented sales, the same in every demo, said through the product's own front door by an invented clock. */
import { createFrontDoor } from '../../../ingest/front-door.ts';
import { createIngest } from '../../../ingest/ingest.ts';
import type { IntakeRequest } from '../../../intake/read-request.ts';
import { shopCommand } from '../../../intake/read-shop-order.ts';
import { readPatch } from '../../../intake/validate-patch.ts';
import { days, hours, minutes } from '../../../lib/duration.ts';
import type { Seal } from '../../../lib/seal.ts';
import type { Sites } from '../../../configuration/sites.ts';
import type { Delivery, DeliveryState } from '../../../model/delivery.ts';
import type { Stores } from '../../../store/store.ts';

export interface PastDeps {
  store: Stores;
  sites: () => Promise<Sites>;
  seal: Seal;
  /** When the demo begins: the past ends a little before. */
  now: number;
  /** Sets the store's clock. */
  setClock: (now: number) => void;
}

const SITE = 'shop';
/** Counted with the day of the demo itself. */
const DAYS = 89;
const REASON = 'an invented sale of the demo: nobody was told';
const GOODS = [
  ['MUG-1', 'Enamel mug', 14],
  ['LAMP-2', 'Reading lamp', 58],
  ['BAG-3', 'Canvas bag', 36.5],
  ['CHAIR-4', 'Garden chair', 129],
  ['SEED-5', 'Wild flower seeds', 4.9],
] as const;

/** Numbers that look like chance and are the same every time (mulberry32). */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Nothing where the store holds orders already: a kept folder has a past of its own. */
export async function inventPast(deps: PastDeps): Promise<void> {
  const { store, now, setClock } = deps;
  if ((await store.orderPage({ after: null, limit: 1 })).rows.length > 0) return;
  const chance = chances(20_261_126);
  let clock = now;
  const ingest = createIngest({ ...deps, clock: () => clock });
  const door = createFrontDoor({ ingest, sites: deps.sites, clock: () => clock });
  let count = 0;
  for (let day = DAYS; day >= 0; day -= 1) {
    const isWeekend = [0, 6].includes(new Date(now - days(day)).getUTCDay());
    const busy = (isWeekend ? 0.6 : 1) * (0.7 + (0.6 * (DAYS - day)) / DAYS);
    for (const hour of [20, 9, 2]) {
      clock = now - days(day) - hours(hour);
      setClock(clock);
      const some = Math.round(busy * (1 + 2 * chance()));
      const orders = Array.from({ length: some }, () => inventOrder((count += 1), clock, chance));
      await door.receive(orders.map((order) => report(order)));
      await confirm(orders, { ...deps, ingest, clock });
      await settle(deps.store, clock, chance);
    }
  }
  await leaveWork({ ...deps, door, clock });
  setClock(now);
}

type Invented = ReturnType<typeof inventOrder>;

function inventOrder(number: number, now: number, chance: () => number) {
  const visitor = `visitor-${String(number).padStart(5, '0')}`;
  const items = Array.from({ length: 1 + Math.floor(3 * chance()) }, () => {
    const [sku, name, price] = GOODS[Math.floor(chance() * GOODS.length)]!;
    return { sku, name, quantity: 1 + Math.floor(2 * chance()), price: price.toFixed(2) };
  });
  const total = items.reduce((sum, { quantity, price }) => sum + quantity * Number(price), 0).toFixed(2);
  const who = chance();
  const landed = now - minutes(20) - Math.floor(days(6) * chance());
  const click = (param: string): object => ({ param, value: clickId(chance), at: landed });
  const touches = [
    ...(who < 0.42 ? [click('irclickid')] : []),
    ...(who > 0.32 && who < 0.6 ? [click('blog_click')] : []),
  ];
  return {
    ...{ orderId: `D${10_000 + number}`, total, currency: 'USD', items, visitor, touches },
    placedAt: new Date(now).toISOString(),
    customer: {
      ...{ id: `customer-${1 + (number % 170)}`, email: `customer-${1 + (number % 170)}@shop.example` },
      isNew: number <= 170,
    },
  };
}

/** As impact.com makes them: letters and digits, 39 of them. */
function clickId(chance: () => number): string {
  const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: 39 }, () => signs[Math.floor(chance() * signs.length)]).join('');
}

const report = (order: object): IntakeRequest => ({ route: 'conversion', site: SITE, body: JSON.stringify(order) });

/** The shop says of most orders what they are, and takes a few of them back. */
async function confirm(
  orders: readonly Invented[],
  { sites, ingest, clock }: PastDeps & { ingest: ReturnType<typeof createIngest>; clock: number },
): Promise<void> {
  const site = (await sites()).byId.get(SITE)!;
  const said = orders.filter((_, index) => index % 4 !== 3);
  const commands = said.map(
    ({ visitor, touches: _, ...order }) => shopCommand({ ...order, visitor }, site, clock).command,
  );
  const back = orders.filter(({ orderId }) => Number(orderId.slice(1)) % 19 === 0);
  const { patch } = readPatch({ status: 'refunded', reason: 'sent back by the customer' });
  await ingest.ingest([
    ...commands,
    ...back.map(({ orderId }) => ({ type: 'change' as const, site: SITE, orderId, patch: patch! })),
  ]);
}

/** What the vendors would have said: the sandbox is new, and is not asked about the past. */
async function settle(store: Stores, now: number, chance: () => number): Promise<void> {
  const open = await store.deliveries({ site: SITE, states: ['due', 'sending', 'waiting', 'by_hand'], limit: 10_000 });
  const stateOf = ({ connection }: Delivery): DeliveryState => {
    if (connection === 'impact') return chance() < 0.96 ? 'confirmed' : 'declined';
    return connection === 'vt' && chance() < 0.1 ? 'no_match' : 'delivered';
  };
  await store.settle(
    open.map((delivery) => ({
      ...{ id: delivery.id, site: SITE, fence: 0, attempts: [] },
      change: { state: stateOf(delivery), reason: REASON, nextAt: null, confirmAt: null },
    })),
    now,
  );
}

/** What asks for a person today: a report that was rejected, one to be done by hand, an order that two browsers name, two that can't be read. */
async function leaveWork({
  store,
  now,
  setClock,
  door,
}: PastDeps & { door: ReturnType<typeof createFrontDoor>; clock: number }): Promise<void> {
  setClock(now);
  const [first, second] = (await store.deliveries({ site: SITE, connection: 'bloggers', limit: 2 })) as [
    Delivery,
    Delivery,
  ];
  const mark = (delivery: Delivery, state: DeliveryState, reason: string) => ({
    ...{ id: delivery.id, site: SITE, fence: 0, attempts: [], change: { state, reason, nextAt: null } },
  });
  await store.settle(
    [
      mark(first, 'rejected', 'HTTP 422: the order number is too long (invented for the demo)'),
      mark(second, 'by_hand', 'this network has no way to be told of a change: tell it there (invented for the demo)'),
    ],
    now,
  );
  const claim = (visitor: string, value: string, total: string): object => ({
    ...{ orderId: 'D-CONTESTED', total, currency: 'USD', visitor },
    touches: [{ param: 'irclickid', value, at: now - hours(30) }],
  });
  await door.receive([
    report(claim('visitor-anna', 'demo-click-anna', '129.00')),
    report(claim('visitor-ben', 'demo-click-ben', '1290.00')),
    report({ orderId: 'D-UNREADABLE-1', total: 'forty', currency: 'USD' }),
    report({ orderId: 'D-UNREADABLE-2', total: '19.90', currency: 'dollars' }),
  ]);
  await settleContested(store, now);
}

/** The contested order was told on the first browser's word. */
async function settleContested(store: Stores, now: number): Promise<void> {
  const told = await store.deliveriesOf(SITE, 'D-CONTESTED');
  await store.settle(
    told.map(({ id }) => ({
      ...{ id, site: SITE, fence: 0, attempts: [] },
      change: { state: 'delivered', reason: REASON, nextAt: null, confirmAt: null },
    })),
    now,
  );
}
