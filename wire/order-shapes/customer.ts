/** What a page says of the buyer beside the order: for destinations that know customers by e-mail, and whether it is a first purchase. Pure. */
import { firstOf, isFields, textOf, within } from './fields.ts';
import type { Fields } from './fields.ts';

/** Google's `user_data`, GTM4WP's `orderData`, enhanced conversions, Elevar's `user_properties`; the first that says anything counts. */
export function customerOf(...places: (Fields | undefined)[]): Fields {
  const known = places.filter(isFields).flatMap((place) => [
    within(place, 'user_data'),
    within(within(within(place, 'orderData'), 'customer'), 'billing'),
    // As the tag cuts it down.
    within(within(place, 'orderData'), 'customer'),
    within(place, 'enhanced_conversion_data'),
    within(place, 'user_properties'),
  ]);
  const said = (...keys: string[]) =>
    known.map((place) => firstOf(place, ...keys)).find((value) => value !== undefined);
  const isNew = places
    .filter(isFields)
    .map(isNewOf)
    .find((value) => value !== undefined);
  return { email: said('email', 'email_address', 'customer_email'), phone: said('phone', 'phone_number'), isNew };
}

/** gtag's `new_customer: true`, GTM4WP's `customer_type: 'new'`. */
function isNewOf(place: Fields): boolean | undefined {
  const said = firstOf(place, 'new_customer', 'customer_type');
  if (/^(true|1|new)$/i.test(textOf(said))) return true;
  return /^(false|0|returning|existing)$/i.test(textOf(said)) ? false : undefined;
}
