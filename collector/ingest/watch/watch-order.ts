/** Step 4 of 5. Which signs of invented money an order shows, from a few numbers that were read with it: the same work whatever is stored. Pure. */
import type { Site } from '../../configuration/sites.ts';
import type { Observation } from '../../model/authority/order-words.ts';
import {
  compareToNorm,
  findSignals,
  isStrangeClick,
  learnNorm,
  noNorm,
  type Norm,
  type SignalFacts,
} from './signals.ts';
import type { StoredOrder } from '../../model/stored-order.ts';
import { type Draft, orderKey } from '../draft.ts';
import type { Marks } from './mark-claims.ts';

/** Signs of the order as it stands now; `owner` is the browser that is credited. */
export function signalsOf(given: {
  stored: StoredOrder;
  owner: Observation | undefined;
  site: Site;
  batch: Draft;
}): string[] {
  const { stored, owner, site, batch } = given;
  const { order, attribution } = stored;
  const seen = (kind: keyof Marks): number | undefined => {
    const mark = owner?.marks[kind];
    return mark === undefined ? undefined : batch.known.sightings.get(orderKey(stored.site, mark))?.orders;
  };
  const { winner } = attribution;
  // A browser's own claim of when it was clicked says as much as the click: the time is its page's.
  const placed = Math.max(order.placedAt, owner?.at ?? order.placedAt);
  const facts: SignalFacts = withoutUndefined({
    ...compareToNorm(readNorm(site, batch), order),
    ordersOfClick: seen('click'),
    ordersOfVisitor: seen('visitor'),
    ordersOfAddress: seen('address'),
    ...(winner?.at == null || winner.value === null
      ? {}
      : { secondsFromClick: Math.abs(placed - winner.at) / 1000, strangeClick: isStrangeClick(winner.value) ? 1 : 0 }),
  });
  return findSignals(facts, site.config.signals);
}

/** Counts the order under the marks of the browser that names it. */
export function countSighting(
  given: { site: string; orderId: string; marks: Marks; confirmed: boolean },
  batch: Draft,
): void {
  const { site, orderId, marks, confirmed } = given;
  for (const mark of Object.values(marks) as string[]) {
    const place = orderKey(site, mark);
    const known = batch.known.sightings.get(place) ?? { orders: 0, unconfirmed: [] };
    const unconfirmed = confirmed ? known.unconfirmed : [...known.unconfirmed, orderId];
    batch.known.sightings.set(place, { orders: known.orders + 1, unconfirmed });
    (batch.changes.sightings ??= []).push({ site, mark, orderId, at: batch.now });
  }
}

/** The shop's own word teaches what its orders look like; what strangers invent teaches nothing. */
export function learnFrom({ site, order }: StoredOrder, from: Site, batch: Draft): void {
  const body = JSON.stringify(learnNorm(readNorm(from, batch), order));
  batch.known.norms.set(site, body);
  const norms = (batch.changes.norms ??= []);
  const last = norms.find((norm) => norm.site === site);
  if (last) last.body = body;
  else norms.push({ site, body });
}

function readNorm({ config }: Site, { known }: Draft): Norm {
  const body = known.norms.get(config.id);
  return body === undefined ? noNorm() : (JSON.parse(body) as Norm);
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}
