/** Late part. A visit that only the page it came from explains, for sites that count those: `referrer` among their referrals. */
import type { TagSettings } from '../collector/wire.ts';
import { decodeJourney } from './journey.ts';
import { journey } from './keeper.ts';
import { held } from './landing.ts';
import { site } from './state.ts';
import { storeTouches } from './touches.ts';

/** Whether every page of a site needs the late part; the collector inlines the same answer. */
export const wantsAttending = ({ frames, referrals }: Pick<TagSettings, 'frames' | 'referrals'>): boolean =>
  frames === true || referrals?.includes('referrer') === true;

let looked = false;

/** Once a page, and only where the address brought nothing. */
export function takeReferrer(): void {
  if (looked || !site.referrals?.includes('referrer')) return;
  looked = true;
  const value = /^https?:\/\/([\w.-]+)/.exec(document.referrer)?.[1];
  const isOurs = (domain: string) => `.${value}`.endsWith(`.${domain}`);
  if (value === undefined || [...site.domains, ...site.linked, location.hostname].some(isOurs)) return;
  // A touch of this very page: its address did bring something.
  const since = Date.now() - performance.now();
  if (decodeJourney(journey())?.touches.some(({ at }) => at >= since)) return;
  const url = location.origin + location.pathname;
  held.push({ param: 'referrer', value, at: Date.now(), url, referrer: document.referrer });
  storeTouches();
}
