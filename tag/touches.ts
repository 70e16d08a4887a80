/** Late part. Touches between landing and collector: held in memory until the gate opens, then stored and told once. */
import type { Consent } from '../collector/event.ts';
import type { WireTouch } from '../collector/wire.ts';
import { takeArrival } from './arrival.ts';
import { post, say, site } from './core.ts';
import type { Handover } from './handover.ts';
import { mergeJourneys } from './journey.ts';
import { journey, keep, newId } from './keeper.ts';
import { readLanding } from './landing.ts';
import { learn } from './restore.ts';

const HALF_HOUR = 18e5;
let held: WireTouch[] = [];
let arrived: Handover | undefined;

/** Holds what the current address brings: touches, and a journey from a linked domain. */
export function land(): void {
  arrived = takeArrival() ?? arrived;
  held.push(...readLanding());
}

/** A click id counts once, however often its address is loaded; a partner's or campaign's link counts again after half an hour. */
const isKnown = (touch: WireTouch, touches: WireTouch[]): boolean =>
  touches.some(
    ({ param, value, at }) =>
      param === touch.param && value === touch.value && (site.params.includes(param) || touch.at - at < HALF_HOUR),
  );

/** Stores what is held and tells the collector, in one request; with nothing held, nothing is sent. */
export function storeTouches(consent: Consent): void {
  const own = journey() ?? { visitor: newId(), touches: [] };
  const brought = arrived?.journey;
  const kept = brought ? mergeJourneys(own, brought) : own;
  const before = { visitor: own.visitor, touches: [...own.touches] };
  const touches = [...(brought?.touches ?? [])];
  for (const touch of held) {
    if (isKnown(touch, kept.touches)) continue;
    kept.touches.push(touch);
    touches.push(touch);
    say('touch', 'stored', touch);
  }
  const handover = arrived?.id;
  held = [];
  arrived = undefined;
  if (touches.length === 0) return;
  keep(kept);
  if (site.collector)
    void post('/touch', { visitor: kept.visitor, touches, consent, handover }).then((answer) => learn(answer, before));
}
