/**
 * What other rules would have decided on the orders of the last days, beside those in force. Both decide anew, so that a difference comes from
 * the rules alone; orders on which the rules in force would not say what was decided are left out, and counted.
 */
import { setImmediate } from 'node:timers/promises';
import type { PartnerCompared, RulesCompared } from '../../../wire/admin/rules.ts';
import type { Site } from '../../configuration/sites.ts';
import { days as daysLong } from '../../lib/duration.ts';
import { formatMoney } from '../../lib/money.ts';
import type { StoredOrder } from '../../model/stored-order.ts';
import type { FiguresStore } from '../../store/figures-store.ts';
import type { Store } from '../../store/store.ts';
import type { RulesFile } from '../../configuration/file/read-rules.ts';
import { replayOrder } from '../what-if.ts';

/** Orders that are looked at, and those that are told one by one. */
const MOST = 2000;
const TOLD = 100;
/** Between so many orders whoever else waits has a turn. */
const TURN = 25;

interface Sum {
  before: { orders: number; total: number };
  after: { orders: number; total: number };
}

export async function compareRules(
  { site, rules, days, now }: { site: Site; rules: RulesFile; days: number; now: number },
  store: Pick<FiguresStore, 'orderList'> & Pick<Store, 'touchesOf'>,
): Promise<RulesCompared> {
  const since = now - daysLong(days);
  const found = await store.orderList({ site: site.config.id, since, until: now + 1, limit: MOST + 1 });
  const inForce: RulesFile = { attribution: site.config.attribution, connections: {} };
  const sums = new Map<string, Sum>();
  const changed: RulesCompared['changed'] = [];
  let [orders, apart, changes] = [0, 0, 0];
  for (const [index, stored] of found.slice(0, MOST).entries()) {
    if (index % TURN === TURN - 1) await setImmediate();
    const { order, attribution } = stored;
    if (order.status === 'cancelled' || order.status === 'refunded') continue;
    const decide = async (by: RulesFile) =>
      (await replayOrder({ stored, site, rules: by, store })).replayed.attribution;
    const was = (await decide(inForce)).winner?.connection ?? null;
    if (was !== (attribution.winner?.connection ?? null)) {
      apart += 1;
      continue;
    }
    orders += 1;
    const other = await decide(rules);
    const would = other.winner?.connection ?? null;
    addTo(sums, { partner: was, order, when: 'before' });
    addTo(sums, { partner: would, order, when: 'after' });
    if (was === would) continue;
    changes += 1;
    const { reason = '' } = other.touches.find(({ connection }) => connection === (would ?? was)) ?? {};
    if (changed.length < TOLD) changed.push({ orderId: order.orderId, was, would, reason });
  }
  const partners = [...sums].map(([key, sum]) => viewSum(key, sum)).toSorted((a, b) => b.before - a.before);
  return {
    ...{ since: new Date(since).toISOString(), orders, apart, changes, changed, partners },
    more: found.length > MOST,
  };
}

function addTo(
  sums: Map<string, Sum>,
  given: { partner: string | null; order: StoredOrder['order']; when: keyof Sum },
): void {
  const { partner, order, when } = given;
  const key = JSON.stringify([partner, order.currency]);
  const sum = sums.get(key) ?? { before: { orders: 0, total: 0 }, after: { orders: 0, total: 0 } };
  sum[when] = { orders: sum[when].orders + 1, total: sum[when].total + order.total };
  sums.set(key, sum);
}

function viewSum(key: string, { before, after }: Sum): PartnerCompared {
  const [partner, currency] = JSON.parse(key) as [string | null, string];
  return {
    ...{ partner, currency, before: before.orders, after: after.orders },
    beforeTotal: formatMoney({ minor: before.total, currency }),
    afterTotal: formatMoney({ minor: after.total, currency }),
  };
}
