/** What is remembered of a site so that somebody can see whether it is alive: the last time of each fact, and how often. */

/**
 * `tag`: fetched by a page; `tag@HOST`: by a page of that host. `touch`, `order`: reported by a browser. `consent`: a page said yes. `give`: a
 * visitor left over a link to another host of the shop; `arrival`: one came with it. `hook:CONNECTION` a shop's webhook was taken,
 * `hook-WHAT:CONNECTION` one was refused, by what was wrong with it.
 */
export type FactName = 'tag' | `tag@${string}` | 'touch' | 'consent' | 'order' | 'give' | 'arrival' | HookFact;

/** Hosts whose pages have fetched the tag, those that did so most often first. */
export const hostsOfTag = (facts: readonly SiteFact[]): string[] =>
  facts
    .filter(({ name }) => name.startsWith('tag@'))
    .toSorted((a, b) => b.count - a.count)
    .map(({ name }) => name.slice('tag@'.length));

/** Why a webhook was not taken; `broken`: rightly signed, and the shop's side must be mended. */
export const HOOK_FAULTS = ['signature', 'stale', 'encoding', 'broken'] as const;
export type HookFault = (typeof HOOK_FAULTS)[number];
export type HookFact = `hook:${string}` | `hook-${HookFault}:${string}`;

export const hookFact = (connection: string, fault?: HookFault): HookFact =>
  fault === undefined ? `hook:${connection}` : `hook-${fault}:${connection}`;

export interface SiteFact {
  site: string;
  name: FactName;
  at: number;
  /** How often, since the first time. */
  count: number;
}
