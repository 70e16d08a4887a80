/** The two cookies of interface.md as the collector reads and writes them. */

/** 400 days: the longest life that browsers grant. https://developer.chrome.com/blog/cookie-max-age-expires */
const LONGEST_LIFE = 400 * 86_400;

/** `_ct_v` and `_ct` of a Cookie header; unreadable ones are absent. */
export function readCookies(header: string): { visitor?: string; journey?: string } {
  const found: { visitor?: string; journey?: string } = {};
  for (const pair of header.split(';', 200)) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    if (name !== '_ct_v' && name !== '_ct') continue;
    const value = decoded(pair.slice(at + 1).trim());
    if (value === undefined) continue;
    if (name === '_ct_v') found.visitor = value;
    else found.journey = value;
  }
  return found;
}

/** `Set-Cookie` for the visitor: out of reach for scripts, which is what outlives Safari's seven days. */
export function visitorCookie(visitor: string, secure: boolean): string {
  return `_ct_v=${visitor}; Max-Age=${LONGEST_LIFE}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
