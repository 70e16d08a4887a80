/** Keys that leave the page with what may be an order, where there is time to look for every dialect: `found.ts` has those that every page knows. */
import { ORDER_KEY } from './found.ts';

/** The rarer words of the dialects that are looked for when there is time. */
const RARE_WORDS =
  'checkout|cart|discount|status|model|data|action|field|properties|graph|sub|grand|base|unit|net|gross|with|due|payment|amount|vat|' +
  'delivery|promo(tion)?|voucher|applied|specification|offer(ed)?|accepted|ordered|eligible|number|no|confirmation|title|' +
  'variant|qty|line|list|content|info|detail|context|payload|xdm|partofinvoice|mainentity|type|date|primary|refund|new_customer|customer_type|' +
  'user_properties|(customer_)?email|_c(prod|cat|quan|ship|disc)?|tealium|@';

/** The same with the rarer words. Of a person ({@link PERSON}) only the e-mail address goes along, as `email`. */
export const KNOWN_KEY = RegExp(ORDER_KEY.source.replace('e?commerce', `e?commerce|${RARE_WORDS}`), 'i');

/** Keys under which a person stands. */
export const PERSON = /^(customer|billing|user_data|enhanced_conversion_data)$/;
