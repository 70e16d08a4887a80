/** The first-party cookies: where they may stand, and how they are written. A sandboxed frame has none and says so by throwing. */
import { guard } from './say.ts';
import { site } from './state.ts';

/** Some thirteen months, in seconds: as long as browsers keep a cookie of a script. */
const LIFE = 34e6;

/**
 * The domain that cookies are for: the widest of the site's own that the page is in, as the collector chooses for its cookies. Empty, for the
 * host alone, where there is none.
 */
export const findRootDomain = (): string =>
  site.domains.find((domain) => ('.' + location.hostname).endsWith('.' + domain)) ?? '';

/**
 * Writes a cookie for so many seconds, or removes it by an empty value. Of what the tag writes only a percent sign must be escaped: ids and names were
 * checked.
 */
export const writeCookie = guard(
  (name: string, value: unknown, on = findRootDomain(), seconds = value ? LIFE : -1) =>
    (document.cookie =
      `${name}=${`${value}`.replace(/%/g, '%25')};path=/;samesite=lax;max-age=${seconds};domain=${on}` +
      (location.protocol[5] ? ';secure' : '')),
);

/** Empty where there is none. */
export const readCookie = guard((name: string) =>
  decodeURIComponent(RegExp(`(^| )${name}=([^;]*)`).exec(document.cookie)?.[2] ?? ''),
);
