/** Late part. What the address of a page brings besides plain click ids: partners, campaigns, and ids inside an escaped address. */
import type { WireTouch } from '../../wire/messages.ts';
import { entry } from '../../wire/journey.ts';
import { readJourney } from '../journey-cookie.ts';
import { held, readAddress } from '../landing.ts';
import { guard, tellPage } from '../say.ts';
import { site } from '../state.ts';

/** A partner's link that is followed again after so long counts again. */
const HALF_HOUR = 18e5;
/** How often an address may have been escaped. */
const ESCAPED = 2;

const clickParams = () => site.params.split('|');

/** Holds touches until the gate opens. A click id counts once; a partner's or campaign's link counts again after half an hour. */
export function holdTouches(...touches: WireTouch[]): void {
  for (const touch of touches) {
    const { param, value, at } = touch;
    // An address is read several times while the gate is shut.
    if (held.some((one) => one.param == param && one.value == value)) continue;
    const [, ...after] = (readJourney() ?? '').split(entry(param, value));
    const again =
      after[0] !== undefined && !clickParams().includes(param) && at - parseInt(after.pop()!, 36) >= HALF_HOUR;
    // On the prototype: JSON leaves it here.
    held.push(Object.assign(Object.create({ again }) as object, touch));
  }
  site.changed?.();
}

/**
 * Holds the touches of an address whatever way it is spelled: as written, and, for names that are not found there, decoded once and twice more
 * (`?to=%2F%3Firclickid%3D…`). A partner or campaign counts where there is no click id.
 */
export const readRareLanding = guard((address: string) => {
  if (/_ct_debug/.test(address)) site.call('debug', true);
  const known: Record<string, string> = {};
  const spellings = [address];
  while (spellings.length <= ESCAPED) spellings.unshift(guard(decodeURIComponent)(spellings[0]!) ?? spellings[0]!);
  const names = clickParams().concat(site.others.split('|'));
  const before = held.splice(0);
  // As parameters alone: what has no query is nobody's landing. The spelling that counts is read last.
  for (const text of spellings) {
    held.length = 0;
    readAddress(text.replace(/[?#]/g, '&'), names, known);
  }
  const touches = held.splice(0);
  held.push(...before);
  for (const name of names)
    if (known[name] && !touches.some(({ param }) => param == name)) tellPage('skipped', 'unsafe value', name);
  const clicks = touches.filter(({ param }) => clickParams().includes(param));
  for (const touch of clicks[0] ? clicks : touches.slice(0, 1)) holdTouches(touch);
});
