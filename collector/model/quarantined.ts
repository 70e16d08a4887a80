/** A refused order, kept so that a slip in a template costs no sale. */
import type { Problem } from '../../wire/problem.ts';

/** What a browser's request told beside its body: read again, it is the same browser on the same page. */
export interface Arrival {
  /** `Origin`; `null` for an opaque one: a sandboxed frame, a redirect, a page that names itself to nobody. */
  origin?: string;
  /** `Sec-Fetch-Site`. */
  fetchSite?: string;
  /** `Referer`, where no origin came. */
  referer?: string;
  /** The visitor whom the collector's cookie named. */
  visitor?: string;
  /** The journey's cookie. */
  journey?: string;
  /** Cookies of networks that hold clicks, by name. */
  cookies?: readonly (readonly [string, string])[];
  /** Global Privacy Control. */
  gpc?: boolean;
  ip?: string;
  userAgent?: string;
}

export interface Quarantined {
  id: string;
  site: string;
  at: number;
  route: string;
  errors: Problem[];
  /** The refused body, sealed. */
  body: Buffer;
  /** An `Arrival`, sealed; null where nothing was told, or a version before this kept it. */
  arrival?: Buffer | null;
  /** Keyed hash of the body and of whose it is: the same refusal twice is kept once. */
  fingerprint: string;
  seen: number;
}

/** Whether strangers can send what was refused there: it has room of its own, and never stands for what the shop sent. */
export const isOfBrowsers = (route: string): boolean => route === 'conversion' || route === 'sale';
