/** The click that a shop keeps with an order: the journey's token, click ids, and the visitor's consent, in fields that the recipes write. Pure. */

/** Names of the fields, the same in every shop: order meta, cart attributes, metadata. WordPress hides what begins with an underscore. */
export const CARRIED = { journey: '_ct_journey', clicks: '_ct_clicks', consent: '_ct_consent' } as const;

/** Fields of an order as the server API takes them. */
export interface CarriedClick {
  journey?: string;
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
  const [journey, consent] = [field(CARRIED.journey), field(CARRIED.consent)];
  const clicks = Object.fromEntries([
    ...Object.entries(own).flatMap(([name, param]) => {
      const value = field(name);
      return value === undefined || value === '' ? [] : [[param, value]];
    }),
    ...new URLSearchParams(field(CARRIED.clicks) ?? ''),
  ]) as Record<string, string>;
  return {
    ...(journey === undefined || journey === '' ? {} : { journey }),
    ...(Object.keys(clicks).length === 0 ? {} : { clicks }),
    ...(consent === 'granted' || consent === 'denied'
      ? { consent: { marketing: consent === 'granted', source: 'shop' as const } }
      : {}),
  };
}
