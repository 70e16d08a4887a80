/**
 * The tag, put together. What a page brings waits in memory until the consent gate opens, is then stored and sent, and is removed
 * when the gate is closed. What only some pages need is the late part.
 */
import { isGranted, countVote } from './consent.ts';
import { readCookie, writeCookie } from './cookie.ts';
import { readJourney } from './journey-cookie.ts';
import { readAddress } from './landing.ts';
import { late, later } from './later.ts';
import { ANSWER, HINT } from './names.ts';
import type { Loose } from './page.ts';
import { isLeading, noticeOrders, watchElements } from './notice-orders.ts';
import { sendOrders, takeOrder } from './sale.ts';
import { guard } from './say.ts';
import { consent, site } from './state.ts';
import type { Settings } from './state.ts';
import { isUnfinished } from './storage.ts';
import { storeTouches } from './touches.ts';
import { withdrawConsent } from './withdraw.ts';

type Call = (call: string, ...given: unknown[]) => unknown;

/** The answer that is remembered, as this page last met it: empty where nobody gave one. */
let answer = '';

/** Hears an answer that this page has not met, of an earlier page or of another tab: one that was taken away is a no. True where there is none to hear. */
const hearAnswer = (): unknown =>
  answer == (answer = readCookie(ANSWER) ?? '') || countVote('manual', +answer > 0, +answer > 0 && { at: +answer });

/** Acts on what the gate says now: stores and sends, holds, or removes. */
const applyConsent = guard(() => {
  // What was kept is gone: the visitor said no in another tab.
  if (site.kept && !readJourney()) countVote('manual', (site.kept = false));
  hearAnswer();
  if (isGranted()) storeTouches();
  else if (consent.marketing == 'denied') withdrawConsent();
  // What a link from a linked domain brought is joined before orders go.
  late.attend?.();
  if (isGranted()) sendOrders();
  // On further pages the part `page` asks for it.
  void (isLeading && site.kept && later('link'));
});

/** The address that was read last. */
let seen: string;

/** Reads the page: its address, which is another one after a client-side route change, and what it shows by now. */
const readPage = () => {
  begin?.();
  readAddress((seen = location.href));
  if (!site.quiet) noticeOrders();
  applyConsent();
};

/** Cookies and storage are read synchronously: in a task of its own after the script's, or when the page first calls. */
let begin: (() => void) | undefined = () => {
  begin = undefined;
  hearAnswer();
  if (site.refusal && !answer) countVote('site', true);
  // A visitor who answers on a later page: there the landing's address stands in the referrer, and nothing had to be stored for it.
  // As text: an `<img name="referrer">` takes the document's.
  const referrer = `${document.referrer}`;
  if (!isGranted() && referrer.startsWith(location.origin)) readAddress(referrer);
  site.kept = readJourney();
  if (isUnfinished() || (!site.kept && readCookie(HINT))) void later('restore');
  // A partner's visitor will order: what looks for rarer orders is there before that page is.
  if (site.kept ?? site.attend) void later('page');
  site.changed = applyConsent;
  // A route is told by no event that all routers and browsers share, but each shows in the document.
  watchElements(() => void (seen != location.href && readPage()));
  // The page may have cleaned its address before the tag ran.
  readAddress();
};

const calls: Record<string, (first: never) => unknown> = {
  // As it stands: an amount as people write it (`1.234,50 €`) is for the collector to read.
  // One that is paid at last is told again. Without an order id the collector keeps it in quarantine; until then its content names it.
  conversion: (order: Loose) => takeOrder((order.orderId ?? JSON.stringify(order)) + order.status, order),
  identify(given: Loose) {
    site.identity = { ...site.identity, ...given };
    // A visitor without a journey has nothing that could be tied to anybody.
    void (site.kept && later('page'));
  },
  consent({ marketing }: { marketing: unknown }) {
    const isYes = marketing === true;
    if (site.refusal != null) writeCookie(ANSWER, isYes ? Date.now() : site.refusal);
    // What could not be remembered, or was so before, counts all the same.
    void (hearAnswer() && countVote('manual', isYes));
  },
  page: readPage,
  decorate(address: string) {
    void later('link');
    return late.decorate?.(address) ?? address;
  },
};

/** Starts the tag; `site.call` is then the public function. */
export function startTag(given: Partial<Settings>): void {
  Object.assign(site, given);
  site.call = (name, ...rest) => {
    if (begin) void readPage();
    return guard(calls[name] ?? (later as Call).bind(0, name))(...(rest as [never]));
  };
  setTimeout(readPage);
  void (site.refusal ?? later('signals'));
  // `pagehide` is a page's last moment: what nobody has noticed yet is stored and sent now. Going back leads to addresses that were read.
  addEventListener('pageshow', readPage);
  addEventListener('pagehide', readPage);
  // What was said offline waits in storage, and the part that looks after it could not be had.
  addEventListener('online', () => later('restore'));
}
