/** Starts the tag for a page: one global, once, with the calls that came before the script. */
import { page } from './page.ts';
import type { Loose } from './page.ts';
import { guard } from './say.ts';
import { shared } from './lend.ts';
import { startTag } from './start.ts';
import { site } from './state.ts';
import type { PreparedSettings } from '../wire/tag-settings.ts';

export const exposeTag = guard((settings: PreparedSettings, { clickthread: stub } = page): unknown => {
  // A page that is rendered before anybody looks at it is no visit; most never become one.
  if ((document as { prerendering?: boolean }).prerendering)
    return addEventListener('prerenderingchange', () => exposeTag(settings), true);
  // Only a list tells that the tag is here: `<form name="clickthread"><input name="_">` has elements.
  if (stub?._?.map) return undefined;
  startTag(settings);
  // What `_` holds is for the parts alone; it also tells that the tag is here.
  (page.clickthread = site.call as unknown as Loose)._ = shared;
  stub?.q?.forEach((args: [string]) => site.call(...args));
});
