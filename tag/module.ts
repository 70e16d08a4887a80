/** Entry of `clickthread/tag`, for shops that bundle their scripts. Nothing runs until `init` is called, so that servers can import it. */
import type { TagSettings } from '../collector/wire.ts';
import * as late from './late.ts';
import { start } from './start.ts';
import type { Call } from './start.ts';

let started: Call | undefined;

/** Starts the tag on this page and returns the `clickthread` function; a second call returns the same one. */
export const init = (settings: TagSettings): Call =>
  (started = started ?? start(settings, () => Promise.resolve(late)));
