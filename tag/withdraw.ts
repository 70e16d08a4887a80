/** Removes what was stored when consent is refused, and tells the collector at once: this page may be gone before the late part has come. */
import { postJson } from './beacon.ts';
import { readCookie, writeCookie } from './cookie.ts';
import { readVisit } from './journey-cookie.ts';
import { HINT, JOURNEY, UNTOLD } from './names.ts';
import { consent, site } from './state.ts';
import { keepText, storage } from './storage.ts';

/** True in the files that a collector serves: only the others may have none. */
declare const __CT_SERVED__: boolean;

/** The collector removes its own cookies, and keeps the withdrawal as proof. What could not be told is told by the next page. */
export function withdrawConsent(): void {
  const visitor = readVisit().split('^')[1];
  const names = [JOURNEY, HINT]
    .filter(readCookie)
    // But for a withdrawal that is yet to be told.
    .concat(Object.keys(storage).filter((name) => /^_ct(?!_w)/.test(name)));
  if (!names[0]) return;
  names.concat(Object.keys(site.cookies ?? {})).forEach((name) => {
    writeCookie(name, '');
    delete storage[name];
  });
  site.kept = '';
  // Where there is no collector there is nobody to tell, and nothing may stay for it.
  if (!__CT_SERVED__ && !site.collector) return;
  const body = { visitor, touches: [], consent };
  keepText(UNTOLD, JSON.stringify(body));
  void postJson('/touch', body).then(([, response]) => response?.ok && delete storage[UNTOLD]);
}
