/** Step 2 of 5. Which page speaks: one of the site's own, or a foreign one, which may report an order and nothing else. Pure. */
import { mayPost } from '../configuration/site-pages.ts';
import type { Site } from '../configuration/sites.ts';
import type { Arrival } from '../model/quarantined.ts';

export interface Speaker {
  page: 'own' | 'foreign';
  /** An origin that was named and is not among the site's: it may report nothing. */
  unlisted?: string;
  /** Whether the browser would keep a cookie of this answer and should: never over a cross-site connection. */
  keepsCookie: boolean;
}

/** Without an origin (pixel, link) the browser's word that the request crosses sites makes a page foreign, unless its address is a listed one. */
export function readPage({ origin, fetchSite, referer }: Arrival, site: Site): Speaker {
  const crosses = fetchSite === 'cross-site';
  if (origin === 'null') return { page: 'foreign', keepsCookie: false };
  if (origin !== undefined) {
    if (mayPost(site, origin)) return { page: 'own', keepsCookie: !crosses };
    return { page: 'foreign', unlisted: origin, keepsCookie: false };
  }
  if (!crosses) return { page: 'own', keepsCookie: true };
  const isOwn = referer !== undefined && mayPost(site, referer);
  return { page: isOwn ? 'own' : 'foreign', keepsCookie: false };
}
