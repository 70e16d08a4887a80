/** Why a delivery that is due has not left: the vendor's hour is full, and how many go before it. */
import type { Sites } from '../configuration/sites.ts';
import type { Clock } from '../lib/clock.ts';
import { hours } from '../lib/duration.ts';
import type { Delivery } from '../model/delivery.ts';
import { browserHour, hasConfirmer } from '../relay/lane/browser-share.ts';
import type { Store } from '../store/store.ts';

export interface QueueReader {
  read: Pick<Store, 'attemptsSince' | 'browserAttemptsSince' | 'aheadOf' | 'apiKeys'>;
  sites: () => Promise<Sites>;
  clock: Clock;
}

/** In words, or undefined where no hourly limit holds it back. `confirmed`: the shop has spoken for the order. */
export async function findQueuePlace(
  delivery: Delivery,
  confirmed: boolean,
  { read, sites, clock }: QueueReader,
): Promise<string | undefined> {
  const now = clock();
  const { site, connection, state, nextAt } = delivery;
  if (state !== 'due' || nextAt === null || nextAt > now) return undefined;
  const inForce = (await sites()).byId.get(site);
  const perHour = inForce?.connections.find(({ id }) => id === connection)?.limits.perHour;
  if (!inForce || perHour === undefined) return undefined;
  const since = now - hours(1);
  const isFull = (await read.attemptsSince(site, connection, since)) >= perHour;
  const place = (await read.aheadOf(delivery.site, delivery.id)) + 1;
  if (isFull) return `hourly limit of ${perHour} reached, place ${place}`;
  if (confirmed || !hasConfirmer(inForce, await read.apiKeys())) return undefined;
  const share = browserHour(perHour);
  if ((await read.browserAttemptsSince(site, connection, since)) < share) return undefined;
  return `hourly limit: orders that only a browser has reported may take ${share} of ${perHour} an hour, place ${place}`;
}
