/** Late part. Attends to a page for as long as it lasts: the linker, lost journeys, fields, frames and orders that stand in the document. */
import type { Consent } from '../collector/event.ts';
import { calls, guard, site } from './core.ts';
import { fillFields } from './fields.ts';
import { encodeJourney } from './journey.ts';
import { journey } from './keeper.ts';
import { decorate, startLinker } from './linker.ts';
import { scanOrders } from './page-orders.ts';
import { restore, writeNetworkCookies } from './restore.ts';
import { storeTouches } from './touches.ts';

const asked: ((told: object) => void)[] = [];
let consent: Consent;
let started = false;

/** The journey, where it may be carried. */
const allowed = () => (consent.marketing === 'granted' ? journey() : undefined);

function start(): void {
  started = true;
  calls.decorate = (address: string) => decorate(address, allowed());
  startLinker(allowed);
}

/** Called when the gate moved and when the document changed. */
export function attend(now: Consent): void {
  consent = now;
  if (!started) start();
  if (consent.marketing === 'granted') storeTouches(consent);
  scanOrders();
  const known = allowed();
  if (known) {
    writeNetworkCookies(known);
    if (site.frames) carryToFrames();
  }
  if (known ?? consent.marketing === 'denied') fillFields(known);
  if (consent.marketing !== 'granted') return;
  for (const tell of asked.splice(0)) guard(tell)({ ...known, token: known && encodeJourney(known) });
  if (!known) void restore(consent).then(() => fillFields(journey()));
}

/** Answers `clickthread('journey', callback)`, at once or when the visitor has agreed. */
export function tellJourney(tell: (told: object) => void, now: Consent): void {
  asked.push(tell);
  attend(now);
}

/** Frames of linked hosts take the journey along, where the site wants that. Setting an address loads a frame anew, so once each. */
function carryToFrames(): void {
  document.querySelectorAll<HTMLIFrameElement>('iframe:not([src*=_ct])').forEach((frame) => {
    const address = decorate(frame.src, allowed());
    if (address !== frame.src) frame.src = address;
  });
}
