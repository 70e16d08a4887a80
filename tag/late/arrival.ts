/** Late part. The far end of a hand-over: takes the touches that a link from a linked domain brings. */
import { postJson } from '../beacon.ts';
import { isGranted } from '../consent.ts';
import { openHandover } from '../../wire/handover.ts';
import { decodeJourney } from '../../wire/journey.ts';
import { readHandover } from './handover.ts';
import { readJourney, newId } from '../journey-cookie.ts';
import { joinJourney } from './restore.ts';
import { guard, tellPage } from '../say.ts';
import { consent, site } from '../state.ts';

/** True in the files that a collector serves. */
declare const __CT_SERVED__: boolean;

/** Milliseconds until the collector is asked again about a token that it has not heard of yet. */
const AGAIN = 2e3;

/** Why nothing is taken: too old, used before, or made by no page of this site and browser. */
const FOREIGN = 'foreign link';

const TOKEN = /[?&]_ct=([\w-]+)/;

let arrived: [token: string, journey: string] | undefined;

/** The token that this page met last. */
let met: string;

/**
 * Takes the touches out of an address, which the page may have cleaned by now: it is the one that was navigated to, or the one of now. That is cleaned
 * here so that it is neither copied nor bookmarked. Held until the gate opens.
 */
export function takeArrival(address: string): void {
  const [, token] = TOKEN.exec(new URL(address).search) ?? [];
  const { origin, pathname, search, hash } = location;
  const clean = pathname + search.replace(/([?&])_ct=[\w-]+&?/, '$1').replace(/[?&]$/, '') + hash;
  // An address with a name and password in it may only be replaced by one that has them, too: a relative one has.
  for (const address of [origin + clean, clean])
    if (TOKEN.test(location.search)) guard(() => history.replaceState(history.state, '', address))();
  if (!token || token === met) return;
  met = token;
  // The collector knows who made it and when.
  const brought = guard(__CT_SERVED__ || site.collector ? openHandover : readHandover)(token);
  if (brought) arrived = [token, brought.journey];
  else tellPage('skipped', FOREIGN);
}

/** Joins what was brought to what is there, once the collector has counted the token: until then nothing is stored, for anybody can write a link. */
export async function joinArrival(tries = 3): Promise<void> {
  if (!arrived) return;
  const brought = arrived;
  const [handover, text] = brought;
  arrived = undefined;
  const visitor = decodeJourney(readJourney())?.visitor ?? newId();
  const [, response] = await postJson('/touch', { visitor, touches: [], consent, handover });
  // The page that made the link is still telling the collector of it.
  if (response?.status === 425 && tries)
    setTimeout(() => {
      arrived = brought;
      void joinArrival(tries - 1);
    }, AGAIN);
  else if (response && !response.ok) tellPage('skipped', FOREIGN);
  // Without an answer the touches stay on the page: the next order tells of them. Consent may be gone while the collector was asked.
  else if (isGranted()) joinJourney({ ...decodeJourney(text)!, visitor });
}
