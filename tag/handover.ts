/** The link parameter `_ct`: a journey on its way to a linked domain, good for two minutes in this browser. Pure; the collector reads it too. */
import { fingerprint } from './fingerprint.ts';
import { decodeJourney, encodeJourney } from './journey.ts';
import type { Journey } from './journey.ts';

/** What a token says. */
export interface Handover {
  /** Random, so that the collector can refuse a second use. */
  id: string;
  /** When the link was decorated, epoch milliseconds. */
  at: number;
  journey: Journey;
}

/** Makes the token. `browser` is any text that another browser is unlikely to share. Base64url: servers reject `*` and the like in queries. */
export function sealHandover(
  journey: Journey,
  { id, at, browser }: { id: string; at: number; browser: string },
): string {
  const text = `^${at.toString(36)}^${id}^${encodeJourney(journey)}`;
  return btoa(fingerprint(text + browser) + text)
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=/g, '');
}

/** Reads a token; undefined where it was made in another browser or holds no journey. Throws at garbage. Its age is the caller's to judge. */
export function readHandover(token: string, browser: string): Handover | undefined {
  const [, check, text, at, id, kept] = /^(\w+)(\^(\w+)\^(\w+)\^(.+))/.exec(
    atob(token.replace(/-/g, '+').replace(/_/g, '/')),
  )!;
  const journey = decodeJourney(kept);
  if (journey && check == fingerprint(text + browser)) return { id: id!, at: parseInt(at!, 36), journey };
}
