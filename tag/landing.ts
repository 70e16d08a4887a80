/** Late part. What the address of a page brings: click ids, referrals and campaign parameters. */
import type { WireTouch } from '../collector/wire.ts';
import { isClickId } from './journey.ts';
import { guard, say, site } from './core.ts';

/** A lone % is part of the text. */
const decode = (text: string): string => guard(decodeURIComponent)(text) ?? text;

/** Whether a host is one of the domains or a subdomain of one. */
export const isWithin = (host: string, domains: string[]): boolean =>
  domains.some((domain) => ('.' + host).endsWith('.' + domain));

/** Whether a host belongs to the site, linked domains included. */
export const isOurs = (host: string): boolean => isWithin(host, site.domains.concat(site.linked, location.hostname));

/**
 * Touches that the current address carries. Names in any case, values byte for byte; in the query, in the hash, and, for names not
 * found so far, once and twice more decoded (`?to=%2F%3Firclickid%3D…`). `awc[0]=` counts as `awc`; of several values the greatest
 * is kept, which for ids that hold their time is the newest.
 */
export function readLanding(): WireTouch[] {
  const { params, paid = [], referrals = [] } = site;
  const extra: Record<string, string> = {};
  let known: typeof extra = {};
  let text = location.search + location.hash;
  for (let depth = 3; depth--; text = decode(text)) {
    const level: typeof known = {};
    for (const pair of text.split(/[?&#]/)) {
      const [name, ...rest] = pair.split('=');
      const param = decode(name!).replace(/\[.*/, '').toLowerCase();
      const value = decode(rest.join('='));
      if (!(level[param]! > value)) level[param] = value;
      if (/^utm_/.test(param)) extra[param] = value;
    }
    known = { ...level, ...known };
  }
  const { referrer } = document;
  const host = /^https?:\/\/([^/:]+)/.exec(referrer)?.[1];
  const credit = (names: string[]): WireTouch[] =>
    names
      .filter((name) => known[name] && (isClickId(known[name]) || say('skipped', 'unsafe value', name)))
      .map((param) => ({
        param,
        value: known[param]!,
        at: Date.now(),
        url: location.origin + location.pathname,
        referrer: host && !isOurs(host) ? referrer : undefined,
        extra: Object.keys(extra).length > 0 ? extra : undefined,
      }));
  const clicks = credit(params.concat(paid));
  return clicks.length > 0 ? clicks : credit(referrals.concat('utm_source'));
}
