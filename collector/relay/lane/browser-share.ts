/** Whose orders go first at a vendor's hourly limit: a stranger can report any number of orders, the shop confirms its own. Pure. */
import type { Site } from '../../configuration/sites.ts';
import type { ApiKeyRow } from '../../model/api-key.ts';
import { sources } from '../../sources/index.ts';
import type { Lane } from './lane.ts';

/** Of an hour, orders that only a browser has reported take at most this much, so that room is left for the next one that the shop confirms. */
const BROWSER_SHARE = 0.8;
/** One order of a browser alone leaves after so many that the shop has confirmed, so that they don't wait for ever. */
const BROWSER_TURN = 4;

/** Requests of an hour that orders reported by browsers alone may take. */
export const browserHour = (perHour: number): number => Math.max(1, Math.floor(perHour * BROWSER_SHARE));

/** Whether anybody confirms this site's orders: a key, a signing secret, a shop that is read. Where nobody does, browsers have the whole hour. */
export function hasConfirmer({ config, connections }: Site, keys: readonly ApiKeyRow[]): boolean {
  const names = sources.map(({ name }) => name);
  return (
    keys.some(({ sites, revokedAt }) => revokedAt === null && sites.includes(config.id)) ||
    connections.some(({ type, enabled }) => enabled && names.includes(type))
  );
}

/** How many of those to lease now that only browsers have reported. Only where a vendor limits the hour; elsewhere whoever is due leaves. */
export function browserTurn(
  {
    perHour,
    browserBudget,
    buffer,
    confirmedInTurn,
  }: Pick<Lane, 'perHour' | 'browserBudget' | 'buffer' | 'confirmedInTurn'>,
  now: number,
): { atLeast: number; atMost: number } | undefined {
  if (perHour === undefined || !browserBudget) return undefined;
  const ahead = buffer.filter(({ claimed }) => !claimed.confirmed).length;
  const atMost = Math.max(0, browserBudget.available(now) - ahead);
  return { atLeast: confirmedInTurn >= BROWSER_TURN && ahead === 0 ? Math.min(1, atMost) : 0, atMost };
}
