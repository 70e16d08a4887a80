/** Entry of the tag that the collector serves: the site's settings stand where the placeholder is, and the late part is fetched when needed. */
import type { TagSettings } from '../collector/wire.ts';
import * as core from './core.ts';
import { expose } from './expose.ts';

declare const __CT_SETTINGS__: TagSettings;
/** Changes with the tag's source. */
declare const __CT_BUILD__: string;

const settings: TagSettings = {
  // The host that the script came from is same-site wherever the owner put the tag.
  collector: (document.currentScript as HTMLScriptElement | null)?.src.replace(/\.js([?#].*)?$/, ''),
  ...__CT_SETTINGS__,
};
// `import()` inherits the page's nonce and, unlike a script element's address, is no sink for Trusted Types.
// Under an address of its own for each build, so that no cache pairs this file with the late part of another.
expose(settings, () => import(settings.collector + '/late.js?' + __CT_BUILD__), core);
