/** Starts the tag for a page: one global, once, with the calls that came before the script. */
import type { Fire } from '../collector/destinations/destination.ts';
import type { TagSettings } from '../collector/wire.ts';
import type { Loose } from './order.ts';
import { guard } from './say.ts';
import { page } from './settings.ts';
import { start } from './start.ts';

export const expose = guard((settings: TagSettings, local?: (order: Loose) => Fire[]) => {
  const { clickthread: stub } = page;
  if (stub?.started) return;
  const call = (page.clickthread = start(settings, local));
  Object.assign(call, { started: true });
  (stub?.q ?? []).forEach((given: [string]) => call(...given));
});
