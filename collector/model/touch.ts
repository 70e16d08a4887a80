/** A landing that carries something worth crediting. */
import type { Consent } from '../../wire/consent.ts';

/** How a touch came about. The order of precedence between kinds is a rule of the site, see `attribute.ts`. */
export type TouchKind = 'partner' | 'paid' | 'campaign' | 'referral';

/** A landing that carries something worth crediting. */
export interface Touch {
  id: string;
  visitor: string;
  /** The id that the page held when it brought the touch without a cookie; gone once the visitor's cookie came. */
  hint?: string;
  /** Name of the parameter as the site's connections spell it in lower case, e.g. `irclickid`, `utm_source`. */
  param: string;
  /** The click id, byte for byte as it arrived. */
  value: string;
  kind: TouchKind;
  /** When the visitor landed, epoch milliseconds. */
  at: number;
  /** Landing address without unknown query parameters, at most 1,024 characters. */
  url?: string;
  /** External referrer, origin and path only. */
  referrer?: string;
  /** Further parameters that landed with the id (campaign parameters, partner id), known names only. */
  extra?: Record<string, string>;
  consent?: Consent;
}
