/** Late part. The far end of a hand-over: takes the journey that a link from a linked domain brings. */
import { post } from './beacon.ts';
import { browser } from './browser.ts';
import { readHandover } from './handover.ts';
import type { Handover } from './handover.ts';
import { decodeJourney, encodeJourney, mergeJourneys } from './journey.ts';
import { journey, keepNew } from './keeper.ts';
import { learn } from './restore.ts';
import { guard, say } from './say.ts';
import { consent, site } from './state.ts';

let arrived: Handover | undefined;

/** Takes the journey out of the address, which is cleaned so that it is neither copied nor bookmarked. Held until the gate opens. */
export function arrive(): void {
  const token = /[?&]_ct=([\w-]+)/.exec(location.search);
  if (!token) return;
  guard(() =>
    history.replaceState(history.state, '', location.href.replace(/_ct=[\w-]+&?/, '').replace(/[?&](#|$)/, '$1')),
  )();
  const brought = guard(readHandover)(token[1]!, browser());
  // Matomo raised its limit from 45 s for slow pages; two minutes is what a link may take.
  if (brought && Math.abs(Date.now() - brought.at) < 12e4) arrived = brought;
  else say('skipped', 'link too old or from another browser');
}

/** Joins what was brought to what is there, and tells the collector, which refuses a token's second use. */
export function unite(): void {
  if (!arrived) return;
  const { id: handover, journey: text } = arrived;
  arrived = undefined;
  const brought = decodeJourney(text)!;
  const own = decodeJourney(journey()) ?? { visitor: brought.visitor, touches: [] };
  const { visitor, touches } = brought;
  keepNew(encodeJourney(mergeJourneys(own, brought)));
  if (site.collector) void post('/touch', { visitor, touches, consent, handover }).then((answer) => learn(answer, own));
}
