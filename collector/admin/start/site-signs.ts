/** What belongs into a site's pages, and when they were last heard of: what this process knows to the second, else what was noted. */
import type { Sign, SiteSigns } from '../../../wire/admin/start.ts';
import type { Site } from '../../configuration/sites.ts';
import type { FactName } from '../../model/site-fact.ts';
import type { Store } from '../../store/store.ts';
import type { UpkeepStore } from '../../store/upkeep-store.ts';
import { siteSnippets } from '../../tag-files/site-snippets.ts';
import type { SiteFacts } from '../note-site-facts.ts';

export async function readSigns(
  { config: site }: Pick<Site, 'config'>,
  given: {
    read: Pick<UpkeepStore, 'siteFacts'> & Pick<Store, 'refusedPages'>;
    heardOf: SiteFacts['latest'];
    /** Where browsers find the collector's routes. */
    browserUrl: string;
    now: number;
  },
): Promise<SiteSigns> {
  const { read, heardOf, browserUrl, now } = given;
  const noted = (await read.siteFacts()).filter((fact) => fact.site === site.id);
  const heard = heardOf(site.id);
  const iso = (at: number): string => new Date(at).toISOString();
  const sign = (name: FactName): Sign | null => {
    const lately = heard.find((one) => one.name === name);
    const before = noted.find((one) => one.name === name)?.at ?? -Infinity;
    if (lately && lately.at >= before) return { at: iso(lately.at), host: lately.host };
    return before === -Infinity ? null : { at: iso(before), host: null };
  };
  return {
    ...{ now: iso(now), tag: sign('tag'), touch: sign('touch'), consent: sign('consent'), order: sign('order') },
    lines: siteSnippets(site, browserUrl).map(({ name, text }) => ({ name, text })),
    refused: (await read.refusedPages())
      .filter((one) => one.site === site.id)
      .map(({ host, count }) => ({ host, count })),
  };
}
