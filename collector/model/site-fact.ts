/** What is remembered of a site so that somebody can see whether it is alive: the last time of each fact, and how often. */

/**
 * `tag`: fetched by a page. `touch`, `order`: reported by a browser. `consent`: a page said yes. `hook:CONNECTION` a shop's webhook was taken,
 * `hook-WHAT:CONNECTION` one was refused, by what was wrong with it.
 */
export type FactName = 'tag' | 'touch' | 'consent' | 'order' | HookFact;

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
