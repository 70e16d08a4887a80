/** Entry of the tag that the collector serves: the site's settings stand where the placeholder is, and the late part is fetched when needed. */
import type { TagSettings } from '../collector/wire.ts';
import { expose } from './expose.ts';
import { site } from './state.ts';

declare const __CT_SETTINGS__: TagSettings;
/** Changes with the tag's source. */
declare const __CT_BUILD__: string;

expose({
  // The host that the script came from is same-site wherever the owner put the tag.
  collector: (document.currentScript as HTMLScriptElement | null)?.src.replace(/\.js(\?.*)?$/, ''),
  // `import()` inherits the page's nonce and, unlike a script element's address, is no sink for Trusted Types.
  // Under an address of its own for each build, so that no cache pairs this file with the late part of another.
  late: () => import(site.collector + '/late.js?' + __CT_BUILD__),
  ...__CT_SETTINGS__,
});
