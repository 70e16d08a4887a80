/** When to try again. Pure: the randomness arrives as a parameter. */
import { hours, seconds } from './duration.ts';

const FIRST = seconds(2);
const LONGEST = hours(1);

export interface Retry {
  /** Attempts made so far, 1 after the first. */
  attempt: number;
  /** Uniform in [0, 1). */
  random: number;
  /** Milliseconds that the vendor asked for. */
  hint?: number;
}

/**
 * Milliseconds until the next attempt: full jitter under a ceiling of 2 s that doubles to an hour, never below a tenth of it.
 * A vendor's wish is a floor. Many deliveries are told the same instant, so they spread after it, too.
 * https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export function nextDelay({ attempt, random, hint }: Retry): number {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** Math.min(Math.max(attempt, 1) - 1, 30));
  const delay = Math.round(ceiling * (0.1 + 0.9 * random));
  if (hint === undefined) return delay;
  return Math.max(delay, Math.ceil(hint) + Math.round(random * Math.min(ceiling, seconds(10))));
}

/** Milliseconds until a vendor is asked for its verdict again: 2 s, 8 s, 32 s … to an hour, ± 10 %. `poll` counts from 0. */
export function confirmDelay(poll: number, random: number): number {
  const delay = Math.min(LONGEST, FIRST * 4 ** Math.min(Math.max(poll, 0), 15));
  return Math.round(delay * (0.9 + 0.2 * random));
}
