/** Touches between landing and collector: held in memory until the gate opens, then stored and told once. */
import { postJson } from './beacon.ts';
import { entry } from '../wire/journey.ts';
import { readJourney, keepJourney, readVisit } from './journey-cookie.ts';
import { held } from './landing.ts';
import { later } from './later.ts';
import { tellPage } from './say.ts';
import { consent, site } from './state.ts';

/** Stores what is held and tells the collector, in one request; with nothing new, nothing is sent. */
export function storeTouches(): void {
  const kept = readJourney();
  let text = readVisit();
  const touches = held.splice(0).filter((touch) => {
    const before = entry(touch.param, touch.value);
    // A click id counts once, however often its address is loaded; a partner's link may count again.
    if (text.includes(before) && !touch.again) return;
    text += before + touch.at.toString(36);
    tellPage('touch', 0, touch);
    return true;
  });
  if (!touches[0]) return;
  keepJourney(text);
  void postJson('/touch', { visitor: text.split('^')[1], touches, consent, brief: !!kept }).then(
    // An answer: the collector knows this visitor, under another id and longer than this browser does.
    (answer): unknown => (answer[0] || site.cookies) && later('learn', answer),
  );
}
