/** The site's settings, and the page they apply to. Filled once by `start`. */
import type { TagSettings } from '../collector/wire.ts';

/** The page's globals, which may be anything. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const page = globalThis as any;

export let settings: TagSettings;
/** Address of the site's browser routes; undefined where the tag works alone. */
export let collector: string | undefined;

export function configure(given: TagSettings): void {
  settings = given;
  // The address the script came from is same-site by construction, which a configured one may not be.
  collector = given.collector;
}
