/**
 * Part `signals`. Consent signals of the page, for sites with `consent: auto`. A consent platform may come whenever it likes, so they are looked
 * for as long as the page lives. A refusal that nobody has uttered yet only holds; one that is an answer wipes.
 */
import { countVote } from '../consent.ts';
import { page } from '../page.ts';
import type { Loose } from '../page.ts';
import { guard } from '../say.ts';
import { consent, site, votes } from '../state.ts';
import { wrapMethod } from '../wrap.ts';
import { readOwn } from './own.ts';

/** What the TCF listener is told, as far as it is read here. https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework */
interface TcData {
  eventStatus: string;
  gdprApplies?: boolean;
  tcString?: string;
  purpose: { consents: Record<number, boolean> };
}

/** How often the page is asked for a platform that has come. */
const LOOK = 300;
/** How long Shopify's consent feature may take to load before other signals are heard without it. */
const SHOPIFY_PATIENCE = 3000;

/** Calls a listener on a document's event. */
const hear = (event: string, listen: (detail: Loose) => void): void =>
  readOwn('addEventListener').call(
    document,
    event,
    guard((told: Event) => listen((told as CustomEvent<Loose>).detail)),
  );

/** Signals that were met, or ruled out. */
const met: Record<string, unknown> = {};

/** Whether a signal is met for the first time; it then holds the gate until it answers. */
const isNew = (source: string, present: unknown): boolean => {
  if (!present || met[source]) return false;
  met[source] = present;
  countVote(source);
  return true;
};

/** Who was asked last. */
let tcfAsked: unknown;

/** IAB TCF 2.2 and later: purpose 1 is storage, 7 measures advertising. Only `tcloaded` and `useractioncomplete` are answers. */
function readTcf(): void {
  const api = page.__tcfapi;
  isNew('tcf', api);
  // A stub that is replaced may take along whom it was to tell, or forget them.
  if (tcfAsked != api)
    (tcfAsked = api)(
      'addEventListener',
      2,
      guard(({ eventStatus, gdprApplies, purpose, tcString }: TcData) => {
        if (/^tcl|^us/.test(eventStatus))
          countVote('tcf', gdprApplies === false || (purpose.consents[1] && purpose.consents[7]) === true, {
            tcString,
          });
      }),
    );
}

/**
 * IAB GPP, of which a visitor's opt-out in one of the United States is a no, until the next page asks anew. It holds nothing back before.
 * https://github.com/InteractiveAdvertisingBureau/Global-Privacy-Platform
 */
function readGpp(): void {
  const api = page.__gpp;
  if (met.gpp != api)
    ((met.gpp = api) as Loose[string])(
      'addEventListener',
      guard((told: Loose) => {
        if (/OptOut":1/.test(JSON.stringify(told))) countVote('gpp', false);
      }),
    );
}

/**
 * https://github.com/WordPress/wp-consent-level-api: while no consent type is known it says yes to everything, which is no answer. A banner may
 * define the type later; of an opt-in that nobody has answered it says no, which is no answer either.
 */
function readWordPress(): void {
  const readWp = () => {
    const { wp_consent_type, wp_fallback_consent_type, wp_has_consent, consent_api } = page;
    if (RegExp(`${consent_api?.cookie_prefix ?? 'wp_consent'}_marketing=deny`).test(readOwn('cookie')))
      countVote('wp', false);
    else if ((wp_consent_type ?? wp_fallback_consent_type) && wp_has_consent('marketing')) countVote('wp', true);
  };
  if (!isNew('wp', page.wp_has_consent)) return;
  readWp();
  hear('wp_consent_type_defined', readWp);
  hear('wp_listen_for_consent_change', ({ marketing }) => {
    if (marketing) countVote('wp', marketing == 'allow');
  });
}

/** https://shopify.dev/docs/api/customer-privacy; its feature is loaded once, and whoever can't load it is heard without. */
function readShopify(): void {
  const { Shopify } = page;
  const privacy = Shopify?.customerPrivacy;
  if (privacy && met.shopify != privacy) {
    met.shopify = privacy;
    const allowed = privacy.marketingAllowed() && (!privacy.saleOfDataRegion?.() || privacy.saleOfDataAllowed());
    const isRefused = privacy.currentVisitorConsent?.().marketing == 'no';
    countVote('shopify', isRefused ? false : allowed || undefined);
    hear('visitorConsentCollected', ({ marketingAllowed, saleOfDataAllowed }) =>
      countVote('shopify', marketingAllowed === true && saleOfDataAllowed != false),
    );
  } else if (Shopify?.loadFeatures && isNew('shopify', true)) {
    const withoutIt = () => {
      if (met.shopify === true && !page.Shopify.customerPrivacy) forget('shopify');
    };
    Shopify.loadFeatures([{ name: 'consent-tracking-api', version: '0.1' }], (error: unknown) =>
      error ? withoutIt() : readSignals(),
    );
    setTimeout(withoutIt, SHOPIFY_PATIENCE);
  }
}

/** Forgets a signal that was expected and will not come: the others decide. */
function forget(source: string): void {
  delete votes[source];
  const [other] = Object.keys(votes);
  consent.marketing = 'unknown';
  if (other) countVote(other, votes[other]);
}

/**
 * Consent Mode set from inside a tag manager never passes the data layer; Google's script keeps it here (1 is granted, 2 denied), for this visitor's
 * region.
 */
function readGoogleScript(): void {
  const ics = page.google_tag_data?.ics;
  const readMode = () => {
    const updated = ics.entries?.ad_storage?.update;
    const state = ics.getConsentState('ad_storage');
    if (updated != null) countVote('gcm', updated === true);
    // A denying default that nobody has answered holds; where an answer was heard before, it is one.
    else if (state) countVote('gcm', state == 1 || (votes.gcm == null ? undefined : false));
  };
  if (!ics || met.ics == ics) return;
  met.ics = ics;
  ics.addListener?.(['ad_storage'], guard(readMode));
  readMode();
}

/** Defaults of Consent Mode, in which a region may be named that nobody here knows: yes only where all of them say so, one of them to everybody. */
let defaults: boolean | undefined;
let isForAll = false;

/** A `consent` command of the data layer. Only an update is an answer of the visitor's. */
function readConsentCommand({ 1: command, 2: state }: Loose): void {
  const given = state?.ad_storage;
  if (!given) return;
  if (command == 'update') countVote('gcm', given == 'granted');
  else if (command == 'default' && votes.gcm == null) {
    defaults = defaults !== false && given == 'granted';
    isForAll = isForAll || !state.region;
    const count = () => {
      if (votes.gcm == null) countVote('gcm', (defaults && isForAll) || undefined);
    };
    countVote('gcm');
    // A page states all its defaults in one breath, and may ask to wait for the visitor's answer.
    setTimeout(count, state.wait_for_update ?? 0);
  }
}

/** The `push` that is ours. */
let ours: unknown;
const heard = new WeakSet<object>();

/** Consent Mode's commands pass the data layer, each once; a layer that was replaced, or its push, is listened to anew. */
function readConsentCommands(): void {
  const layer = page[site.dataLayer ?? 'dataLayer'];
  const hearAll = (...entries: Loose[]) => {
    for (const entry of entries.filter((one) => one?.[0] == 'consent' && !heard.has(one))) {
      heard.add(entry);
      guard(readConsentCommand)(entry);
    }
  };
  if (layer?.push == ours) return;
  hearAll(...layer);
  wrapMethod(layer, 'push', hearAll);
  ours = layer.push;
}

/** Reads all that is there before anybody acts on it: of two signals that disagree the first must not open the gate. */
const readSignals = guard(() => {
  const changed = site.changed;
  const { marketing } = consent;
  site.changed = undefined;
  // https://w3c.github.io/gpc/: constant for a page load.
  if (page.navigator.globalPrivacyControl && !site.gpc) countVote('gpc', false);
  for (const read of [readTcf, readGpp, readWordPress, readShopify, readGoogleScript]) guard(read)();
  guard(readConsentCommands)();
  site.changed = changed;
  if (consent.marketing != marketing) changed?.();
});

/** Looks for signals from now on. */
export function watchSignals(): void {
  readSignals();
  setInterval(readSignals, LOOK);
}
