/** The first-party cookies: where they may stand, how they are written, and how they go. */
import Cookies from 'js-cookie';

/** Undefined until asked for; then the domain that cookies take, or null for a cookie of the host alone. */
let domain: string | null | undefined;

/**
 * The registrable domain, found by asking the browser which suffix of the host it takes a cookie for: no public-suffix list
 * (which costs a peer 38 ms at load). The host itself where it takes none: localhost, an IP address, cookies switched off.
 */
export function root(): string {
  const labels = location.hostname.split('.');
  for (let i = labels.length - 1; domain === undefined && i--;) {
    const suffix = labels.slice(i).join('.');
    write('_ct_p', '1', 1, suffix);
    if (read('_ct_p')) domain = suffix;
    write('_ct_p', '', -1, suffix);
  }
  domain = domain ?? null;
  return domain ?? location.hostname;
}

/** Writes a cookie for so many days; less than none removes it. js-cookie escapes what a value could break out with. */
export function write(name: string, value: string, expires = 395, on?: string): void {
  try {
    Cookies.set(name, value, {
      expires,
      domain: on ?? ((root(), domain) as string),
      sameSite: 'Lax',
      secure: location.protocol == 'https:',
    });
  } catch {
    // A sandboxed frame has no cookies and says so by throwing.
  }
}

export function read(name: string): string | undefined {
  try {
    return Cookies.get(name);
  } catch {
    // As above.
  }
}
