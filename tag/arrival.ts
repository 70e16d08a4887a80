/** Both ends of a hand-over between linked domains: the token that a link takes along, and the journey that a landing brings. */
import { LIFE, readHandover, sealHandover } from './handover.ts';
import type { Handover } from './handover.ts';
import type { Journey } from './journey.ts';
import { newId } from './keeper.ts';
import { guard, say } from './say.ts';

/** What two tabs of one browser share and another browser hardly will. */
const browser = (): string => navigator.userAgent + navigator.language + new Date().getTimezoneOffset();

export const makeToken = (journey: Journey): string =>
  sealHandover(journey, { id: newId(), at: Date.now(), browser: browser() });

/** A journey that arrived, with its token, which the collector takes once. */
export type Arrival = Handover & { token: string };

/** Takes the journey out of the address and cleans the address bar, so that it is neither copied nor bookmarked. */
export function takeArrival(): Arrival | undefined {
  const token = /[?&]_ct=([\w-]+)/.exec(location.search)?.[1];
  if (!token) return;
  guard(() =>
    history.replaceState(
      history.state,
      '',
      location.href.replace(/([?&])_ct=[\w-]*&?/, '$1').replace(/[?&](#|$)/, '$1'),
    ),
  )();
  const handover = readHandover(token, browser());
  if (handover && Math.abs(Date.now() - handover.at) < LIFE) return { ...handover, token };
  say('skipped', 'hand-over expired or from another browser');
}
