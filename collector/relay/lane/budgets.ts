/** What a connection may still ask of its vendor: its hour, as the store remembers it, and the minute that it shares with others. */
import type { Connection, Site, Sites } from '../../configuration/sites.ts';
import { minutes, seconds } from '../../lib/duration.ts';
import type { Seal } from '../../lib/seal.ts';
import type { LaneToken } from '../../store/lane-store.ts';
import type { Store } from '../../store/store.ts';
import { browserHour, hasConfirmer } from './browser-share.ts';
import { laneKey } from './known-lanes.ts';
import { createLaneNames, type Lane } from './lane.ts';
import { createRateBudget, joinBudgets, type RateBudget } from './rate-budget.ts';

/** The hour of a connection; of it, what orders that only browsers have reported may take. */
export async function openHour(given: {
  connection: Connection;
  site: Site | undefined;
  store: Pick<Store, 'attemptsSince' | 'browserAttemptsSince' | 'apiKeys' | 'leasedNow'>;
  now: number;
}): Promise<{ budget: RateBudget; browserBudget: RateBudget | undefined }> {
  const { connection, site, store, now } = given;
  const { perHour } = connection.limits;
  const budget = createRateBudget(perHour);
  if (perHour === undefined) return { budget, browserBudget: undefined };
  const isConfirmed = site !== undefined && hasConfirmer(site, await store.apiKeys());
  const browserBudget = createRateBudget(isConfirmed ? browserHour(perHour) : perHour);
  // What somebody else may be sending right now is counted before it is written down: rather twice than not at all.
  const onTheirWay = await store.leasedNow(connection.site, connection.id, now);
  for (const each of [budget, browserBudget]) each.seed(onTheirWay, now);
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

/**
 * The minute of each connection: one for all that their vendor counts together, which are those of one lane. It is opened anew with each
 * right to the lane, and what has left for any of them in the minute before counts, whoever sent it.
 */
export function createSharedMinutes(deps: {
  store: Pick<Store, 'attemptsSince' | 'leasedNow' | 'askedSince'>;
  sites: () => Promise<Sites>;
  laneOf: (connection: Connection) => string;
}): (connection: Connection, token: LaneToken | undefined, now: number) => Promise<RateBudget> {
  const { store, sites, laneOf } = deps;
  const budgets = new Map<string, { fence: number | undefined; opened: Promise<RateBudget> }>();
  const asked = createAskedBeside(store);
  const sharing = async (name: string): Promise<Connection[]> =>
    [...(await sites()).byId.values()].flatMap(({ connections }) => connections).filter((one) => laneOf(one) === name);

  async function open(name: string, perMinute: number, now: number): Promise<RateBudget> {
    const budget = createRateBudget(perMinute, seconds(1));
    for (const { site, id } of await sharing(name)) {
      budget.seed(await store.leasedNow(site, id, now), now);
      budget.seed(await store.attemptsSince(site, id, now - minutes(1)), now);
    }
    return budget;
  }

  return async (connection, token, now) => {
    const { perMinute } = connection.limits;
    if (perMinute === undefined) return UNLIMITED;
    const name = laneOf(connection);
    const key = JSON.stringify([name, perMinute]);
    const known = budgets.get(key);
    if (known && known.fence === token?.fence) {
      const budget = await known.opened;
      budget.seed(await asked.since(key, () => sharing(name), now), now);
      return budget;
    }
    asked.begin(key, now);
    const opened = open(name, perMinute, now);
    budgets.set(key, { fence: token?.fence, opened });
    // A store that could not be asked is asked again.
    opened.catch(() => budgets.delete(key));
    return opened;
  };
}

/** How often it is looked what has left beside the relay: reports are asked for by people, and by other processes. */
const LOOK_EVERY = seconds(1);

/** What has been asked for beside the relay since a budget was opened or looked at last; each request counts once, or rather twice than not at all. */
export function createAskedBeside(store: Pick<Store, 'askedSince'>) {
  const looked = new Map<string, number>();
  return {
    begin: (key: string, now: number): void => void looked.set(key, now),
    async since(key: string, connections: () => Promise<Connection[]>, now: number): Promise<number> {
      const last = looked.get(key) ?? now;
      if (now - last < LOOK_EVERY) return 0;
      looked.set(key, now);
      const asking = (await connections()).filter(({ destination }) => destination?.ownReport);
      const counts = await Promise.all(asking.map(({ site, id }) => store.askedSince(site, id, last)));
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}

/** What a lane may still ask of its vendor: its hour, opened where it isn't yet or its limit has changed, and the minute that it shares. */
export function createLaneBudgets(deps: {
  store: Pick<Store, 'attemptsSince' | 'browserAttemptsSince' | 'apiKeys' | 'leasedNow' | 'askedSince'>;
  sites: () => Promise<Sites>;
  laneNameOf: (connection: Connection) => string;
}): (lane: Lane, connection: Connection, now: number) => Promise<RateBudget> {
  const { store, sites, laneNameOf } = deps;
  const minutesOf = createSharedMinutes({ store, sites, laneOf: laneNameOf });
  const asked = createAskedBeside(store);
  return async (lane, connection, now) => {
    const { perHour } = connection.limits;
    const key = laneKey(lane);
    if (lane.budget && perHour !== undefined)
      lane.budget.seed(await asked.since(key, async () => [connection], now), now);
    if (!lane.budget || lane.perHour !== perHour) {
      lane.perHour = perHour;
      asked.begin(key, now);
      const site = (await sites()).byId.get(lane.site);
      const opened = await openHour({ connection, site, store, now });
      lane.budget = opened.budget;
      lane.browserBudget = opened.browserBudget;
    }
    return joinBudgets(lane.budget, await minutesOf(connection, lane.token, now));
  };
}

/** What may be asked of a vendor beside the relay (for its report): what is left of hour and minute after all that left lately, whoever sent it. */
export async function openBudgetBeside(given: {
  connection: Connection;
  store: Pick<Store, 'attemptsSince' | 'browserAttemptsSince' | 'apiKeys' | 'leasedNow' | 'askedSince'>;
  sites: () => Promise<Sites>;
  seal: Seal;
  now: number;
}): Promise<RateBudget> {
  const { connection, store, sites, seal, now } = given;
  const { budget } = await openHour({ connection, site: undefined, store, now });
  const minutesOf = createSharedMinutes({ store, sites, laneOf: createLaneNames(seal) });
  return joinBudgets(budget, await minutesOf(connection, undefined, now));
}

/** Writes down each request of a report before it leaves, so that those who tell the network's sales count it. */
export const notesBeside =
  ({ site, id }: Connection, store: Pick<Store, 'noteAsked'>) =>
  (at: number): Promise<void> =>
    store.noteAsked(site, id, at);
