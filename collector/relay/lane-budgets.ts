/** What a connection may still ask of its vendor: its hour, as the store remembers it, and the minute that it shares with others. */
import type { Connection, Site } from '../configuration/sites.ts';
import { minutes, seconds } from '../lib/duration.ts';
import type { Store } from '../store/store.ts';
import { browserHour, hasConfirmer } from './browser-share.ts';
import { createRateBudget, type RateBudget } from './rate-budget.ts';

/** The hour of a connection; of it, what orders that only browsers have reported may take. */
export async function openHour(given: {
  connection: Connection;
  site: Site | undefined;
  store: Pick<Store, 'attemptsSince' | 'browserAttemptsSince' | 'apiKeys'>;
  now: number;
}): Promise<{ budget: RateBudget; browserBudget: RateBudget | undefined }> {
  const { connection, site, store, now } = given;
  const { perHour } = connection.limits;
  const budget = createRateBudget(perHour);
  if (perHour === undefined) return { budget, browserBudget: undefined };
  const isConfirmed = site !== undefined && hasConfirmer(site, await store.apiKeys());
  const browserBudget = createRateBudget(isConfirmed ? browserHour(perHour) : perHour);
  let counted = 0;
  let countedOfBrowsers = 0;
  // What left before a restart still counts: twelve steps of five minutes tell when it stops counting.
  for (let step = 1; step <= 12; step += 1) {
    const since = now - step * minutes(5);
    const sum = await store.attemptsSince(connection.site, connection.id, since);
    // Counted from the end of their step: rather minutes too late than one request too many.
    budget.seed(sum - counted, since + minutes(5));
    counted = sum;
    const ofBrowsers = await store.browserAttemptsSince(connection.site, connection.id, since);
    browserBudget.seed(ofBrowsers - countedOfBrowsers, since + minutes(5));
    countedOfBrowsers = ofBrowsers;
  }
  return { budget, browserBudget };
}

const UNLIMITED = createRateBudget(undefined);

/** The minute of each connection: one for all that their vendor counts together. A restart begins a new one. */
export function createSharedMinutes(): (connection: Connection) => RateBudget {
  const budgets = new Map<string, RateBudget>();
  return ({ site, id, type, destination, limits: { perMinute }, settings }) => {
    if (perMinute === undefined) return UNLIMITED;
    const counted = destination?.sharesLimit?.(settings) ?? JSON.stringify([site, id]);
    const key = JSON.stringify([type, counted, perMinute]);
    const budget = budgets.get(key) ?? createRateBudget(perMinute, seconds(1));
    budgets.set(key, budget);
    return budget;
  };
}
