/** The site's settings, and the page they apply to. */
import type { TagSettings } from '../collector/wire.ts';

/** The page's globals, which may be anything. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const page = globalThis as any;

/** What the tag and its late part both know of the site. Filled once, at start. */
export const site = {} as TagSettings & {
  /** The journey of this page, where cookies are refused. */
  journey?: string;
};
