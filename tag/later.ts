/** The seam between the tag that every page loads and its parts, each fetched when a page first needs it. */
import type { Parts } from './parts.ts';
import { guard, tellPage } from './say.ts';
import { site } from './state.ts';

/** The parts as far as they are there. */
export const late: Partial<Parts> = {};

/**
 * Calls a function of a part once it is there. The parts but for `late` have one function, of their own name. Undefined where it can't be had;
 * the next call tries again: an import that failed is not remembered by browsers for good.
 */
export const later = async <K extends keyof Parts>(
  name: K,
  ...given: Parameters<Parts[K]>
): Promise<ReturnType<Parts[K]> | undefined> => {
  // `link`, `page`, `signals` are files of their own; no function of the late part that is asked for has either letter.
  Object.assign(
    late,
    late[name] ?? (await site.part(/[ak]/.test(name) ? name : 'late').catch((error) => tellPage(0, error))),
  );
  return guard(late[name] as (...all: Parameters<Parts[K]>) => ReturnType<Parts[K]>)(...given);
};
