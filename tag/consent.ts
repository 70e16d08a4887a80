/** The consent gate's memory: every signal has one vote, and the strictest wins. */
import type { Consent } from '../collector/event.ts';
import { page } from './settings.ts';

/** `true` and `false` are answers; `undefined` is a signal that is there and has not answered: it holds the gate shut. */
export const votes: Record<string, boolean | undefined> = {};
/** Whether anything may be stored or sent. */
export const isGranted = (): boolean => consent.marketing == 'granted';

let onChange: () => void;

/** What the visitor has allowed. Travels with touch and order. */
export let consent: Consent = { marketing: 'unknown' };

export const onConsent = (listener: () => void): void => {
  onChange = listener;
};

/** Counts a signal. `at`: when it was answered, where that was earlier. */
export function vote(source: string, allowed?: boolean, at = Date.now(), tcString = consent.tcString): void {
  votes[source] = allowed;
  const all = Object.values(votes);
  const marketing = all.includes(false) ? 'denied' : all.every(Boolean) ? 'granted' : 'unknown';
  // The signal that moved the gate is the one that decided.
  if (marketing == consent.marketing) source = consent.source!;
  consent = { marketing, source, at, gpc: page.navigator.globalPrivacyControl, tcString };
  onChange();
}
