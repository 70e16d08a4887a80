/** A refused order, kept so that a slip in a template costs no sale. */
import type { Problem } from '../../wire/problem.ts';

export interface Quarantined {
  id: string;
  site: string;
  at: number;
  route: string;
  errors: Problem[];
  /** The refused body, sealed. */
  body: Buffer;
  /** Keyed hash of the body: the same refusal twice is kept once. */
  fingerprint: string;
  seen: number;
}

/** Whether strangers can send what was refused there: it has room of its own, and never stands for what the shop sent. */
export const isOfBrowsers = (route: string): boolean => route === 'conversion' || route === 'sale';
