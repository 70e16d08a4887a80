/** Late part. Attends to a page for as long as it lasts: arrivals, fields and frames. */
import { joinArrival } from './arrival.ts';
import { isGranted } from '../consent.ts';
import { fillFields } from './fields.ts';
import { decodeJourney } from '../../wire/journey.ts';
import { readJourney as kept } from '../journey-cookie.ts';
import { rootElement } from './own.ts';
import { takeReferrer } from './referrer.ts';
import { guard } from '../say.ts';
import { consent, site } from '../state.ts';

const asked: ((told: object) => void)[] = [];

/** Called when the gate moved, when touches were stored and when the document changed. */
export function watchFields(): void {
  const granted = isGranted();
  if (granted) {
    void joinArrival();
    takeReferrer();
  }
  const token = granted ? kept() : undefined;
  const known = decodeJourney(token);
  if (known ?? consent.marketing === 'denied') fillFields(known);
  // The linker is a part of its own, which such a site wants at once.
  if (known && site.frames) void Promise.resolve(site.call('link')).then(guard(carryToFrames));
  if (granted) for (const tell of asked.splice(0)) guard(tell)({ ...known, token });
}

/** Answers `clickthread('journey', callback)`, at once or when the visitor has agreed. */
export function tellJourney(tell: (told: object) => void): void {
  asked.push(tell);
  watchFields();
}

/** Frames of linked hosts take the journey along, where the site wants that. Setting an address loads a frame anew, so once each. */
function carryToFrames(): void {
  rootElement()
    .querySelectorAll<HTMLIFrameElement>('iframe:not([src*="?_ct="]):not([src*="&_ct="])')
    .forEach((frame) => {
      const address = site.call('decorate', frame.src) as string;
      if (address !== frame.src) frame.src = address;
    });
}
