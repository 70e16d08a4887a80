/** The seam between the tag that every page loads and its late part, which is fetched when a page first needs it. */
import type * as Late from './late.ts';
import { guard, say } from './say.ts';

export type LatePart = typeof Late;

let fetchLate: () => Promise<Partial<LatePart>>;
let fetched: Promise<Partial<LatePart>>;
/** The late part as far as it is there. */
export let late: Partial<LatePart> = {};

export const setLate = (loader: typeof fetchLate): void => {
  fetchLate = loader;
};

/** Runs something once the late part is there; where it can't be had, without it. */
export const later = (run: () => unknown): void => {
  fetched = fetched ?? fetchLate();
  void fetched
    .then(
      (part) => (late = part),
      (error) => say('error', error),
    )
    .then(guard(run));
};
