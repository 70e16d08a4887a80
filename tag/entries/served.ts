/** Entry of the tag that the collector serves: the site's settings stand where the placeholder is, and the late part is fetched when needed. */
import type { PreparedSettings } from '../../wire/tag-settings.ts';
import { exposeTag } from '../expose.ts';
import { site } from '../state.ts';

declare const __CT_SETTINGS__: PreparedSettings;
/** Changes with the tag's source. */
declare const __CT_BUILD__: string;

// `import()` inherits the page's nonce and, unlike a script element's address, is no sink for Trusted Types.
// Under an address of its own for each build, so that no cache pairs this file with a part of another.
site.part = (name) => import(`${site.collector}/${name}.js?` + __CT_BUILD__);
exposeTag(__CT_SETTINGS__);
