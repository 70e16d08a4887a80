/** Late part. Tells listeners and, while debugging, the console what the tag does and why it doesn't; what it did before, too. */
import { isGranted } from '../consent.ts';
import { readJourney } from '../journey-cookie.ts';
import type { Said, Told } from '../parts.ts';
import { unsentOrders } from '../sale.ts';
import { guard } from '../say.ts';
import { consent, said, site, votes } from '../state.ts';
import { storedJobs } from './retry.ts';
import { wrapMethod } from '../wrap.ts';

type Listener = (detail?: unknown, reason?: string) => void;

/** Hears what was said and what will be. */
function addListener(listen: (...told: Said) => void): void {
  const heard = guard(listen);
  for (const told of said) heard(...told);
  if (!isGranted()) heard('skipped', 'no consent');
  wrapMethod(said, 'push', (told: Said) => heard(...told));
}

/** `ready` is answered at once: whoever can ask is talking to the loaded tag. */
export function listenFor(event: Told, listener: Listener): void {
  if (event === 'ready') guard(listener)();
  addListener((told, reason, detail) => {
    if (told === event) listener(detail, reason as string);
  });
}

/**
 * Why nothing may have left this page, as far as it knows: `own` is whether its host is one of the site's; a signal that is `undefined` is there and has
 * not answered; `held` are orders that wait for consent, `unsent` names those that wait for the collector's answer.
 */
const describePage = (): object => ({
  own: site.domains.concat(site.linked ?? []).some((host) => `.${location.hostname}`.endsWith(`.${host}`)),
  ...consent,
  signals: { ...votes },
  journey: readJourney(),
  held: unsentOrders.slice(),
  unsent: storedJobs(),
});

let debugging: unknown;
let heard = false;

export function tellConsole(on: unknown): void {
  debugging = on;
  if (on) console.log('clickthread:', describePage());
  if (!heard && on)
    addListener((event, reason, detail) => {
      if (debugging) console.log('clickthread:', event || 'error', reason, detail);
    });
  heard = heard || !!on;
}
