/** Keys that leave the page with what may be an order, where there is time to look for every dialect: `found.ts` has those that every page knows. */
import { ORDER_KEY } from './found.ts';

/** The rarer words of the dialects that are looked for when there is time. */
const RARE_WORDS =
  'checkout|discount|status|model|data|action|field|properties|graph|sub|grand|base|unit|net|gross|due|payment|amount|vat|handling|delivery|promo|' +
  'promotion|voucher|specification|offer(ed)?|accepted|ordered|number|reference|affiliation|title|brand|variant|qty|line|list|content|info|' +
  'detail|type|date|primary|refund|new_customer|customer_type|email|@';

/** The same with the rarer words. Of a person ({@link PERSON}) only the e-mail address goes along, as `email`. */
export const KNOWN_KEY = RegExp(ORDER_KEY.source.replace('e?commerce', `e?commerce|${RARE_WORDS}`), 'i');

/** Keys under which a person stands. */
export const PERSON = /^(customer|billing|user_data|enhanced_conversion_data)$/;
