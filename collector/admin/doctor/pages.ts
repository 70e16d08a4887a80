/** The part of the doctor that reads the first page of each shop: whether it holds the tag once, and what else there tells a network of the same sale. */
import type { Connection, Site } from '../../configuration/sites.ts';
import type { Sender } from '../../outbound/send.ts';
import { fetchShopPage } from '../start/find-shop.ts';
import { describeFinding, type Finding } from './finding.ts';

/** Shops whose pages are read in one go. */
const MOST_SHOPS = 20;

export async function pageFindings(
  sites: readonly Pick<Site, 'config' | 'connections'>[],
  given: { send: Sender['send']; path: string },
): Promise<Finding[]> {
  const found = await Promise.all(
    sites.slice(0, MOST_SHOPS).map(async ({ config, connections }) => {
      const host = config.domains.find((domain) => !domain.startsWith('*'));
      if (host === undefined) return [];
      const read = await fetchShopPage(new URL(`https://${host}/`), given.send);
      const area = `pages of ${config.id}`;
      if ('unread' in read)
        return [describeFinding({ area, level: 'ok', said: ['page.unread', { said: read.unread }] })];
      const page = { host, html: read.html };
      return [
        tagFinding(area, { ...page, file: `${given.path}/${config.id}.js` }),
        ...pixelFindings(area, page, connections),
      ];
    }),
  );
  return found.flat();
}

function tagFinding(area: string, { host, html, file }: { host: string; html: string; file: string }): Finding {
  const scripts = [...html.matchAll(/<script\b[^<>]{0,2000}>/gi)].map(([tag]) => tag);
  const count = scripts.filter((tag) => tag.includes(file)).length;
  if (count > 1)
    return describeFinding({ area, level: 'warn', said: ['page.twice', { host, count }], mend: 'page.twice' });
  // What the site's own pages have asked for is said elsewhere.
  return describeFinding({ area, level: 'ok', said: [count === 1 ? 'page.once' : 'page.none', { host }] });
}

function pixelFindings(
  area: string,
  { host, html }: { host: string; html: string },
  connections: readonly Connection[],
): Finding[] {
  const doubled = connections.filter(({ enabled, destination }) => enabled && destination?.ownTag?.test(html));
  if (doubled.length === 0) return [];
  const titles = [...new Set(doubled.map(({ destination }) => destination!.title))].join(', ');
  return [describeFinding({ area, level: 'warn', said: ['page.pixels', { host, titles }], mend: 'page.pixels' })];
}
