/** The part of the doctor that says whether each site is alive: its tag, its touches, its consent, its orders, and hosts that were refused. Pure. */
import type { Finding } from './finding.ts';
import { countOf } from '../../lib/text/count.ts';
import { days } from '../../lib/duration.ts';
import type { FactName, SiteFact } from '../../model/site-fact.ts';
import { sharedHosts } from '../../configuration/site-pages.ts';
import type { Site } from '../../configuration/sites.ts';

/** A tag that no page has fetched for so long is no longer in the pages. */
const TAG_GONE = days(2);
/** Hosts that are named in one finding. */
const MOST_NAMED = 5;

export function siteFindings(given: {
  sites: readonly Pick<Site, 'config'>[];
  facts: readonly SiteFact[];
  /** Pages of hosts that are not listed, by site. */
  refused: readonly { site: string; host: string; count: number }[];
  /** How times are written for whoever reads. */
  time: (at: number) => string;
  now: number;
}): Finding[] {
  const shared = sharedHosts(given.sites.map(({ config }) => config)).map(({ site, message }): Finding => ({
    ...{ area: `site ${site}`, level: 'warn', message },
    fix: 'Let each host stand in domains of one site; for several shops on one host, put one tag into each page.',
  }));
  return [...given.sites.flatMap((site) => findingsOf(site, given)), ...shared];
}

function findingsOf(
  { config }: Pick<Site, 'config'>,
  { facts, refused, time, now }: Parameters<typeof siteFindings>[0],
): Finding[] {
  const area = `site ${config.id}`;
  const own = facts.filter(({ site }) => site === config.id);
  const last = (name: FactName): number | undefined => own.find((fact) => fact.name === name)?.at;
  const [tag, touch, consent, order] = [last('tag'), last('touch'), last('consent'), last('order')];
  return [
    lifeFinding(),
    ...refusedFindings(
      config.id,
      refused.filter(({ site }) => site === config.id),
    ),
  ];

  function lifeFinding(): Finding {
    if (tag === undefined)
      return {
        ...{ area, level: 'warn', message: `No page has fetched the tag yet${lastOf({ order })}.` },
        fix: `Put the lines into the pages: clickthread site show ${config.id}`,
      };
    if (tag < now - TAG_GONE)
      return {
        ...{ area, level: 'warn', message: `The tag was last fetched ${time(tag)}${lastOf({ touch, order })}.` },
        fix: 'Look whether the script tag is still in the pages, and whether they can reach the collector.',
      };
    if (config.consent !== 'granted' && consent === undefined && touch === undefined && order === undefined)
      return {
        ...{ area, level: 'warn', message: `tag last fetched ${time(tag)}, but no page has granted consent yet` },
        fix:
          config.consent === 'wait'
            ? "Tell the tag what the visitor answers: clickthread('consent', { marketing: true })"
            : "Look whether your consent banner is one whose answer the tag can read; otherwise call clickthread('consent', …).",
      };
    return { area, level: 'ok', message: `tag last fetched ${time(tag)}${lastOf({ touch, consent, order })}` };
  }

  function lastOf(others: Record<string, number | undefined>): string {
    return Object.entries(others)
      .map(([name, at]) => {
        // What the shop's server reports says nothing of the pages.
        const what = name === 'order' ? 'order of a page' : name;
        return at === undefined ? `; no ${what} yet` : `; last ${what} ${time(at)}`;
      })
      .join('');
  }
}

function refusedFindings(site: string, refused: readonly { host: string; count: number }[]): Finding[] {
  const sorted = refused.toSorted((a, b) => b.count - a.count);
  const [first] = sorted;
  if (!first) return [];
  const named = sorted.slice(0, MOST_NAMED).map(({ host, count }) => `${countOf(count, 'report')} of pages on ${host}`);
  const more = sorted.length > MOST_NAMED ? `, and of ${countOf(sorted.length - MOST_NAMED, 'more host')}` : '';
  const was = sorted.length === 1 && first.count === 1 ? 'was' : 'were';
  return [
    {
      area: `site ${site}`,
      level: 'warn',
      message: `${named.join(', ')}${more} ${was} refused`,
      fix: `If ${first.host} is yours, add it to domains of ${site}, then: clickthread quarantine replay --site ${site}`,
    },
  ];
}
