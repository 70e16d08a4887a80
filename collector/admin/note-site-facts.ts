/** Notes when a site was last heard of, cheaply: a fact is written when it is new, and then at most once a minute; this process knows the last second. */
import type { Clock } from '../lib/clock.ts';
import { minutes } from '../lib/duration.ts';
import type { FactName, SiteFact } from '../model/site-fact.ts';

export interface SiteFacts {
  /** `site` is one that is configured: its name is a key that nobody else may make up. `host`: of the page that spoke, where the browser says it. */
  note(site: string, name: FactName, host?: string): void;
  /** The tag was fetched; `isOwn`: by a page of a host that is the site's. */
  noteTag(site: string, host: string | undefined, isOwn: boolean): void;
  /** What this process has heard of a site since it began, with the page that spoke. */
  latest(site: string): { name: FactName; at: number; host: string | null }[];
  /** Writes what is kept back; for the end of the process. */
  flush(): Promise<void>;
}

const WRITE_EVERY = minutes(1);
/** Hosts of one site that are told apart: anybody can invent subdomains. */
const MOST_HOSTS = 20;
/** A host name has at most so many characters. */
const LONGEST_HOST = 260;

interface Kept {
  fact: SiteFact;
  writtenAt: number;
  host: string | null;
}

export function createSiteFacts(deps: {
  write: (facts: SiteFact[]) => Promise<void>;
  clock: Clock;
  log: { warn(fields: object, message: string): void };
}): SiteFacts {
  const { write, clock, log } = deps;
  const kept = new Map<string, Kept>();
  const hostsBySite = new Map<string, Set<string>>();

  async function send(one: Kept, now: number): Promise<void> {
    const { fact } = one;
    one.fact = { ...fact, count: 0 };
    one.writtenAt = now;
    try {
      await write([fact]);
    } catch (error) {
      // Nothing depends on it: the next one tells the same.
      one.fact = { ...one.fact, count: one.fact.count + fact.count };
      log.warn({ err: error, site: fact.site }, 'what was heard of a site could not be noted');
    }
  }

  function note(site: string, name: FactName, host?: string): void {
    const now = clock();
    const key = `${site}\n${name}`;
    const one = kept.get(key) ?? { fact: { site, name, at: now, count: 0 }, writtenAt: -Infinity, host: null };
    kept.set(key, one);
    one.fact = { ...one.fact, at: Math.max(one.fact.at, now), count: one.fact.count + 1 };
    if (host !== undefined) one.host = host.slice(0, LONGEST_HOST);
    if (now - one.writtenAt >= WRITE_EVERY) void send(one, now);
  }

  return {
    note,
    noteTag(site, host, isOwn) {
      note(site, 'tag', host);
      if (!isOwn || host === undefined || host.length > LONGEST_HOST) return;
      const hosts = hostsBySite.get(site) ?? new Set<string>();
      hostsBySite.set(site, hosts);
      if (hosts.size < MOST_HOSTS) hosts.add(host);
      if (hosts.has(host)) note(site, `tag@${host}`);
    },
    latest: (site) =>
      [...kept.values()]
        .filter(({ fact }) => fact.site === site)
        .map(({ fact: { name, at }, host }) => ({ name, at, host })),
    async flush() {
      const now = clock();
      await Promise.all([...kept.values()].filter(({ fact }) => fact.count > 0).map((one) => send(one, now)));
    },
  };
}
