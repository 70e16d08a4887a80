/** Removes whatever the tag ever stored, its late part included; the answer itself is the caller's. */
import { read, write } from './cookie.ts';
import { site } from './settings.ts';
import { forget } from './store.ts';

export function wipe(): void {
  site.journey = undefined;
  for (const name of ['_ct', '_ct_o', '_ct_q', '_ct_t'].concat((site.settings.cookies ?? []).map(({ name }) => name))) {
    if (read(name)) write(name, '', -1);
    forget(name);
  }
}
