/** The part of the doctor that says whether each site is alive: its tag, its touches, its consent, its orders, and hosts that were refused. Pure. */
import { describeFinding, type Finding, isoTime, type Said, type WriteTime } from './finding.ts';
import { days } from '../../lib/duration.ts';
import { type FactName, hostsOfTag, type SiteFact } from '../../model/site-fact.ts';
import { isBelow, sharedHosts } from '../../configuration/site-pages.ts';
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
  time: WriteTime;
  now: number;
}): Finding[] {
  const shared = sharedHosts(given.sites.map(({ config }) => config)).map(({ site, message }) =>
    describeFinding({
      ...{ area: `site ${site}`, level: 'warn', mend: 'site.shared' },
      said: ['site.shared', { said: message }],
    }),
  );
  return [
    ...given.sites.flatMap(({ config }) => {
      const own = given.facts.filter(({ site }) => site === config.id);
      const host = given.refused.filter(({ site }) => site === config.id);
      return [
        lifeFinding(config, own, given),
        ...linkerFindings(config, own, given.time),
        ...refusedFindings(config.id, host),
      ];
    }),
    ...shared,
  ];
}

const at = (own: readonly SiteFact[], name: FactName): number | undefined => own.find((fact) => fact.name === name)?.at;

function lifeFinding(
  config: Site['config'],
  own: readonly SiteFact[],
  { time, now }: { time: WriteTime; now: number },
): Finding {
  const area = `site ${config.id}`;
  const [tag, touch, consent, order] = [at(own, 'tag'), at(own, 'touch'), at(own, 'consent'), at(own, 'order')];
  const last = (name: 'touch' | 'consent' | 'order'): Said => {
    const when = at(own, name);
    return when === undefined ? [`site.${name}.none`] : [`site.${name}`, { at: isoTime(when) }];
  };
  if (tag === undefined) {
    const mend = ['site.noTag', { site: config.id }] as const;
    return describeFinding({ area, level: 'warn', said: [['site.noTag'], last('order')], mend }, time);
  }
  const when = { at: isoTime(tag) };
  if (tag < now - TAG_GONE)
    return describeFinding(
      { area, level: 'warn', said: [['site.tagGone', when], last('touch'), last('order')], mend: 'site.tagGone' },
      time,
    );
  const hosts = seenOn(own);
  if (config.consent !== 'granted' && consent === undefined && touch === undefined && order === undefined)
    return describeFinding(
      {
        ...{ area, level: 'warn', said: [['site.tag', when], ...hosts, ['site.noConsent']] },
        mend: config.consent === 'wait' ? 'site.tellConsent' : 'site.readConsent',
      },
      time,
    );
  const missing =
    hosts.length === 0
      ? []
      : config.linked.filter(
          (entry) => !hostsOfTag(own).some((host) => isBelow(host, entry) || isBelow(host.replace(/:\d+$/, ''), entry)),
        );
  const all: Said[] = [['site.tag', when], ...hosts, last('touch'), last('consent'), last('order')];
  if (missing.length === 0) return describeFinding({ area, level: 'ok', said: all }, time);
  const values = { hosts: missing.join(', '), site: config.id };
  return describeFinding(
    { area, level: 'warn', said: [...all, ['site.noHost', values]], mend: ['site.noHost', values] },
    time,
  );
}

/** Hosts whose pages have fetched the tag, the busiest first. */
function seenOn(own: readonly SiteFact[]): Said[] {
  const hosts = hostsOfTag(own);
  if (hosts.length === 0) return [];
  const more = hosts.length > MOST_NAMED ? ` (+${hosts.length - MOST_NAMED})` : '';
  return [['site.hosts', { hosts: hosts.slice(0, MOST_NAMED).join(', ') + more }]];
}

/** Whether visitors who go over a link to another host of the shop arrive there with their journey. */
function linkerFindings({ id, linked }: Site['config'], own: readonly SiteFact[], time: WriteTime): Finding[] {
  const given = own.find(({ name }) => name === 'give');
  const arrived = own.find(({ name }) => name === 'arrival');
  if (linked.length === 0 && !given && !arrived) return [];
  const area = `linker of ${id}`;
  const values = { hosts: linked.join(', ') || '–', site: id };
  if (arrived)
    return [
      describeFinding(
        { area, level: 'ok', said: ['linker.arrives', { at: isoTime(arrived.at), count: arrived.count }] },
        time,
      ),
    ];
  if (given) {
    const said = ['linker.given', { ...values, count: given.count }] as const;
    return [describeFinding({ area, level: 'warn', said, mend: ['linker.given', values] })];
  }
  // Before there are visitors it says nothing.
  if (at(own, 'touch') === undefined) return [];
  return [describeFinding({ area, level: 'warn', said: ['linker.none', values], mend: ['linker.none', values] })];
}

function refusedFindings(site: string, refused: readonly { host: string; count: number }[]): Finding[] {
  return refused
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MOST_NAMED)
    .map(({ host, count }) =>
      describeFinding({
        ...{ area: `site ${site}`, level: 'warn', mend: ['site.refused', { host, site }] },
        said: ['site.refused', { host, count }],
      }),
    );
}
