/** The link parameter `_ct`: a journey on its way to a linked domain, good for two minutes in this browser. Pure; the collector reads it too. */
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

/** Milliseconds a token is understood. Matomo raised its limit to 180 s for slow pages; GA allows two to three minutes. */
export const LIFE = 12e4;

/** FNV-1a, 32 bits, base 36: ties short texts together, keeps no secret. */
export function fingerprint(text: string): string {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return (hash >>> 0).toString(36);
}

/** Makes the token. `browser` is any text that another browser is unlikely to share. Base64url: servers reject `*` and the like in queries. */
export function sealHandover(
  journey: Journey,
  { id, at, browser }: { id: string; at: number; browser: string },
): string {
  // 1,500 bytes of touches stay below the 2,048 that old proxies allow an address.
  const text = at.toString(36) + '~' + id + '~' + encodeJourney(journey, 1200);
  return btoa(fingerprint(text + browser) + '~' + text)
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=/g, '');
}

/** Reads a token; undefined for garbage and, where `browser` is given, for a token made in another one. Its age is the caller's to judge. */
export function readHandover(token: string, browser?: string): Handover | undefined {
  try {
    const [, check, text, at, id, journey] = /^(\w+)~((\w+)~(\w+)~(.+))/.exec(
      atob(token.replace(/-/g, '+').replace(/_/g, '/')),
    ) as unknown as [string, string, string, string, string, string];
    const decoded = decodeJourney(journey);
    if (decoded && (browser == null || check == fingerprint(text + browser)))
      return { id, at: parseInt(at, 36), journey: decoded };
  } catch {
    // Not base64 or not of this form: not ours.
  }
}
