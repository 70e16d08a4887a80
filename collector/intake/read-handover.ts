/** Step 2 of 5. A hand-over between the site's domains: the page that makes one says so, the page that it leads to brings it back. Pure. */
import { decodeJourney } from '../../wire/journey.ts';
import { openHandover } from '../../wire/handover.ts';
import { sha256 } from '../lib/hash.ts';

/** Longer than any journey that a cookie holds, as a link carries it. */
const LONGEST = 8192;

/** What the store knows a token by. */
export const handoverId = (token: string): string => sha256(token).slice(0, 32);

/** The touches of a token, and its id; undefined where it is none. What older tags made, which named a visitor, is none. */
export function readHandover(token: unknown): { id: string; touches: readonly object[] } | undefined {
  if (typeof token !== 'string' || token.length > LONGEST || !/^[\w-]+$/.test(token)) return undefined;
  try {
    const touches = decodeJourney(openHandover(token)?.journey)?.touches;
    return touches && { id: handoverId(token), touches };
  } catch {
    return undefined; // base64 or its pattern broken: garbage in a link
  }
}
