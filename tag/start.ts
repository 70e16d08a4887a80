/**
 * The tag, put together. What a page brings waits in memory until the consent gate opens, is then stored and sent, and is wiped
 * when the gate is closed. Whoever came without a partner and buys nothing needs no more than this; the rest is the late part.
 */
import type { TagSettings } from '../collector/wire.ts';
import { calls } from './calls.ts';
import { consent, isGranted, onConsent, vote } from './consent.ts';
import { read, write } from './cookie.ts';
import { followRoutes } from './history.ts';
import { late, later, setLate } from './later.ts';
import type { LatePart } from './later.ts';
import { watchLayer } from './layer.ts';
import type { Loose } from './order.ts';
import { flush } from './queue.ts';
import { identify, release, takeOrder } from './sale.ts';
import type { Local } from './sale.ts';
import { debug, guard, on, say } from './say.ts';
import { page, site } from './settings.ts';
import { load } from './store.ts';
import { wipe } from './wipe.ts';

/** Remembers an answer that was given by hand: when it was granted, or `0` for a refusal where consent is assumed. */
const ANSWER = '_ct_c';

export type Call = (call: string, ...given: unknown[]) => unknown;

/** Starts the tag. Returns the `clickthread` function. */
export function start(given: TagSettings, fetchLate: () => Promise<Partial<LatePart>>, local?: Local): Call {
  Object.assign(site, given);
  setLate(fetchLate);
  const { consent: mode, params, paid, referrals } = given;
  // What a site lacks leaves nothing but a comma.
  const names = RegExp(['_ct', params, paid, referrals, 'utm_source'].join().replace(/,+/g, '|'), 'i');
  /** Landings that the late part has yet to read; orders wait for them. */
  let landing = 0;

  /** What storage remembers of this visitor. Undefined until the page is at rest: storage is read synchronously, and nothing asks for it before. */
  let told: string | undefined;

  const scan = guard(() => {
    if (
      told ||
      page.order_info ||
      // One look at the cookies for both names: each asks the browser's network process. Last, for a sandboxed frame has none and throws.
      document.querySelector('[data-clickthread],[data-clickthread-order]') ||
      /\b_ct(_h)?=/.test(document.cookie)
    )
      later(() => late.attend!(consent));
  });
  const settle = guard(() => {
    if (landing) return;
    if (isGranted()) {
      late.attend?.(consent);
      release(local);
      if (site.collector && told != null) flush();
    } else if (consent.marketing == 'denied') {
      const known = read('_ct');
      wipe();
      if (known ?? given.cookies) later(() => late.withdraw!(known, consent));
    } else say('skipped', 'no consent');
    scan();
  });
  const look = () => {
    if (!names.test(location.search + location.hash)) return;
    landing++;
    later(() => {
      landing--;
      guard(late.land!)();
      settle();
    });
  };
  const watch = () => later(() => late.watch!());

  Object.assign(calls, {
    conversion(order: Loose) {
      const go = (taken = order) => {
        takeOrder(taken);
        settle();
      };
      // An amount as people write it (`1.234,50 €`) is read by the late part.
      if (isNaN(order.total)) later(() => go(late.tidy?.(order)));
      else go();
    },
    identify,
    consent({ marketing }: { marketing: unknown }) {
      vote('manual', !!marketing);
      // A refusal needs remembering only where consent would be assumed on the next page.
      const kept = isGranted() ? mode != 'auto' : mode == 'granted';
      if (kept || read(ANSWER)) write(ANSWER, marketing ? Date.now() : 0, kept ? 395 : -1);
    },
    page: look,
    decorate: (address: string) => address,
    journey: (tell: () => void) => later(() => late.tellJourney!(tell, consent)),
    on,
    debug,
  });

  debug(given.debug ?? /_ct_debug/.test(location.search));
  onConsent(settle);
  look();
  const answer = read(ANSWER);
  if (mode == 'granted' || (mode == 'wait' && answer))
    vote(answer ? 'manual' : 'site', answer != '0', +answer! || undefined);
  if (mode == 'auto') watch();
  // Most shops push something on every page; only what may be an order is worth the late part.
  if (given.detect !== false) watchLayer((entry) => /purchase|transaction/i.test(JSON.stringify(entry)) && watch());
  followRoutes(look);
  new MutationObserver(scan).observe(document, { childList: true, subtree: true });
  setTimeout(() => {
    told = load('_ct_t') ?? '';
    settle();
  });
  addEventListener('online', settle);
  document.addEventListener('visibilitychange', settle);

  return (name, ...rest) => guard(calls[name]!)(...(rest as [unknown, unknown]));
}
