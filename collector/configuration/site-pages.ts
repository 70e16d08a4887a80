/** Which pages are a site's own, by their address. */
import type { SiteConfig } from './site-schema.ts';
import type { Site } from './sites.ts';

/** Origins that may post, by site: reading an address costs more than the rest of the check, and a shop has few. */
const welcome = new WeakMap<Site, Set<string>>();
/** Anybody can invent subdomains. */
const MOST_WELCOME = 100;

/** Whether pages of that address belong to the site: http or https, its domains and linked domains, with their subdomains. */
export function mayPost(site: Site, address: string): boolean {
  const known = welcome.get(site);
  if (known?.has(address)) return true;
  if (!URL.canParse(address)) return false;
  const { hostname: full, port, protocol } = new URL(address);
  // `shop.example.` is the same host, written to the root.
  const hostname = full.replace(/\.$/, '');
  const host = port === '' ? hostname : `${hostname}:${port}`;
  if (protocol !== 'https:' && protocol !== 'http:') return false;
  const { domains, linked } = site.config;
  const may = [...domains, ...linked].some((entry) => [hostname, host].some((one) => isBelow(one, entry)));
  if (may) welcome.set(site, known && known.size < MOST_WELCOME ? known.add(address) : new Set([address]));
  return may;
}

/** Whether a host is one that is listed, or below it. */
export const isBelow = (host: string, entry: string): boolean =>
  `.${host}`.endsWith(`.${entry.toLowerCase().replace(/^\*\./, '')}`);

/**
 * Hosts that stand in `domains` of two sites, by themselves or as a subdomain: their pages share cookie and journey, and a page that holds both
 * tags reports its order twice. In words, once for each host. Shared `linked` hosts are a common checkout.
 */
export function sharedHosts(sites: readonly Pick<SiteConfig, 'id' | 'domains'>[]): { site: string; message: string }[] {
  const bare = (host: string): string => host.toLowerCase().replace(/^\*\./, '');
  return sites.flatMap(({ id, domains }, index) =>
    [...new Set(domains.map(bare))].flatMap((host) => {
      const other = sites
        .slice(0, index)
        .find(({ domains: theirs }) =>
          theirs.map(bare).some((one) => `.${one}`.endsWith(`.${host}`) || `.${host}`.endsWith(`.${one}`)),
        );
      const message = `${host} belongs to ${other?.id}, too: the two share cookie and journey, and a page with both tags reports its order to both`;
      return other ? [{ site: id, message }] : [];
    }),
  );
}
