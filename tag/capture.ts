/**
 * Entry of the capture-only file, for shops whose own back end reports the order: landing → cookie → hidden fields. `data-params`, `data-consent` (`granted`, or `wait` for `clickthread('consent', …)`).
 */
import { read, write } from './cookie.ts';
import { decodeJourney, encodeJourney, isClickId, NAME } from './journey.ts';
import { newId } from './keeper.ts';
import { page } from './page.ts';
import { guard } from './say.ts';

const { params = 'irclickid,im_ref', consent } = (document.currentScript as HTMLScriptElement).dataset;
const { search, hash } = location;

const run = guard(() => {
  const kept = decodeJourney(read(NAME)) ?? { visitor: newId(), touches: [] };
  for (const pair of (search + hash).split(/[?&#]/)) {
    const [name, ...rest] = pair.split('=');
    const param = name!.toLowerCase();
    const value = guard(decodeURIComponent)(rest.join('='));
    if (params.split(',').includes(param) && isClickId(value) && !kept.touches.some((touch) => touch.value == value))
      kept.touches.push({ param, value, at: Date.now() });
  }
  if (kept.touches[0]) write(NAME, encodeJourney(kept));
  document.querySelectorAll<HTMLInputElement>('[data-clickthread]').forEach((input) => {
    for (const { param, value } of kept.touches) if (input.dataset.clickthread == param) input.value = value;
  });
});

let granted = consent == 'granted';
const go = () => granted && run();
const { clickthread: stub } = page;
page.clickthread = (call: string, { marketing }: { marketing?: boolean } = {}) => {
  if (call != 'consent') return;
  granted = !!marketing;
  if (!granted) write(NAME, '');
  go();
};
stub?.q?.forEach((args: [string]) => page.clickthread(...args));
go();
addEventListener('DOMContentLoaded', go);
