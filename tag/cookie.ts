/** The first-party cookies: where they may stand, and how they are written. A sandboxed frame has none and says so by throwing. */
import Cookies from 'js-cookie';
import { guard } from './say.ts';

/** Undefined until asked for; then the domain that cookies take, or empty for cookies of the host alone. */
let domain: string | undefined;

/**
 * The registrable domain, found by asking the browser which suffix of the host it takes a cookie for: no public-suffix list
 * (which costs a peer 38 ms at load). The host itself where it takes none: localhost, an IP address, cookies switched off.
 */
export function root(): string {
  const { hostname } = location;
  const labels = hostname.split('.');
  for (let i = labels.length - 1; domain == null;) {
    const suffix = i-- ? labels.slice(i).join('.') : '';
    write('_ct_p', '1', 1, suffix);
    if (read('_ct_p') || !suffix) domain = suffix;
    write('_ct_p', '', -1, suffix);
  }
  return domain || hostname;
}

/** Writes a cookie for so many days; less than none removes it. js-cookie escapes what a value could break out with. */
export const write = guard((name: string, value: string | number, expires = 395, on = (root(), domain)) =>
  Cookies.set(name, value as string, { expires, domain: on, sameSite: 'Lax', secure: location.protocol == 'https:' }),
);

export const read = guard((name: string) => Cookies.get(name));
