/** Late part. A visit that only the page it came from explains, for sites that count those: `referrer` among their referrals. */
import { decodeJourney } from '../../wire/journey.ts';
import { readJourney } from '../journey-cookie.ts';
import { holdTouches } from './land.ts';
import { readOwn } from './own.ts';
import { site } from '../state.ts';

let looked = false;

/** Once a page, and only where the address brought nothing. */
export function takeReferrer(): void {
  if (looked || !/\breferrer\b/.test(site.others)) return;
  looked = true;
  const referrer = readOwn('referrer');
  const value = /^https?:\/\/([\w.-]+)/.exec(referrer)?.[1];
  const isOurs = (domain: string) => `.${value}`.endsWith(`.${domain}`);
  if (value === undefined || [...site.domains, ...(site.linked ?? []), location.hostname].some(isOurs)) return;
  // A touch of this very page: its address did bring something.
  const since = Date.now() - performance.now();
  if (decodeJourney(readJourney())?.touches.some(({ at }) => at >= since)) return;
  const url = location.origin + location.pathname;
  holdTouches({ param: 'referrer', value, at: Date.now(), url, referrer });
}
