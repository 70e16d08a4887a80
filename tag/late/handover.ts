/** Makes the tokens of links, and reads those that no collector counts: they are bound to this browser and to two minutes. */
import { fingerprint } from '../../wire/fingerprint.ts';
import { handoverText, openHandover, sealHandover } from '../../wire/handover.ts';
import type { Handover } from '../../wire/handover.ts';
import { describeBrowser } from '../browser.ts';
import { newId } from '../journey-cookie.ts';

/** True in the files that a collector serves: what they make, the collector knows. */
declare const __CT_SERVED__: boolean;

/** Matomo raised its limit from 45 s for slow pages; two minutes is what a link may take. */
const LIFE = 12e4;

/** Another browser is unlikely to make the same of a text. */
const check = (text: string): string =>
  __CT_SERVED__ ? '' : (fingerprint(text + describeBrowser()) >>> 0).toString(36);

/** Makes a token of a journey. When, the collector knows by its own clock. */
export const makeHandover = (
  journey: string,
  text = handoverText(`${__CT_SERVED__ ? '' : Date.now().toString(36)}^${newId()}`, journey),
): string => sealHandover(check(text) + text);

/** Reads a token where no collector says who made it and when; undefined where another browser did, or one too long ago. */
export function readHandover(token: string): Handover | undefined {
  const handover = openHandover(token)!;
  if (handover.check == check(handover.text) && Math.abs(Date.now() - handover.at) < LIFE) return handover;
}
