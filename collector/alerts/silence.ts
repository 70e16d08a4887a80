/** Whether a site is quieter than it should be, by its own history of new orders: the same hours of the weeks before. Pure but for its counts. */

/** Hours of a week: a shop's Sunday night is compared with its Sunday nights. */
const WEEK = 7 * 24;
const WEEKS = 4;
/** Weeks of history that it takes at least; before that nobody knows what is usual. */
const FEWEST = 2;
/** Of a long silence its first two days tell enough. */
const LONGEST = 48;
/** Chance brings no order where so many are usual in fewer than one of a thousand cases (Poisson: e^-7). */
const ENOUGH = 7;

export interface Silence {
  /** Whole hours without an order. */
  hours: number;
  /** Orders that such hours usually bring. */
  usual: number;
}

/**
 * `present` is the hour that has just begun, in hours since the epoch; `between` counts orders of the hours from one up to another. A
 * week in which the same hours brought nothing (a holiday, a shop that was closed) makes silence usual. Asks for a few sums, whatever the history.
 */
export async function findSilence(given: {
  span: { first: number; last: number } | null;
  present: number;
  between: (from: number, until: number) => Promise<number>;
}): Promise<Silence | undefined> {
  const { span, present, between } = given;
  if (span === null) return undefined;
  const from = span.last + 1;
  const hours = present - from;
  if (hours < 1) return undefined;
  const until = from + Math.min(hours, LONGEST);
  const weeks = Math.min(WEEKS, Math.floor((from - span.first) / WEEK));
  if (weeks < FEWEST) return undefined;
  const counts: number[] = [];
  for (let week = 1; week <= weeks; week += 1) counts.push(await between(from - week * WEEK, until - week * WEEK));
  const usual = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  if (usual < ENOUGH || Math.min(...counts) === 0) return undefined;
  return { hours, usual: Math.round(usual) };
}
