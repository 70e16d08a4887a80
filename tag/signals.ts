/**
 * Late part. Consent signals of the page, for sites with `consent: auto`. Read at start and again when the page has loaded, since a consent
 * platform may come after the tag. A refusal that nobody has uttered yet only holds; one that is an answer wipes.
 */
import { vote } from './consent.ts';
import type { Loose } from './order.ts';
import { guard } from './say.ts';
import { votes } from './state.ts';

/** What the TCF listener is told, as far as it is read here. https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework */
interface TcData {
  eventStatus: string;
  gdprApplies?: boolean;
  tcString?: string;
  purpose: { consents: Record<number, boolean> };
}

/** Whether a signal is met for the first time; it then holds the gate until it answers. */
const isNew = (source: string, present: unknown): boolean => {
  const met = !!present && !(source in votes);
  if (met) vote(source);
  return met;
};

/** `allowed` now, or answered later by an event on the document. */
const follow = (
  source: string,
  allowed: boolean,
  event: string,
  answer: (detail: Record<string, unknown>) => unknown,
): void => {
  if (allowed) vote(source, true);
  document.addEventListener(
    event,
    guard((told: Event) => {
      const answered = answer((told as CustomEvent).detail);
      if (answered != null) vote(source, !!answered);
    }),
  );
};

export function readSignals(): void {
  const { __tcfapi, wp_has_consent, Shopify, google_tag_data, navigator } = globalThis as Loose;
  // https://w3c.github.io/gpc/: constant for a page load.
  if (navigator.globalPrivacyControl) vote('gpc', false);

  // IAB TCF 2.2 and later: purpose 1 is storage, 7 measures advertising. Only `tcloaded` and `useractioncomplete` are answers.
  if (isNew('tcf', __tcfapi))
    __tcfapi(
      'addEventListener',
      2,
      guard(({ eventStatus, gdprApplies, purpose, tcString }: TcData) => {
        if (/^tcl|^us/.test(eventStatus))
          vote('tcf', gdprApplies === false || !!(purpose.consents[1] && purpose.consents[7]), { tcString });
      }),
    );

  // https://github.com/WordPress/wp-consent-level-api
  if (isNew('wp', wp_has_consent))
    follow(
      'wp',
      wp_has_consent('marketing'),
      'wp_listen_for_consent_change',
      ({ marketing }) => marketing && marketing == 'allow',
    );

  // https://shopify.dev/docs/api/customer-privacy
  const privacy = Shopify?.customerPrivacy;
  if (isNew('shopify', privacy))
    follow(
      'shopify',
      privacy.marketingAllowed() && (!privacy.saleOfDataRegion() || privacy.saleOfDataAllowed()),
      'visitorConsentCollected',
      ({ marketingAllowed, saleOfDataAllowed }) => marketingAllowed && saleOfDataAllowed != false,
    );
  else if (!privacy) Shopify?.loadFeatures([{ name: 'consent-tracking-api', version: '0.1' }], guard(readSignals));

  // Consent Mode set from inside a tag manager never passes the data layer; Google's script keeps it here (1 is granted, 2 denied).
  const ics = google_tag_data?.ics;
  const readMode = () => {
    const state = ics.getConsentState('ad_storage');
    if (state) vote('gcm', state == 1 || (votes.gcm == null ? undefined : false));
  };
  ics?.addListener(['ad_storage'], guard(readMode));
  if (ics) readMode();
}

/** A `consent` command of the data layer. Which region a default is for is unknown here, so a denying default holds until an update. */
export function readConsentCommand(command: unknown, { ad_storage: state }: { ad_storage?: string }): void {
  const granted = state == 'granted';
  if (state && command == 'update') vote('gcm', granted);
  else if (state && votes.gcm == null && !(granted && 'gcm' in votes)) vote('gcm', granted || undefined);
}
