/** What the address of a page brings: click ids as they stand in its query or hash. What is rarer is read by the late part, by the same two functions. */
import type { WireTouch } from '../wire/messages.ts';
import { isClickIdText } from '../wire/journey.ts';
import { later } from './later.ts';
import { guard } from './say.ts';
import { site } from './state.ts';

/** `again`, which doesn't travel: counts although the journey holds the same. */
export type HeldTouch = WireTouch & { again?: boolean };

/** What the page's addresses brought and nobody has stored yet. */
export const held: HeldTouch[] = [];

/** What a link from a linked domain brought and the late part is reading. */
export let arriving: Promise<unknown> | 0;

/**
 * Holds the click ids among the parameters of an address, in the order of `names`. Unless given, it is the one that was navigated to: of a page's
 * entries the first. Names in any case, in query and hash, values byte for byte.
 * `awc[0]=` counts as `awc`; of several values the greatest is kept, which for ids that hold their time is the newest. `known`: what other
 * spellings of the address said.
 */
export const readAddress = guard(
  (address = performance.getEntries()[0]!.name, names = site.params.split('|'), known: Record<string, string> = {}) => {
    // A plus is part of the value: forms are not where click ids come from. Newsletters escape an ampersand once too often.
    for (const [name, value] of [
      ...new URLSearchParams(address.replace(/[?#]|&(amp;)+/g, '&').replace(/\+/g, '%2B')),
    ].sort()) {
      const param = name.replace(/\[.*/, '').toLowerCase();
      known[param] = value.trim();
    }
    for (const param of names) {
      const value = known[param]!;
      // Absent, it reads "undefined", which is no id.
      if (isClickIdText(value))
        held.push({
          param,
          value,
          at: Date.now(),
          // Of its query only campaigns: the rest may hold what nobody else should know.
          url: address.replace(/[?&#](?!utm_)[^?&#]*/gi, ''),
          // The collector leaves out the site's own pages.
          referrer: document.referrer,
        });
    }
    // Touches that a link from a linked domain brings: orders wait until the late part has read them.
    if (/[?&]_ct=/.test(address))
      arriving = later('arrive', address).then(() => {
        arriving = 0;
        site.changed?.();
      });
    // Partners, campaigns, and ids inside an escaped address are left to the late part.
    const rarer = held[0] ? '' : `|${site.params}|${site.others}`;
    if (RegExp(`[?#].*(_ct_debug${rarer})`, 'i').test(address)) void later('land', address);
  },
);
