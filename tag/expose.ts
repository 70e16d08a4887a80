/** Starts the tag for a page: one global, once, with the calls that came before the script. */
import { page } from './page.ts';
import { guard } from './say.ts';
import { start } from './start.ts';
import { shared, site } from './state.ts';
import type { Settings } from './state.ts';

export const expose = guard((settings: Settings) => {
  const { clickthread: stub } = page;
  if (stub?._) return;
  start(settings);
  // What `_` holds is for the late part alone; it also tells that the tag is here.
  page.clickthread = Object.assign(site.call, { _: shared });
  stub?.q?.forEach((args: [string]) => site.call(...args));
});
