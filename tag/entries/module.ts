/** Entry of `clickthread/tag`, for shops that bundle their scripts. Nothing runs until `init` is called, so that servers can import it. */
import type { TagSettings } from '../../wire/messages.ts';
import { late } from '../later.ts';
import * as parts from './parts.ts';
import { probeDomain } from '../probe-domain.ts';
import { startTag } from '../start.ts';
import type { Parts } from '../parts.ts';
import { prepareSettings } from '../../wire/tag-settings.ts';
import { site } from '../state.ts';

let started = false;

/** Starts the tag on this page and returns the `clickthread` function; a second call returns the same one. */
export function init(settings: TagSettings): typeof site.call {
  if (!started) {
    started = true;
    // Everything is here from the first moment on.
    Object.assign(late, parts satisfies Parts);
    site.domains = settings.domains;
    probeDomain();
    startTag({
      ...prepareSettings(settings),
      domains: site.domains,
      part: () => Promise.resolve({}),
    });
    if (settings.debug) site.call('debug', true);
  }
  return site.call;
}
