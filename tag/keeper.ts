/** Keeps the journey in its cookie, and removes whatever the tag ever stored. */
import { read, write } from './cookie.ts';
import { decodeJourney, encodeJourney, NAME } from './journey.ts';
import type { Journey } from './journey.ts';
import { settings } from './settings.ts';
import { save } from './store.ts';

/** Where cookies are refused the journey lasts as long as the page. */
let memory: Journey | undefined;

/** The journey as stored: read afresh, since another tab may have written it. */
export const journey = (): Journey | undefined => decodeJourney(read(NAME)) ?? memory;

export function keep(kept: Journey): void {
  memory = kept;
  const text = encodeJourney(kept);
  // A cookie that a server wrote is not written again by a script, which would cut its life to Safari's seven days.
  if (text != read(NAME)) write(NAME, text);
  // A network may read its id under a name of its own (CJ: `cje`). The newest wins; a landing without the id changes nothing.
  for (const { name, param, days } of settings.cookies ?? [])
    for (const touch of kept.touches) if (touch.param == param) write(name, touch.value, days);
}

/** Random enough never to meet another: 128 bits. */
export const newId = (): string =>
  crypto.getRandomValues(new Uint32Array(4)).reduce((id, part) => id + part.toString(36), '');

export function wipe(): void {
  memory = undefined;
  for (const name of [NAME, '_ct_o', '_ct_c', '_ct_h'].concat((settings.cookies ?? []).map(({ name }) => name)))
    if (read(name) != null) write(name, '', -1);
  for (const name of ['_ct_q', '_ct_o', '_ct_t']) save(name, '');
}
