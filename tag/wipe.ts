/** Removes what the tag stored. The late part removes the cookies that it wrote for networks, and the caller looks after the answer. */
import { read, write } from './cookie.ts';
import { site } from './settings.ts';
import { forget } from './store.ts';

export function wipe(): void {
  site.journey = undefined;
  for (const name of ['_ct', '_ct_o', '_ct_q', '_ct_t']) {
    if (read(name)) write(name, '', -1);
    forget(name);
  }
}
