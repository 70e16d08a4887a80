/** Late part. The far end of a hand-over: takes the journey that a link from a linked domain brings. */
import { browser } from './browser.ts';
import { guard, say } from './core.ts';
import { readHandover } from './handover.ts';
import type { Handover } from './handover.ts';

/** Takes the journey out of the address, which is cleaned so that it is neither copied nor bookmarked. */
export function takeArrival(): Handover | undefined {
  const token = /[?&]_ct=([\w-]+)/.exec(location.search);
  if (!token) return;
  guard(() =>
    history.replaceState(history.state, '', location.href.replace(/_ct=[\w-]+&?/, '').replace(/[?&](#|$)/, '$1')),
  )();
  const arrival = guard(readHandover)(token[1]!, browser());
  // Matomo raised its limit from 45 s for slow pages; two minutes is what a link may take.
  if (arrival && Math.abs(Date.now() - arrival.at) < 12e4) return arrival;
  say('skipped', 'link too old or from another browser');
}
