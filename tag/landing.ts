/** What the address of a page brings: click ids, referrals and campaign parameters, and that address without anything else. */
import type { WireTouch } from '../collector/wire.ts';
import { isClickId } from './journey.ts';
import { say } from './say.ts';
import { settings } from './settings.ts';

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone % is part of the text.
    return text;
  }
};

/** Whether a host is a domain or one of its subdomains. */
export const within = (host: string, domain: string): boolean => ('.' + host).endsWith('.' + domain);

/** Whether a host belongs to the site: its domains, its linked domains, or a subdomain of one. */
export const isOurs = (host: string): boolean =>
  settings.domains.concat(settings.linked, location.hostname).some((domain) => within(host, domain));

/** The page as it may be told: known parameters only, since an order page's `key` is a secret, and an external referrer's origin and path. */
export interface Landing {
  url: string;
  referrer?: string;
  touches: WireTouch[];
}

/**
 * Reads the current address. Names in any case, values byte for byte; in the query, in the hash, and, for names not found so far,
 * once and twice more decoded (`?to=%2F%3Firclickid%3D…`). `awc[0]=` counts as `awc`; of several values the greatest is kept, which
 * for ids that hold their time is the newest.
 */
export function readLanding(at: number): Landing {
  const { params, paid = [], referrals = [] } = settings;
  const ids = params.concat(paid);
  const known: Record<string, string> = {};
  let text = location.search + location.hash;
  for (let depth = 3; depth--; text = decode(text)) {
    const level: typeof known = {};
    for (const pair of text.split(/[?&#]/)) {
      const [name = '', ...rest] = pair.split('=');
      const param = decode(name)
        .replace(/\[\w*]$/, '')
        .toLowerCase();
      const value = decode(rest.join('=')).slice(0, 999);
      if (
        (/^utm_\w+$/.test(param) || ids.concat(referrals).includes(param)) &&
        !(param in known) &&
        !(value < (level[param] ?? ''))
      )
        level[param] = value;
    }
    Object.assign(known, level);
  }

  const from = /^https?:\/\/([^/:]+)[^?#]*/.exec(document.referrer);
  const referrer = from && !isOurs(from[1]!) ? from[0] : undefined;
  // A site may credit bare referrers too: it lists `referrer` among its referral parameters.
  if (referrer && referrals.includes('referrer')) known.referrer = from![1]!;
  const search = new URLSearchParams(known).toString();
  const url = (location.origin + location.pathname + (search && '?' + search)).slice(0, 1024);

  const credible = (names: string[]) =>
    names.filter((name) => isClickId(known[name]) || (name in known && say('skipped', 'unsafe value', name)));
  const clicks = credible(ids);
  const credited = clicks.length ? clicks : credible(referrals.concat('utm_source'));
  const extra: typeof known = {};
  for (const name in known) if (!credited.includes(name)) extra[name] = known[name]!;
  return {
    url,
    referrer,
    touches: credited.map((param) => ({ param, value: known[param]!, at, url, referrer, extra })),
  };
}
