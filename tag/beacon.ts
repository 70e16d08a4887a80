/** How anything leaves the page for the collector: one request that outlives it, without preflight. */
import { site } from './settings.ts';
import { say } from './say.ts';

/** The answer's body, its status, and the seconds to wait that it names. Empty where there was no answer. */
export type Answer = [text?: string, status?: number, after?: number];

/**
 * Posts JSON as text/plain with `keepalive`: of the ways measured, the one whose requests arrived 12 times of 12 in every engine
 * whether the page navigated or closed (contracts/browsers.md, section 3; block lists stop `sendBeacon`). The body of the answer is
 * read because an unread one keeps its share of the 64 kB that all keepalive requests have together.
 */
export async function post(route: string, given: object): Promise<Answer> {
  try {
    const body = JSON.stringify(given);
    const response = await fetch(site.collector + route, {
      method: 'POST',
      body,
      credentials: 'include',
      keepalive: body.length < 6e4,
    });
    return [await response.text(), response.status, +response.headers.get('retry-after')!];
  } catch (error) {
    say('error', error);
    return [];
  }
}
