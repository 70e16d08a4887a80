/** Late part. Keeps the journey in its cookie. */
import { read, site, write } from './core.ts';
import { decodeJourney, encodeJourney, NAME } from './journey.ts';
import type { Journey } from './journey.ts';

/** The journey as stored: read afresh, since another tab may have written it. Where cookies are refused it lasts as long as the page. */
export const journey = (): Journey | undefined => decodeJourney(read(NAME) ?? site.journey);

export function keep(kept: Journey): void {
  const text = encodeJourney(kept);
  site.journey = text;
  // A cookie that a server wrote is not written again by a script, which would cut its life to Safari's seven days.
  if (text !== read(NAME)) write(NAME, text);
}

/** Random enough never to meet another: 128 bits. */
export const newId = (): string => crypto.getRandomValues(new Uint32Array(4)).join('');
