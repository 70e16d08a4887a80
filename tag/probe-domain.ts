/** Finds the domain of cookies for the files that work without a list of the site's domains. */
import { readCookie, findRootDomain, writeCookie } from './cookie.ts';
import { PROBE } from './names.ts';
import { site } from './state.ts';

/**
 * Adds the registrable domain to the site's domains where none of them is the page's. Found by asking the browser which suffix of the host
 * it takes a cookie for: no public-suffix list (which costs a peer 38 ms at load). None on localhost, on an IP address, with cookies switched off.
 */
export function probeDomain(): void {
  if (findRootDomain()) return;
  const suffixes = location.hostname.split('.').map((_, i, labels) => labels.slice(-2 - i).join('.'));
  const found = suffixes.find((suffix) => {
    writeCookie(PROBE, 1, suffix);
    const isTaken = readCookie(PROBE);
    writeCookie(PROBE, '', suffix);
    return isTaken;
  });
  if (found !== undefined) site.domains = [...site.domains, found];
}
