/** The part of the doctor that looks at each site's newest orders: whether clicks reach them, whether the tag sees them, whose word they stand on. Pure. */
import type { Site } from '../../configuration/sites.ts';
import type { StoredOrder } from '../../model/stored-order.ts';
import { describeFinding, type Finding, type Said } from './finding.ts';

/** Orders of a site that are looked at. */
export const NEWEST_ORDERS = 200;
/** Fewer say nothing. */
const FEWEST = 20;
/** Share of orders without a touch from which it is rather the linker or the tag than the buyers. */
const ALMOST_ALL = 0.95;
/** Share of the shop's orders that the tag missed from which it is rather missing on a page than blocked by browsers. */
const MANY_UNSEEN = 0.5;

export function orderFindings(given: {
  sites: readonly Pick<Site, 'config'>[];
  /** Newest first, by site. */
  newest: ReadonlyMap<string, readonly Pick<StoredOrder, 'attribution' | 'shopConfirmed' | 'words'>[]>;
  /** Sites whose tag some page has fetched. */
  tagged: ReadonlySet<string>;
}): Finding[] {
  return given.sites.flatMap(({ config: { id } }) => {
    const orders = given.newest.get(id) ?? [];
    return orders.length < FEWEST ? [] : [findingOf(id, orders, given.tagged.has(id))];
  });
}

function findingOf(
  site: string,
  orders: readonly Pick<StoredOrder, 'attribution' | 'shopConfirmed' | 'words'>[],
  isTagged: boolean,
): Finding {
  const count = (is: (order: (typeof orders)[number]) => boolean): number => orders.filter(is).length;
  const touched = count(({ attribution }) => attribution.touches.length > 0);
  const credited = count(({ attribution }) => attribution.winner !== null);
  const onBrowsersWord = count(({ attribution, shopConfirmed }) => attribution.winner !== null && !shopConfirmed);
  const confirmed = count(({ shopConfirmed }) => shopConfirmed);
  const unseen = count(({ shopConfirmed, words }) => shopConfirmed && words.heard.length === 0);
  const said: Said[] = [
    ['orders.touched', { orders: orders.length, count: touched }],
    ...(confirmed === 0 ? [] : [['orders.seen', { count: confirmed - unseen, confirmed }] as const]),
    ...(credited === 0 ? [] : [['orders.word', { count: onBrowsersWord, credited }] as const]),
  ];
  const area = `orders of ${site}`;
  if (isTagged && confirmed >= FEWEST && unseen / confirmed >= MANY_UNSEEN)
    return describeFinding({ area, level: 'warn', said, mend: 'orders.unseen' });
  if (1 - touched / orders.length >= ALMOST_ALL)
    return describeFinding({ area, level: 'warn', said, mend: ['orders.untouched', { site }] });
  return describeFinding({ area, level: 'ok', said });
}
