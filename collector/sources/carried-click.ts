/** The click that a shop keeps with an order: the journey's token, click ids, and the visitor's consent, in fields that the recipes write. Pure. */
import { type Json, textOf } from '../kit/json.ts';

/**
 * Names of the fields, the same in every shop: order meta, cart attributes, metadata. WordPress and Shopify hide what begins with an underscore;
 * elsewhere names need not, or can't, begin with one.
 */
export const CARRIED = {
  journey: '_ct_journey',
  visitor: '_ct_visitor',
  clicks: '_ct_clicks',
  consent: '_ct_consent',
} as const;

/** What a cart's attribute with click ids is called where nothing else is carried. */
const SHORT = '_ct';

/** Fields by name. */
export const carriedIn =
  (fields: Json) =>
  (name: string): string | undefined =>
    textOf(fields[name]);

const VISITOR = /^[\w-]{8,64}$/;

/** Fields of an order as the server API takes them. */
export interface CarriedClick {
  journey?: string;
  /** Where the journey is too long for a field: its touches are known here. */
  visitor?: string;
  clicks?: Record<string, string>;
  consent?: { marketing: boolean; source: 'shop' };
}

/**
 * Reads what `field` knows by those names. Click ids are written as in an address, `irclickid=abc&awc=1_2_3`; `own` names further fields
 * that hold one each, for shops that kept click ids before (`{ "_my_awc": "awc" }`).
 */
export function readCarriedClick(
  field: (name: string) => string | undefined,
  own: Readonly<Record<string, string>> = {},
): CarriedClick {
  const carried = (name: string): string | undefined => field(name) ?? field(name.slice(1));
  const [journey, visitor, consent] = [CARRIED.journey, CARRIED.visitor, CARRIED.consent].map(carried);
  const known = journey !== undefined && journey !== '';
  const clicks = Object.fromEntries([
    ...Object.entries(own).flatMap(([name, param]) => {
      const value = field(name);
      return value === undefined || value === '' ? [] : [[param, value]];
    }),
    ...new URLSearchParams(carried(CARRIED.clicks) ?? carried(SHORT) ?? ''),
  ]) as Record<string, string>;
  return {
    ...(known ? { journey } : {}),
    ...(!known && visitor !== undefined && VISITOR.test(visitor) ? { visitor } : {}),
    ...(Object.keys(clicks).length === 0 ? {} : { clicks }),
    ...(consent === 'granted' || consent === 'denied'
      ? { consent: { marketing: consent === 'granted', source: 'shop' as const } }
      : {}),
  };
}
