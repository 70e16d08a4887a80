/** The part of the doctor that looks at each site's newest orders: whether clicks reach them, whether the tag sees them, whose word they stand on. Pure. */
import type { Site } from '../../configuration/sites.ts';
import type { StoredOrder } from '../../model/stored-order.ts';
import type { Finding } from './finding.ts';

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
  const message = [
    `of the newest ${orders.length} orders ${touched} had a touch`,
    ...(confirmed === 0 ? [] : [`the tag saw ${confirmed - unseen} of ${confirmed} that the shop reported`]),
    ...(credited === 0 ? [] : [`${onBrowsersWord} of ${credited} credited ones stand on a browser's word alone`]),
  ].join('; ');
  const area = `orders of ${site}`;
  if (isTagged && confirmed >= FEWEST && unseen / confirmed >= MANY_UNSEEN)
    return {
      ...{ area, level: 'warn', message },
      fix: 'Look whether the tag stands on the thank-you page and the checkout, and whether the order id there is the one that the shop reports.',
    };
  if (1 - touched / orders.length >= ALMOST_ALL)
    return {
      ...{ area, level: 'warn', message },
      fix: `Open the shop by a test click (page of a connection) and buy: if that order has no touch either, list the hosts of cart and checkout in linked of ${site}.`,
    };
  return { area, level: 'ok', message };
}
