/** Late part. What the collector answers about a journey: taken into the cookie, asked for when the cookie got lost, told of a withdrawal. */
import type { Consent } from '../collector/event.ts';
import type { JourneyReply } from '../collector/wire.ts';
import type { Answer } from './beacon.ts';
import { guard, load, post, read, save, site, votes, write } from './core.ts';
import { decodeJourney, mergeJourneys } from './journey.ts';
import type { Journey } from './journey.ts';
import { journey, keep, newId } from './keeper.ts';

/** Remembers that the collector knows this visitor, and when it was last asked for a lost journey. */
const ASKED = '_ct_t';
const HOUR = 36e5;

/** Networks may read their id under a name of their own (CJ: `cje`). The newest wins; a landing without the id changes nothing. */
export function writeNetworkCookies({ touches }: Journey): void {
  for (const { name, param, days } of site.cookies ?? []) {
    const newest = touches.filter((touch) => touch.param === param).pop();
    if (newest) write(name, newest.value, days);
  }
}

/** Takes over what the collector knows of this visitor, who may have been here in ways that this browser forgot. */
export function learn([text, status]: Answer, own?: Journey): void {
  // Consent was withdrawn while the collector was asked.
  if (!Object.values(votes).every(Boolean)) return;
  // A hand-over that was used before: what the link brought is somebody's bookmark.
  if (status === 409 && own) keep(own);
  const reply = guard(JSON.parse)(text ?? '') as Partial<JourneyReply> | undefined;
  if (!reply?.touches || !reply.visitor) return;
  save(ASKED, load(ASKED) ?? '0');
  if (reply.touches.length > 0) keep(mergeJourneys(journey() ?? { visitor: '', touches: [] }, reply as Journey));
}

/**
 * Asks for the journey where its cookie is gone though there was one: `_ct_t` remembers it, as does `_ct_h`, a cookie that the collector
 * may set beside `_ct_v` and that like it outlives Safari's cap on cookies of scripts. A new visitor has neither and asks for nothing; nobody asks twice in an hour.
 */
export async function restore(consent: Consent): Promise<void> {
  const now = Date.now();
  const asked = load(ASKED) ?? (read('_ct_h') && '0');
  if (!site.collector || !asked || now - Number(asked) < HOUR) return;
  save(ASKED, String(now));
  learn(await post('/touch', { visitor: newId(), touches: [], consent }));
}

/** Networks' cookies go; the collector forgets its own one too, and keeps the withdrawal as proof. */
export function withdraw(text: string | undefined, consent: Consent): void {
  for (const { name } of site.cookies ?? []) if (read(name)) write(name, '', -1);
  const visitor = decodeJourney(text)?.visitor;
  if (site.collector && visitor) void post('/touch', { visitor, touches: [], consent });
}
