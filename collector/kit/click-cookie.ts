/** Cookies under a network's own name: the one that it demands of its advertisers, and those that hold a click of its own script's. */
import type { SettingsShape } from './setting.ts';

/** The click of a landing, kept on the shop's domain by header. With consent alone; a no removes it. */
export interface ClickCookie {
  name: string;
  /** The landing parameter that it holds, lower-case: one of the definition's `clickParams`. */
  param: string;
  /** Whether the network's own scripts read it in the page; where not, no script can. */
  readable: boolean;
}

/**
 * A cookie that the network's own script, or a set-up before this one, has left on the shop's domain with a click in it. It is read of the
 * request that brings an order, with consent alone, so that a click counts whose landing nobody here saw.
 */
export interface VendorCookie {
  /** A name with an account in it as a pattern. */
  name: string | RegExp;
  /** The landing parameter that it counts as, lower-case: the first of the connection's `clickParams` unless given. */
  param?: string;
  /**
   * The click in the cookie's value, which is the whole value unless given, and when it happened, epoch milliseconds. What says no time counts
   * only where nothing else is known of the visitor: it may be a year old. Undefined where there is no click in it.
   */
  read?: (value: string) => { value: string; at?: number } | undefined;
}

export const isNamed = ({ name: wanted }: VendorCookie, name: string): boolean =>
  typeof wanted === 'string' ? wanted === name : wanted.test(name);

/** What browsers grant at most, in days. https://developer.chrome.com/blog/cookie-max-age-expires */
const DAYS = /^([1-9]\d?|[1-3]\d\d|400)$/;

/** The settings that every definition with a `clickCookie` has; `days` is the life that the network asks for. */
export const clickCookieSettings = (name: string, days: number) =>
  ({
    clickCookie: {
      label: 'Cookie',
      help: `On where the network demands the cookie ${name} on the shop’s domain: the collector sets it by header with each new click, and removes it when consent is denied. The collector’s host must be under the shop’s domain`,
      kind: 'boolean',
      default: false,
    },
    clickCookieDays: {
      label: 'Days of the cookie',
      help: 'Counted from the click, as the agreement with the network says',
      default: String(days),
      pattern: DAYS,
      patternHelp: 'a whole number of days from 1 to 400',
    },
  }) as const satisfies SettingsShape;
