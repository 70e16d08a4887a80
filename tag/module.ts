/** Entry of `clickthread/tag`, for shops that bundle their scripts. Nothing runs until `init` is called, so that servers can import it. */
import type { TagSettings } from '../collector/wire.ts';
import * as late from './late.ts';
import { wantsAttending } from './referrer.ts';
import { start } from './start.ts';
import { site } from './state.ts';

let started = false;

/** Starts the tag on this page and returns the `clickthread` function; a second call returns the same one. */
export function init(settings: TagSettings): typeof site.call {
  if (!started) {
    started = true;
    start({ ...settings, attend: wantsAttending(settings), late: () => Promise.resolve(late) });
    if (settings.debug) site.call('debug', true);
  }
  return site.call;
}
