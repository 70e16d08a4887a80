/** Starts the tag for a page: one global, once, with the calls that came before the script. */
import type { TagSettings } from '../collector/wire.ts';
import type { LatePart } from './later.ts';
import type { Local } from './sale.ts';
import { guard } from './say.ts';
import { page } from './settings.ts';
import { start } from './start.ts';
import type { Call } from './start.ts';

export const expose = guard(
  (settings: TagSettings, fetchLate: () => Promise<Partial<LatePart>>, core: object, local?: Local) => {
    const { clickthread: stub } = page;
    if (stub?._) return;
    // What `_` holds is for the late part alone; it also tells that the tag is here.
    const call: Call & { _?: object } = (page.clickthread = start(settings, fetchLate, local));
    call._ = core;
    stub?.q?.forEach((args: [string]) => call(...args));
  },
);
