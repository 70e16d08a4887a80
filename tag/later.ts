/** The seam between the tag that every page loads and its late part, which is fetched when a page first needs it. */
import type * as Late from './late.ts';
import { guard, say } from './say.ts';
import { site } from './state.ts';

export type LatePart = typeof Late;

let fetched: Promise<Partial<LatePart>> | undefined;
/** The late part as far as it is there. */
export let late: Partial<LatePart> = {};

/** Calls one of the late part's functions once it is there. Undefined where it can't be had; the next call tries again. */
export async function later<K extends keyof LatePart>(
  name: K,
  ...given: Parameters<LatePart[K]>
): Promise<ReturnType<LatePart[K]> | undefined> {
  try {
    late = await (fetched = fetched ?? site.late());
  } catch (error) {
    fetched = undefined;
    say(0, error);
  }
  return guard(late[name] as (...all: Parameters<LatePart[K]>) => ReturnType<LatePart[K]>)(...given);
}
