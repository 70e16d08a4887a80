/** The link parameter `_ct`: a journey on its way to a linked domain, good for two minutes in this browser. Pure. */
import { fingerprint } from './fingerprint.ts';
import { isJourney } from './journey.ts';

/** What a token says. */
export interface Handover {
  /** Random, so that the collector can refuse a second use. */
  id: string;
  /** When the link was decorated, epoch milliseconds. */
  at: number;
  /** The journey's text. */
  journey: string;
}

/** What a token says, as text. */
export const handoverText = (id: string, at: number, journey: string): string => `^${at.toString(36)}^${id}^${journey}`;

/** Makes the token. `browser` is any text that another browser is unlikely to share. Base64url: servers reject `*` and the like in queries. */
export const sealHandover = (text: string, browser: string): string =>
  btoa(fingerprint(text + browser) + text).replace(/\W/g, (char) => '-_'['+/'.indexOf(char)] ?? '');

/** Reads a token; undefined where it was made in another browser or holds no journey. Throws at garbage. Its age is the caller's to judge. */
export function readHandover(token: string, browser: string): Handover | undefined {
  const [, check, text, at, id, journey] = /^(\w+)(\^(\w+)\^(\w+)\^(.+))/.exec(
    atob(token.replace(/-/g, '+').replace(/_/g, '/')),
  )!;
  if (isJourney(journey) && check == fingerprint(text + browser)) return { id: id!, at: parseInt(at!, 36), journey };
}
