/**
 * The tag, put together. What a page brings waits in memory until the consent gate opens, is then stored and sent, and is removed
 * when the gate is closed. What only some pages need is the late part.
 */
import { isGranted, vote } from './consent.ts';
import { read, write } from './cookie.ts';
import { journey } from './keeper.ts';
import { land } from './landing.ts';
import { late, later } from './later.ts';
import { watchLayer } from './layer.ts';
import { decorate, startLinker } from './linker.ts';
import type { Loose } from './order.ts';
import { page } from './page.ts';
import { QUEUE } from './queue.ts';
import { identify, release, SEEN, waiting } from './sale.ts';
import { guard } from './say.ts';
import { consent, site } from './state.ts';
import type { Settings } from './state.ts';
import { storeTouches } from './touches.ts';
import { wrap } from './wrap.ts';

/** Remembers an answer that was given by hand: when it was granted, or `0` for a refusal where consent is assumed. */
const ANSWER = '_ct_c';

type Call = (call: string, ...given: unknown[]) => unknown;

/** Starts the tag; `site.call` is then the public function. */
export function start(given: Settings): void {
  Object.assign(site, given);
  const { consent: mode } = given;
  /** An arrival from a linked domain that the late part has yet to read; orders wait for it. */
  let arriving: boolean | undefined;

  const queued = () => RegExp(QUEUE).test(Object.keys(localStorage) as never);
  const scan = guard(() => {
    if (site.attend || page.order_info || document.querySelector('[data-clickthread],[data-clickthread-order]'))
      void later('attend');
  });
  const settle = guard(() => {
    if (arriving) return;
    scan();
    if (isGranted()) {
      storeTouches();
      // What a link from a linked domain brought is joined before orders go.
      late.attend?.();
      release();
      if ((!journey() && read('_ct_h')) || queued()) void later('restore');
    } else if (consent.marketing == 'denied')
      if (journey() || read(SEEN) || site.cookies || queued()) void later('withdraw');
  });
  const look = async () => {
    land();
    if (/_ct=/.test(location as never)) {
      arriving = true;
      await later('arrive');
      arriving = false;
    }
    settle();
  };
  const watch = () => later('watch');
  const calls: Record<string, (first: never) => unknown> = {
    conversion(order: Loose) {
      const take = (taken = order) => {
        waiting.push(taken);
        settle();
      };
      // An amount as people write it (`1.234,50 €`) is read by the late part.
      if (isNaN(order.total)) void later('tidy', order).then(take);
      else take();
    },
    identify,
    consent({ marketing }: { marketing: unknown }) {
      vote('manual', !!marketing);
      // A refusal needs remembering only where consent would be assumed on the next page.
      if (mode != 'auto') write(ANSWER, marketing ? Date.now() : mode == 'granted' ? 0 : '');
    },
    page: look,
    decorate,
  };
  /** Cookies and storage are read synchronously: in a task of its own after the script's, or when the page first calls. */
  let begin: (() => void) | undefined = () => {
    begin = undefined;
    const answer = mode != 'auto' && read(ANSWER);
    if (mode == 'granted' || answer) vote(answer ? 'manual' : 'site', answer != '0', { at: +answer! || Date.now() });
    site.changed = settle;
    void look();
  };
  site.call = (name, ...rest) => {
    begin?.();
    return guard(calls[name] ?? (later as Call).bind(0, name))(...(rest as [never]));
  };

  setTimeout(() => begin?.());
  startLinker();
  if (mode == 'auto') void watch();
  if (/_ct_debug/.test(location as never)) void later('debug', true);
  // Most shops push something on every page; only what may be an order is worth the late part.
  if (given.detect !== false) watchLayer((entry) => /purchase|transaction/i.test(JSON.stringify(entry)) && watch());
  wrap(history, 'pushState', look);
  wrap(history, 'replaceState', look);
  addEventListener('popstate', look);
  new MutationObserver(scan).observe(document, { childList: true, subtree: true });
}
