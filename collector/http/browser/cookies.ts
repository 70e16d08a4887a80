/** The cookies of interface.md, and those that networks demand, as the collector reads and writes them. */
import type { CookieToSet } from '../../ingest/consent/click-cookies.ts';
import type { Answered } from '../../ingest/front-door.ts';

/** 400 days: the longest life that browsers grant. https://developer.chrome.com/blog/cookie-max-age-expires */
const LONGEST_LIFE = 400 * 86_400;

/** A page can set as many as it likes. */
const MOST_OF_VENDORS = 20;

/**
 * `_ct_v` and `_ct` of a Cookie header, and those that a network keeps its clicks in; unreadable ones are absent. Of two of one name the last
 * counts: ours are for every path, and one that a neighbour planted under a longer path comes first. https://www.rfc-editor.org/rfc/rfc6265#section-5.4
 */
export function readCookies(
  header: string,
  isVendors: (name: string) => boolean = () => false,
): { visitor?: string; journey?: string; vendors: [string, string][] } {
  const found: { visitor?: string; journey?: string; vendors: [string, string][] } = { vendors: [] };
  for (const pair of header.split(';', 200)) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    const isOurs = name === '_ct_v' || name === '_ct';
    if (!isOurs && (found.vendors.length === MOST_OF_VENDORS || !isVendors(name))) continue;
    const value = decoded(pair.slice(at + 1).trim());
    if (value === undefined) continue;
    if (name === '_ct_v') found.visitor = value;
    else if (name === '_ct') found.journey = value;
    else found.vendors.push([name, value]);
  }
  return found;
}

/**
 * `Set-Cookie` for the visitor, `null` to forget: `_ct_v` is out of reach for scripts, which is what outlives Safari's seven days. `_ct_h`
 * only says so to the tag, which would otherwise have to ask for a lost journey on every page of every newcomer.
 */
export function visitorCookies(
  visitor: string | null,
  options: { secure: boolean; domain: string | undefined },
): string[] {
  const domain = options.domain === undefined ? '' : `; Domain=${options.domain}`;
  const scope = `Max-Age=${visitor === null ? 0 : LONGEST_LIFE}; Path=/${domain}; SameSite=Lax${options.secure ? '; Secure' : ''}`;
  return [`_ct_v=${visitor ?? ''}; ${scope}; HttpOnly`, `_ct_h=${visitor === null ? '' : '1'}; ${scope}`];
}

/** `Set-Cookie` for everything that an answer keeps or forgets. */
export function answerCookies({ visitor, domain, clickCookies = [] }: Answered, secure: boolean): string[] {
  return [
    ...(visitor === undefined ? [] : visitorCookies(visitor, { secure, domain })),
    ...(domain === undefined ? [] : clickCookies.map((cookie) => clickCookie(cookie, domain))),
  ];
}

/** Always `Secure`, as the networks' documents ask, which browsers refuse from a collector without https. A click id needs no escape: `isClickId`. */
function clickCookie({ name, value, lasts, readable }: CookieToSet, domain: string): string {
  const scope = `Max-Age=${lasts}; Path=/; Domain=${domain}; SameSite=Lax; Secure`;
  return `${name}=${value ?? ''}; ${scope}${readable ? '' : '; HttpOnly'}`;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
