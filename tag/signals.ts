/**
 * Consent signals of the page, for sites with `consent: auto`. Run at start and again when the page has loaded, since a consent
 * platform may come after the tag. A `false` that nobody has answered yet only holds; a `false` that is an answer wipes.
 */
import { hasVoted, vote, voteOf } from './consent.ts';
import { guard } from './say.ts';
import { page } from './settings.ts';

/** What the TCF listener is told, as far as it is read here. https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework */
interface TcData {
  eventStatus: string;
  gdprApplies?: boolean;
  tcString?: string;
  purpose: { consents: Record<number, boolean> };
}

/** One signal: `read` tells what is allowed now, `event` says on the document that the visitor answered. */
function follow(
  source: string,
  read: () => unknown,
  event: string,
  answer: (detail: Record<string, unknown>) => boolean | undefined,
): void {
  vote(source, !!read() || undefined);
  document.addEventListener(
    event,
    guard((told: Event) => {
      const allowed = answer((told as CustomEvent).detail);
      if (allowed != null) vote(source, allowed);
    }),
  );
}

export function readSignals(): void {
  const { __tcfapi, wp_has_consent, Shopify, google_tag_data, navigator } = page;
  // https://w3c.github.io/gpc/: constant for a page load.
  if (navigator.globalPrivacyControl) vote('gpc', false);

  // IAB TCF 2.2 and later: purpose 1 is storage, 7 measures advertising. `getTCData` is deprecated.
  if (__tcfapi && !hasVoted('tcf')) {
    vote('tcf');
    __tcfapi(
      'addEventListener',
      2,
      guard((tc: TcData, ok: boolean) => {
        const { eventStatus, gdprApplies, purpose, tcString } = tc;
        if (ok && /^tc|^us/.test(eventStatus))
          vote('tcf', gdprApplies === false || !!(purpose.consents[1] && purpose.consents[7]), undefined, tcString);
      }),
    );
  }

  // https://github.com/WordPress/wp-consent-level-api
  if (wp_has_consent && !hasVoted('wp'))
    follow(
      'wp',
      () => wp_has_consent('marketing'),
      'wp_listen_for_consent_change',
      ({ marketing }) => (marketing == null ? undefined : marketing == 'allow'),
    );

  // https://shopify.dev/docs/api/customer-privacy
  if (Shopify && !hasVoted('shopify')) {
    const { customerPrivacy: privacy } = Shopify;
    if (privacy)
      follow(
        'shopify',
        () => privacy.marketingAllowed() && (!privacy.saleOfDataRegion() || privacy.saleOfDataAllowed()),
        'visitorConsentCollected',
        ({ marketingAllowed, saleOfDataAllowed }) => !!marketingAllowed && saleOfDataAllowed !== false,
      );
    else Shopify.loadFeatures([{ name: 'consent-tracking-api', version: '0.1' }], guard(readSignals));
  }

  // Consent Mode set from inside a tag manager never passes the data layer; Google's script keeps it here (1 is granted, 2 denied).
  const ics = google_tag_data?.ics;
  const readMode = guard(() => {
    const state = ics.getConsentState('ad_storage');
    if (state) vote('gcm', state == 1 || (voteOf('gcm') == null ? undefined : false));
  });
  if (ics?.addListener) {
    ics.addListener(['ad_storage'], readMode);
    readMode();
  }
}

/** A `consent` command of the data layer. Which region a default is for is unknown here, so a denying default holds until an update. */
export function readConsentCommand(command: unknown, { ad_storage: state }: { ad_storage?: string }): void {
  if (!state) return;
  const granted = state == 'granted';
  if (command == 'update') vote('gcm', granted);
  else if (voteOf('gcm') == null && !(granted && hasVoted('gcm'))) vote('gcm', granted || undefined);
}
