/** Entry of the tag that the collector serves: the site's settings stand where the placeholder is, and the late part is fetched when needed. */
import type { TagSettings } from '../collector/wire.ts';
import * as core from './core.ts';
import { expose } from './expose.ts';

declare const __CT_SETTINGS__: TagSettings;

const settings = __CT_SETTINGS__;
// The host that the script came from is same-site wherever the owner put the tag.
settings.collector =
  settings.collector || (document.currentScript as HTMLScriptElement | null)?.src.replace(/\.js\b.*/, '');
// `import()` inherits the page's nonce and, unlike a script element's address, is no sink for Trusted Types.
expose(settings, () => import(settings.collector + '/late.js'), core);
