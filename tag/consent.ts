/** The consent gate: every signal has one vote, and the strictest wins. */
import type { Consent } from '../wire/consent.ts';
import { consent, site, votes } from './state.ts';

/** Whether anything may be stored or sent. */
export const isGranted = (): boolean => consent.marketing == 'granted';

/** Counts a signal. `proof`: when it was answered, where that was earlier, and what more there is to keep. */
export const countVote = (source: string, allowed?: boolean, proof?: Partial<Consent> | false): void => {
  votes[source] = allowed;
  const all = Object.values(votes);
  const marketing = all.includes(false) ? 'denied' : all.includes(undefined) ? 'unknown' : 'granted';
  // The signal that moved the gate is the one that decided.
  if (marketing != consent.marketing) consent.source = source;
  Object.assign(consent, { marketing, at: Date.now() }, proof);
  site.changed?.();
};
