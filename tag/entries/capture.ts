/**
 * Entry of the capture-only file, for shops whose own back end reports the order: landing → cookie → hidden fields. `data-params`, `data-consent`
 * (`granted`, or `wait` for `clickthread('consent', …)`).
 */
import { readCookie, writeCookie } from '../cookie.ts';
import { decodeJourney, encodeJourney, isClickIdText, NAME } from '../../wire/journey.ts';
import { newId } from '../journey-cookie.ts';
import { ownScript } from './own-script.ts';
import { page } from '../page.ts';
import { probeDomain } from '../probe-domain.ts';
import { guard } from '../say.ts';
import { site } from '../state.ts';

const { params = 'irclickid,im_ref', consent } = ownScript()!.dataset;
const { search, hash } = location;

const run = guard(() => {
  site.domains = [];
  probeDomain();
  const kept = decodeJourney(readCookie(NAME)) ?? { visitor: newId(), touches: [] };
  for (const pair of (search + hash).split(/[?&#]/)) {
    const [name, ...rest] = pair.split('=');
    const param = name!.toLowerCase();
    const value = guard(decodeURIComponent)(rest.join('='));
    if (
      params.split(',').includes(param) &&
      value &&
      isClickIdText(value) &&
      !kept.touches.some((touch) => touch.value == value)
    )
      kept.touches.push({ param, value, at: Date.now() });
  }
  if (kept.touches[0]) writeCookie(NAME, encodeJourney(kept));
  document.querySelectorAll<HTMLInputElement>('[data-clickthread]').forEach((input) => {
    for (const { param, value } of kept.touches) if (input.dataset.clickthread == param) input.value = value;
  });
});

let granted = consent == 'granted';
const go = () => granted && run();
const stub = typeof page.clickthread == 'function' && page.clickthread;
page.clickthread = (call: string, { marketing }: { marketing?: boolean } = {}) => {
  if (call != 'consent') return;
  granted = !!marketing;
  if (!granted) writeCookie(NAME, '');
  go();
};
stub?.q?.forEach((args: [string]) => page.clickthread(...args));
go();
addEventListener('DOMContentLoaded', go);
