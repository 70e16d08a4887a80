/** Late part. What the collector answers about a journey: taken into the cookie, asked for when the cookie got lost. */
import { decodeJourney, encodeJourney, type Journey, mergeJourneys } from '../../wire/journey.ts';
import type { JourneyReply } from '../../wire/messages.ts';
import { postJson } from '../beacon.ts';
import { isGranted } from '../consent.ts';
import { readCookie, findRootDomain, writeCookie } from '../cookie.ts';
import { readJourney, keepJourney, newId } from '../journey-cookie.ts';
import { ASKED, HINT, JOURNEY, UNTOLD } from '../names.ts';
import type { Answer } from '../parts.ts';
import { guard } from '../say.ts';
import { consent, site } from '../state.ts';
import { storage } from '../storage.ts';
import { sendDueOrders, retryWhenVisible } from './retry.ts';

const HOUR = 36e5;
const DAY_SECONDS = 86400;

/**
 * The same for a text that may be kept already: a cookie that a server wrote is not written again by a script, which would cut its life to Safari's
 * seven days.
 */
export const keepNew = (text: string): void => {
  if (text !== readCookie(JOURNEY)) keepJourney(text);
};

/** A withdrawal that an earlier page could not tell. */
function tellWithdrawal(): void {
  const body = guard(JSON.parse)(storage[UNTOLD] ?? '') as object | undefined;
  if (body) void postJson('/touch', body).then(([, response]) => response?.ok === true && delete storage[UNTOLD]);
}

/** Takes over what the collector knows of this visitor, who may have been here in ways that this browser forgot. */
export function takeJourney([text]: Answer): void {
  // Consent was withdrawn while the collector was asked.
  if (!isGranted()) return;
  writeNetworkCookies();
  const reply = guard(JSON.parse)(text ?? '') as Partial<JourneyReply> | undefined;
  if (!reply?.touches?.[0] || !reply.visitor) return;
  joinJourney(reply as Journey);
}

/** Joins a journey to the one that is there, under its visitor. */
export function joinJourney(brought: Journey): void {
  const kept = decodeJourney(readJourney()) ?? { visitor: '', touches: [] };
  keepNew(encodeJourney(mergeJourneys(kept, brought)));
  writeNetworkCookies();
  // Fields and frames are filled anew.
  site.call('page');
}

/** Networks may read their id under a name of their own; the newest wins. */
function writeNetworkCookies(): void {
  const touches = decodeJourney(readJourney())?.touches ?? [];
  for (const [name, [param, days]] of Object.entries(site.cookies ?? {})) {
    const newest = touches.filter((touch) => touch.param === param).pop();
    if (newest) writeCookie(name, newest.value, findRootDomain(), days * DAY_SECONDS);
  }
}

/**
 * Brings up to date what earlier pages left: orders that wait, and a journey whose cookie is gone though there was one. `_ct_h`, which the
 * collector sets beside `_ct_v` and which like it outlives Safari's cap on cookies of scripts, remembers it. Nobody asks twice in an hour.
 */
export async function restoreJourney(): Promise<void> {
  tellWithdrawal();
  sendDueOrders();
  retryWhenVisible();
  const now = Date.now();
  if (readJourney() || !readCookie(HINT) || now - Number(storage[ASKED] ?? 0) < HOUR) return;
  storage[ASKED] = `${now}`;
  takeJourney(await postJson('/touch', { visitor: newId(), touches: [], consent }));
}
