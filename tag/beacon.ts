/** How anything leaves the page for the collector: one request that outlives it, without preflight. */
import type { Answer } from './parts.ts';
import { tellPage } from './say.ts';
import { site } from './state.ts';

/** True in the files that a collector serves: only the others may have none. */
declare const __CT_SERVED__: boolean;

/** All keepalive requests of a page share 64 KiB; this leaves room for headers and for a touch on its way. */
const KEEPALIVE_BYTES = 6e4;

/**
 * Posts JSON as text/plain with `keepalive`: of the ways measured, the one whose requests arrived 12 times of 12 in every engine
 * whether the page navigated or closed (decision 0003; block lists stop `sendBeacon`). The body of the answer is read because an unread one
 * keeps its share of what all keepalive requests have together. `now` tells the collector what the device's clock is off by.
 */
export const postJson = async (route: string, given: object): Promise<Answer> => {
  if (!__CT_SERVED__ && !site.collector) return [];
  try {
    const body = JSON.stringify({ ...given, now: Date.now() });
    const response = await fetch(site.collector + route, {
      method: 'POST',
      body,
      // An opaque page (a sandboxed frame, whose origin reads "null") brings no cookies, and reads no answer that is for who has any.
      credentials: origin[4] ? 'include' : 'omit',
      keepalive: new Blob([body]).size < KEEPALIVE_BYTES,
    });
    return [await response.text(), response];
  } catch (error) {
    return [tellPage(0, error)!];
  }
};
