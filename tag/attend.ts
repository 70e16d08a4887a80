/** Late part. Attends to a page for as long as it lasts: arrivals, fields, frames and orders that stand in the document. */
import { unite } from './arrival.ts';
import { isGranted } from './consent.ts';
import { fillFields } from './fields.ts';
import { decodeJourney } from './journey.ts';
import { journey as kept } from './keeper.ts';
import { scanOrders } from './page-orders.ts';
import { takeReferrer } from './referrer.ts';
import { guard } from './say.ts';
import { consent, site } from './state.ts';

const asked: ((told: object) => void)[] = [];

/** Called when the gate moved, when touches were stored and when the document changed. */
export function attend(): void {
  const granted = isGranted();
  if (granted) {
    unite();
    takeReferrer();
  }
  scanOrders();
  const token = granted ? kept() : undefined;
  const known = decodeJourney(token);
  if (known ?? consent.marketing === 'denied') fillFields(known);
  if (known && site.frames) carryToFrames();
  if (granted) for (const tell of asked.splice(0)) guard(tell)({ ...known, token });
}

/** Answers `clickthread('journey', callback)`, at once or when the visitor has agreed. */
export function journey(tell: (told: object) => void): void {
  asked.push(tell);
  attend();
}

/** Frames of linked hosts take the journey along, where the site wants that. Setting an address loads a frame anew, so once each. */
function carryToFrames(): void {
  document.querySelectorAll<HTMLIFrameElement>('iframe:not([src*=_ct])').forEach((frame) => {
    const address = site.call('decorate', frame.src) as string;
    if (address !== frame.src) frame.src = address;
  });
}
