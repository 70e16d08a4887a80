/** Keeps the journey, as text: in its cookie, and in storage beside it, because a browser drops the oldest cookies of a domain above some 180. */
import { readCookie, writeCookie } from './cookie.ts';
import { isJourney } from '../wire/journey.ts';
import { JOURNEY } from './names.ts';
import { site } from './state.ts';
import { keepText, storage } from './storage.ts';

/** The journey: read afresh, since another tab may have written or removed it. */
export const readJourney = (): string | undefined => [readCookie(JOURNEY), storage[JOURNEY]].find(isJourney);

/** One landing's touches find room above what the part `page` cuts a journey to. */
export const keepJourney = (text: string): void => {
  site.kept = text;
  writeCookie(JOURNEY, text);
  keepText(JOURNEY, text);
};

/** Random enough never to meet another: 128 bits. */
export const newId = (): string => crypto.getRandomValues(new Uint32Array(4)).join('');

/** What begins where nothing is kept. */
const fresh = '1^' + newId();

/** The journey, or one without touches: it tells that all reports of this page are one visitor's, whether and whenever it is kept. */
export const readVisit = (): string => readJourney() ?? fresh;
