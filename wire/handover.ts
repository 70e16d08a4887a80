/**
 * The link parameter `_ct`: touches on their way to a linked domain. It names no visitor. Where there is a collector, the page that made it
 * says so there, and only then it counts, once. Pure.
 */
import { isJourney } from './journey.ts';

/** What a token says. */
export interface Handover {
  /** What binds it to its browser, where no collector knows it; else empty. */
  check: string;
  /** What the check is made of. */
  text: string;
  /** When it was made, epoch milliseconds, where no collector knows it. */
  at: number;
  /** Its touches as a journey's text, under an id that is nobody's. */
  journey: string;
}

const NOBODY = '1^00000000';

/** A journey without its visitor, behind what makes the token one and no other. */
export const handoverText = (mark: string, journey: string): string => journey.replace(/^1\^[^^]+/, `^${mark}^`);

/** Base64url: servers reject `*` and the like in queries. */
export const sealHandover = (text: string): string =>
  btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');

/** Reads a token, whoever made it. Throws at garbage, and at what older tags made, which named a visitor. */
export function openHandover(token: string): Handover | undefined {
  const [, check, text, at, touches] = /^(\w*)(\^(\w*)\^\w+\^(\^.+))/.exec(
    atob(token.replace(/-/g, '+').replace(/_/g, '/')),
  )!;
  const journey = NOBODY + touches;
  if (isJourney(journey)) return { check: check!, text: text!, at: parseInt(at!, 36), journey };
}
