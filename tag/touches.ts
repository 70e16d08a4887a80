/** Touches between landing and collector: held in memory until the gate opens, then stored and told once. */
import type { JourneyReply, TouchBody, WireTouch } from '../collector/wire.ts';
import type { Arrival } from './arrival.ts';
import { post } from './beacon.ts';
import { consent } from './consent.ts';
import { read } from './cookie.ts';
import { mergeJourneys } from './journey.ts';
import { journey, keep, newId } from './keeper.ts';
import { say } from './say.ts';
import { collector, settings } from './settings.ts';
import { load, save } from './store.ts';

let held: WireTouch[] = [];
let arrived: Arrival | undefined;

export const hold = (touches: WireTouch[], arrival?: Arrival): void => {
  held.push(...touches);
  arrived = arrived ?? arrival;
};

/** A click id counts once, however often its address is loaded; a partner's or campaign's link counts again after half an hour. */
const isKnown = (touch: WireTouch, touches: WireTouch[]): boolean =>
  touches.some(
    ({ param, value, at }) =>
      param == touch.param && value == touch.value && (settings.params.includes(param) || touch.at - at < 18e5),
  );

/** When the collector was last asked for a lost journey. */
const ASKED = '_ct_t';

/**
 * Whether the journey's cookie is gone though the collector gave one (`_ct_h` is set with `_ct_v`, and like it outlives Safari's cap
 * on cookies of scripts; `_ct_t` remembers the same where storage lasted). A new visitor has neither and asks for nothing.
 */
const isLost = (): boolean => Date.now() - Number(load(ASKED) ?? read('_ct_h') ?? Infinity) > 36e5;

/** Stores what is held and tells the collector, in one request. With nothing held nothing is sent, but for a journey that got lost. */
export async function storeTouches(changed: () => void): Promise<void> {
  const before = journey();
  const kept = before ?? arrived?.journey ?? { visitor: newId(), touches: [] };
  const merged = arrived ? mergeJourneys(arrived.journey, kept) : kept;
  const body: TouchBody = {
    visitor: merged.visitor,
    touches: [...(arrived?.journey.touches ?? [])],
    consent,
    handover: arrived?.id,
  };
  for (const touch of held)
    if (!isKnown(touch, merged.touches)) {
      merged.touches.push(touch);
      body.touches.push(touch);
      say('touch', 'stored', touch);
    }
  held = [];
  arrived = undefined;
  if (body.touches[0]) keep(merged);
  else if (before || !isLost()) return;
  changed();
  if (!collector) return;
  save(ASKED, String(Date.now()));
  const { status, text } = await post('/touch', body);
  // The hand-over was used before: what it brought is somebody's bookmark.
  if (status == 409) keep(before ?? { visitor: newId(), touches: [] });
  if (status != 200) return;
  const reply = JSON.parse(text) as JourneyReply;
  if (reply.touches[0]) keep({ ...mergeJourneys(reply, journey() ?? reply), visitor: reply.visitor });
  changed();
}
