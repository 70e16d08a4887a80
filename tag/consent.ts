/** The consent gate's memory: every signal has one vote, the strictest wins, and nobody is asked twice. */
import type { Consent } from '../collector/event.ts';
import { page } from './settings.ts';

/** `true` and `false` are answers; `undefined` is a signal that is there and has not answered: it holds the gate shut. */
const votes: Record<string, boolean | undefined> = {};
let onChange: () => void;

/** What the visitor has allowed. Travels with touch and order. */
export let consent: Consent = { marketing: 'unknown' };

export const hasVoted = (source: string): boolean => source in votes;
export const voteOf = (source: string): boolean | undefined => votes[source];
export const onConsent = (listener: () => void): void => {
  onChange = listener;
};

/** Counts a signal. `at`: when it was answered, where that was earlier. */
export function vote(source: string, allowed?: boolean, at = Date.now(), tcString = consent.tcString): void {
  votes[source] = allowed;
  const answers = Object.values(votes);
  const deciding = answers.includes(false) ? false : answers.every(Boolean) || undefined;
  consent = {
    marketing: deciding ? 'granted' : deciding == null ? 'unknown' : 'denied',
    source: Object.keys(votes).find((name) => votes[name] === deciding),
    at,
    gpc: !!page.navigator.globalPrivacyControl,
    tcString,
  };
  onChange();
}
