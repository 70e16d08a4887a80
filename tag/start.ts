/**
 * The tag, put together. What a page brings waits in memory until the consent gate opens, is then stored and sent, and is wiped
 * when the gate is closed: landing → gate → journey → links; order → gate → queue.
 */
import type { Fire } from '../collector/destinations/destination.ts';
import type { TagSettings } from '../collector/wire.ts';
import { makeToken, takeArrival } from './arrival.ts';
import { post } from './beacon.ts';
import { consent, onConsent, vote } from './consent.ts';
import { read, write } from './cookie.ts';
import { fillFields } from './fields.ts';
import { followRoutes } from './history.ts';
import { encodeJourney } from './journey.ts';
import { journey, wipe } from './keeper.ts';
import { readLanding } from './landing.ts';
import { watchLayer } from './layer.ts';
import { decorate, decorateFrames, startLinker } from './linker.ts';
import { readEntry } from './order.ts';
import type { Loose } from './order.ts';
import { flush, watchPolicy } from './queue.ts';
import { identify, release, scanPage, startSale, take, takeFound } from './sale.ts';
import { debug, guard, on, say } from './say.ts';
import { collector, configure, settings } from './settings.ts';
import { readConsentCommand, readSignals } from './signals.ts';
import { hold, storeTouches } from './touches.ts';

/** Remembers an answer that was given by hand: when it was granted, or `0` for a refusal where consent is assumed. */
const ANSWER = '_ct_c';

export type Call = (call: string, ...given: unknown[]) => unknown;

const isGranted = (): boolean => consent.marketing == 'granted';

/** Starts the tag. `local` makes pixels and forms of an order where no collector decides about them. Returns the `clickthread` function. */
export function start(given: TagSettings, local?: (order: Loose) => Fire[]): Call {
  configure(given);
  const arrival = takeArrival();
  const { url, touches } = readLanding(Date.now());
  hold(touches, arrival);
  const asked: ((told: object) => void)[] = [];

  const show = guard(() => {
    const kept = journey();
    fillFields(kept ?? { visitor: '', touches: [] });
    decorateFrames();
    for (const tell of asked.splice(0)) guard(tell)({ ...kept, token: kept && encodeJourney(kept) });
  });
  const settle = guard(() => {
    const kept = journey();
    if (isGranted()) {
      storeTouches(show).catch(() => say('error', 'touch not delivered'));
      show();
      release(url, local);
    } else if (consent.marketing == 'denied') {
      wipe();
      fillFields();
      // The collector forgets its own cookie too, and keeps the withdrawal as proof.
      if (kept && collector) post('/touch', { visitor: kept.visitor, touches: [], consent }).catch(() => {});
    } else say('skipped', 'waiting for consent');
  });
  const scan = guard(() => {
    scanPage();
    if (isGranted()) show();
  });
  const resume = guard(() => isGranted() && collector && flush());
  const onPage = () => {
    hold(readLanding(Date.now()).touches);
    settle();
    scan();
  };

  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const calls: Record<string, (first: any, second: any) => unknown> = {
    conversion: take,
    identify,
    consent({ marketing }) {
      vote('manual', !!marketing);
      if (isGranted() ? settings.consent != 'auto' : settings.consent == 'granted')
        write(ANSWER, marketing ? String(consent.at) : '0');
    },
    page: onPage,
    decorate,
    journey(tell) {
      asked.push(tell);
      settle();
    },
    on,
    debug,
  };
  const call: Call = (name, ...rest) => {
    let answer;
    guard(() => (answer = calls[name]!(rest[0], rest[1])))();
    return answer;
  };

  debug(given.debug ?? /[?&]_ct_debug=1/.test(location.search));
  startSale(settle);
  onConsent(settle);
  startLinker(() => {
    const kept = isGranted() ? journey() : undefined;
    return kept?.touches[0] && makeToken(kept);
  });
  const answered = read(ANSWER);
  if (given.consent == 'auto') readSignals();
  else if (answered ?? given.consent == 'granted')
    vote(answered ? 'manual' : 'site', answered != '0', Number(answered) || undefined);
  const watch = guard(() =>
    watchLayer((entry) => {
      if (entry[0] == 'consent') {
        if (given.consent == 'auto') readConsentCommand(entry[1], entry[2] as object);
      } else if (given.detect !== false) readEntry(entry).forEach(takeFound);
    }),
  );
  watch();
  followRoutes(onPage);
  watchPolicy();
  resume();
  scan();
  new MutationObserver(scan).observe(document, { childList: true, subtree: true });
  addEventListener('online', resume);
  document.addEventListener('visibilitychange', resume);
  addEventListener('load', () => {
    watch();
    if (given.consent == 'auto') guard(readSignals)();
    resume();
  });
  return call;
}
