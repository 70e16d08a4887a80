/** Touches between landing and collector: held in memory until the gate opens, then stored and told once. */
import { post } from './beacon.ts';
import { root, write } from './cookie.ts';
import { entry } from './journey.ts';
import { journey, keep, newId } from './keeper.ts';
import { held } from './landing.ts';
import { later } from './later.ts';
import { say } from './say.ts';
import { consent, site } from './state.ts';

const HALF_HOUR = 18e5;
/** Stores what is held and tells the collector, in one request; with nothing held, nothing is sent. */
export function storeTouches(): void {
  if (!held[0]) return;
  let text = journey() ?? '1^' + newId();
  const visitor = text.split('^')[1];
  const touches = held.splice(0).filter((touch) => {
    const { param, value, at } = touch;
    const before = entry(param, value);
    const [, ...after] = text.split(before);
    // A click id counts once, however often its address is loaded; a partner's or campaign's link counts again after half an hour.
    if (after[0] && (site.params.includes(param) || at - parseInt(after.pop()!, 36) < HALF_HOUR)) return;
    text += before + at.toString(36);
    // Networks may read their id under a name of their own (CJ: `cje`). The newest wins; a landing without the id changes nothing.
    site.cookies?.map((cookie) => cookie.param == param && write(cookie.name, value, root(), cookie.days));
    say('touch', 'stored', touch);
    return true;
  });
  if (!touches[0]) return;
  keep(text);
  void post('/touch', { visitor, touches, consent, brief: true }).then(
    // An answer: the collector knows this visitor, under another id and longer than this browser does.
    (answer) => void (answer[0] && later('learn', answer)),
  );
}
