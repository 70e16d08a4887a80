/** Which cookies of networks the answer to a touch sets or removes: with a yes the newest click of each, with a no none stays. */
import type { Connection, Site } from '../../configuration/sites.ts';
import type { Command, TouchCommand } from '../../intake/command.ts';
import { days } from '../../lib/duration.ts';

/** A cookie for the answer, by the network's own name. */
export interface CookieToSet {
  name: string;
  /** `null` removes it. */
  value: string | null;
  /** Seconds. */
  lasts: number;
  readable: boolean;
}

/** Of two connections that ask for the same cookie the first has it. */
export function findClickCookies(command: Command, { connections }: Site, now: number): CookieToSet[] {
  if (command.type !== 'touch') return [];
  const answer = command.consent?.marketing;
  if (answer !== 'granted' && answer !== 'denied') return [];
  const found = new Map<string, CookieToSet>();
  for (const connection of connections) {
    const cookie = answer === 'granted' ? newestClick(connection, command, now) : removal(connection);
    if (cookie && !found.has(cookie.name)) found.set(cookie.name, cookie);
  }
  return [...found.values()];
}

/** A pause of the connection stops its reports, not what a click is known by when the pause is over. */
const demanded = ({ destination, settings }: Connection) =>
  settings['clickCookie'] === true ? destination?.clickCookie : undefined;

function removal(connection: Connection): CookieToSet | undefined {
  const cookie = demanded(connection);
  return cookie && { name: cookie.name, value: null, lasts: 0, readable: cookie.readable };
}

/** Its life counts from the click, which may have waited for the answer or come by a hand-over. */
function newestClick(connection: Connection, { touches }: TouchCommand, now: number): CookieToSet | undefined {
  const cookie = demanded(connection);
  if (!cookie) return undefined;
  const [newest] = touches.filter(({ param }) => param === cookie.param).sort((a, b) => b.at - a.at);
  if (!newest) return undefined;
  const ends = newest.at + days(Number(connection.settings['clickCookieDays']));
  const lasts = Math.floor((ends - now) / 1000);
  return lasts > 0 ? { name: cookie.name, value: newest.value, lasts, readable: cookie.readable } : undefined;
}
