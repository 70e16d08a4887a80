/** Which domain cookies are for. */

/**
 * The site's domain that the collector's host belongs to, so that shop and collector share the cookies: `shop.example` for
 * `t.shop.example`. A host of another domain, an address or a bare name keeps them to itself. Of several hosts the first that has one.
 */
export function cookieDomain(domains: readonly string[], hosts: readonly string[] = []): { domain?: string } {
  for (const host of hosts) {
    const found = domainOf(domains, host);
    if (found !== undefined) return { domain: found };
  }
  return {};
}

function domainOf(domains: readonly string[], host: string): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (!name.includes('.') || /^[\d.]+$|\]$/.test(name)) return undefined;
  const parents = domains
    .map((domain) => domain.toLowerCase().replace(/^\*\./, '').replace(/:\d+$/, ''))
    .filter((domain) => domain.includes('.') && (name === domain || name.endsWith(`.${domain}`)))
    .sort((a, b) => a.length - b.length);
  return parents[0];
}
