/** The lane of browsers with what a running collector has for it: the tag, the sites, the limits. */
import type { IncomingMessage } from 'node:http';
import type { SiteFacts } from '../admin/note-site-facts.ts';
import { mayPost } from '../configuration/site-pages.ts';
import { createIngestLane, type IngestLane } from '../http/browser/ingest-lane.ts';
import type { Work } from '../intake/command.ts';
import { isNamed } from '../kit/click-cookie.ts';
import { monotonicClock } from '../lib/clock.ts';
import { networkKey } from '../lib/limits/network-key.ts';
import type { RequestLimits } from '../lib/limits/request-limits.ts';
import { createTokenBuckets } from '../lib/limits/token-buckets.ts';
import { createTagServer, type TagBundle } from '../tag-files/site-tag.ts';
import type { Core } from './core.ts';

/** Addresses remembered; 16 bytes each. */
const ADDRESSES = 262_144;

export function createBrowserLane(
  core: Core,
  beside: {
    bundle: TagBundle;
    facts: SiteFacts;
    wake: (work: readonly Work[]) => void;
    addressOf: (request: IncomingMessage) => string | undefined;
    hostsOf: (request: IncomingMessage) => string[];
  },
): IngestLane {
  const { environment, sites, writer, quiet } = core;
  const { bundle, facts, wake, addressOf, hostsOf } = beside;
  return createIngestLane({
    prefix: environment.path,
    door: writer,
    tag: createTagServer({
      ...{ bundle, sites, hostsOf, publicUrl: environment.publicUrl, prefix: environment.path },
      onFetched: facts.noteTag,
    }),
    heard: facts.note,
    vendorCookies: async (site) => {
      const cookies = (await sites()).byId
        .get(site)
        ?.connections.flatMap(({ destination }) => destination?.cookies ?? []);
      return (name) => cookies?.some((cookie) => isNamed(cookie, name)) ?? false;
    },
    wake,
    thankYou: async (site) => (await sites()).byId.get(site)?.config.thankYouUrl,
    secure: environment.publicUrl?.startsWith('https:') ?? false,
    addressOf,
    hostsOf,
    waitOf: addressLimit(environment.limits),
    mayRead: async (site, origin) => {
      const known = (await sites()).byId.get(site);
      return known !== undefined && mayPost(known, origin);
    },
    log: quiet,
  });
}

/** Seconds that an address must wait; only one that is a visitor's own is counted. */
function addressLimit({ address }: RequestLimits): (from: string | undefined) => number {
  if (!address) return () => 0;
  const buckets = createTokenBuckets({ ...address, keys: ADDRESSES });
  return (from) => {
    const key = networkKey(from);
    return key === undefined ? 0 : buckets.take(key, monotonicClock());
  };
}
