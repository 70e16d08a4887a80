/** Keeps the journey, as text: in its cookie, and in storage beside it, because a browser drops the oldest cookies of a domain above some 180. */
import { read, write } from './cookie.ts';
import { isJourney, trim } from '../wire/journey.ts';
import { JOURNEY } from './names.ts';
import { site } from './state.ts';
import { put, storage } from './storage.ts';

/** The journey: read afresh, since another tab may have written or removed it. */
export const journey = (): string | undefined => [read(JOURNEY), storage[JOURNEY]].find(isJourney);

export const keep = (text: string): void => {
  site.kept = trim(text);
  write(JOURNEY, site.kept);
  put(JOURNEY, site.kept);
};

/** Random enough never to meet another: 128 bits. */
export const newId = (): string => crypto.getRandomValues(new Uint32Array(4)).join('');
