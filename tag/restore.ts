/** Late part. What the collector answers about a journey: taken into the cookie, asked for when the cookie got lost, told of a withdrawal. */
import type { JourneyReply } from '../collector/wire.ts';
import { post } from './beacon.ts';
import type { Answer } from './beacon.ts';
import { isGranted } from './consent.ts';
import { read, root, write } from './cookie.ts';
import { decodeJourney, encodeJourney, mergeJourneys } from './journey.ts';
import type { Journey } from './journey.ts';
import { journey, keepNew, newId } from './keeper.ts';
import { QUEUE } from './queue.ts';
import { flush, listen } from './retry.ts';
import { SEEN } from './sale.ts';
import { guard } from './say.ts';
import { consent, site } from './state.ts';

/** When the collector was last asked for a lost journey. */
const ASKED = '_ct_t';
const HOUR = 36e5;

/** Takes over what the collector knows of this visitor, who may have been here in ways that this browser forgot. */
export function learn([text, response]: Answer, own?: Journey): void {
  // Consent was withdrawn while the collector was asked.
  if (!isGranted()) return;
  // A hand-over that was used before: what the link brought is somebody's bookmark.
  if (response?.status === 409 && own) keepNew(encodeJourney(own));
  const reply = guard(JSON.parse)(text ?? '') as Partial<JourneyReply> | undefined;
  if (!reply?.touches?.[0] || !reply.visitor) return;
  const kept = decodeJourney(journey()) ?? { visitor: '', touches: [] };
  keepNew(encodeJourney(mergeJourneys(kept, reply as Journey)));
  writeNetworkCookies(reply as Journey);
  // Fields and frames are filled anew.
  site.call('page');
}

/** Networks may read their id under a name of their own; the newest wins. */
function writeNetworkCookies({ touches }: Journey): void {
  for (const { name, param, days } of site.cookies ?? []) {
    const newest = touches.filter((touch) => touch.param === param).pop();
    if (newest) write(name, newest.value, root(), days);
  }
}

/**
 * Brings up to date what earlier pages left: orders that wait, and a journey whose cookie is gone though there was one. `_ct_h`, which the
 * collector sets beside `_ct_v` and which like it outlives Safari's cap on cookies of scripts, remembers it. Nobody asks twice in an hour.
 */
export async function restore(): Promise<void> {
  flush();
  listen();
  const now = Date.now();
  if (journey() || !read('_ct_h') || now - Number(guard(() => localStorage[ASKED] as string | undefined)() ?? 0) < HOUR)
    return;
  guard(() => (localStorage[ASKED] = now))();
  learn(await post('/touch', { visitor: newId(), touches: [], consent }));
}

/** Removes what was stored, networks' cookies too; the collector forgets its own one, and keeps the withdrawal as proof. */
export function withdraw(): void {
  const visitor = decodeJourney(journey())?.visitor;
  site.journey = undefined;
  for (const name of ['_ct', SEEN, ...(site.cookies ?? []).map((cookie) => cookie.name)])
    if (read(name)) write(name, '');
  guard(() => {
    for (const name of Object.keys(localStorage))
      if (name.startsWith(QUEUE) || name === ASKED) delete localStorage[name];
  })();
  if (visitor) void post('/touch', { visitor, touches: [], consent });
}
