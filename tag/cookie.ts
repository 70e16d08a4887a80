/** The first-party cookies: where they may stand, and how they are written. A sandboxed frame has none and says so by throwing. */
import Cookies from 'js-cookie';
import { guard } from './say.ts';

const PROBE = '_ct_p';

/** Undefined until asked for; then the domain that cookies take, or empty for cookies of the host alone. */
let domain: string | undefined;

/**
 * The registrable domain, found by asking the browser which suffix of the host it takes a cookie for: no public-suffix list
 * (which costs a peer 38 ms at load). Empty where it takes none: localhost, an IP address, cookies switched off.
 */
export const root = (): string =>
  (domain =
    domain ??
    location.hostname
      .split('.')
      .map((_, i, labels) => labels.slice(-2 - i).join('.'))
      .find((suffix) => {
        write(PROBE, 1, suffix);
        const taken = read(PROBE);
        write(PROBE, '', suffix);
        return taken;
      }) ??
    '');

/** Writes a cookie for so many days, or removes it by an empty value. js-cookie escapes what a value could break out with. */
export const write = guard(
  (name: string, value: unknown, on = root(), days = value === '' ? -1 : 395) =>
    (document.cookie =
      `${name}=${Cookies.converter.write(value as string, name)};path=/;samesite=lax;max-age=${days * 86400};domain=${on}` +
      (location.protocol == 'https:' ? ';secure' : '')),
);

/** Empty where there is none. */
export const read = guard((name: string) =>
  decodeURIComponent(RegExp(`(^| )${name}=([^;]*)`).exec(document.cookie)?.[2] ?? ''),
);
