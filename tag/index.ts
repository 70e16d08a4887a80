/** Entry of the tag that the collector serves: the site's settings stand where the placeholder is. */
import type { TagSettings } from '../collector/wire.ts';
import { expose } from './expose.ts';

declare const __CT_SETTINGS__: TagSettings;

const settings = __CT_SETTINGS__;
// The host that the script came from is same-site wherever the owner put the tag.
settings.collector =
  settings.collector || (document.currentScript as HTMLScriptElement | null)?.src.replace(/\.js\b.*/, '');
expose(settings);
