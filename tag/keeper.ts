/** Keeps the journey in its cookie, as text. */
import { read, write } from './cookie.ts';
import { isJourney, NAME, trim } from './journey.ts';
import { site } from './state.ts';

/** The journey as stored: read afresh, since another tab may have written it. Where cookies are refused it lasts as long as the page. */
export const journey = (): string | undefined => [read(NAME), site.journey].find(isJourney);

export const keep = (text: string): unknown => write(NAME, (site.journey = trim(text)));

/** The same for a text that may be kept already: a cookie that a server wrote is not written again by a script, which would cut its life to Safari's seven days. */
export const keepNew = (text: string): void => {
  if (trim(text) != journey()) keep(text);
};

/** Random enough never to meet another: 128 bits. */
export const newId = (): string => crypto.getRandomValues(new Uint32Array(4)).join('');
