/** How anything leaves the page for the collector: one request that outlives it, without preflight. */
import { say } from './say.ts';
import { site } from './state.ts';

/** True in the files that a collector serves: only the others may have none. */
declare const __CT_SERVED__: boolean;

/** The answer's body, and the answer. Empty where there was none, or nobody to answer. */
export type Answer = [text?: string, response?: Response];

/**
 * Posts JSON as text/plain with `keepalive`: of the ways measured, the one whose requests arrived 12 times of 12 in every engine
 * whether the page navigated or closed (contracts/browsers.md, section 3; block lists stop `sendBeacon`). The body of the answer is
 * read because an unread one keeps its share of the 64 kB that all keepalive requests have together.
 */
export async function post(route: string, given: object): Promise<Answer> {
  if (!__CT_SERVED__ && !site.collector) return [];
  try {
    const body = JSON.stringify(given);
    const response = await fetch(site.collector + route, {
      method: 'POST',
      body,
      credentials: 'include',
      // Only up to 60 kB.
      keepalive: !body[6e4],
    });
    return [await response.text(), response];
  } catch (error) {
    return [say(0, error)!];
  }
}
