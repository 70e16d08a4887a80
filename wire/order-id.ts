/** Which texts are an order's number. What a template prints when it knows none is refused by name: all later shoppers would share it. Pure. */

export const LONGEST_ORDER_ID = 128;

export type OrderIdReading = { orderId: string } | { problem: string };

/** What languages, tag managers and analytics write for "nothing". */
const NOTHING =
  /^(undefined|null|nan|none|nil|void|true|false|unknown|empty|n\/?a|\(?not set\)?|\(none\)|\[object .*\]|-?0+(\.0+)?)$/i;
/** No language or tool writes its "nothing" so: somebody's own number, however odd. */
const A_NAME = 'NONE';
/** The name of the field instead of its value. */
const OWN_NAME = /^(order|transaction)[ _.-]?(id|number|no)?$/i;
/** `{{ order.id }}`, `${id}`, `%ORDER_ID%`, `<%= id %>`, `[order_id]`, `__ID__`, `{orderId}`. */
const PLACEHOLDER = /\{\{|\}\}|\$\{|#\{|<[%?]|%%|^%\w+%$|^\[.*\]$|^\{.*\}$|^<.*>$|^__\w+__$|^\$\w+[.>-]/;

const MISSING = "is missing: send the shop's own number of this order, the same in every report";

/** What nobody sees: zero-width blanks, soft hyphens, fillers. Direction marks deceive, and are refused by name. */
const UNSEEN = /(?![\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069])\p{Default_Ignorable_Code_Point}/gu;
/** Letters, digits and signs in the width of East Asian writing. */
const WIDE = /[\uff01-\uff5e]/g;

/**
 * One spelling of one id: composed letters, plain blanks, none around it, everyday width, nothing invisible, no halves of emojis. Two senders may
 * write the same one in two ways, and one that looks the same is told as another sale by nobody but a fraud.
 */
export const tidyOrderId = (id: string): string =>
  id
    .normalize('NFC')
    .replace(UNSEEN, '')
    .replace(WIDE, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/\p{Zs}+/gu, ' ')
    .trim()
    .replace(/\p{Surrogate}/gu, '\ufffd');

/** An id as text, tidied. */
export function readOrderId(given: unknown): OrderIdReading {
  if (given === undefined || given === null || given === '') return { problem: MISSING };
  if (typeof given === 'number' && Number.isInteger(given) && !Number.isSafeInteger(given))
    return { problem: 'is a number too long to be exact: send it as a text, in quotes' };
  if (typeof given === 'number' && !Number.isInteger(given)) return { problem: 'must be a string or a whole number' };
  if (typeof given !== 'number' && typeof given !== 'string') return { problem: 'must be a string or a whole number' };
  const text = tidyOrderId(String(given));
  if (
    text.length === 0 ||
    text.length > LONGEST_ORDER_ID ||
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(text)
  )
    return {
      problem: `must have 1 to ${LONGEST_ORDER_ID} characters and no line breaks, control characters or direction marks`,
    };
  if (
    (NOTHING.test(text) && text !== A_NAME) ||
    OWN_NAME.test(text) ||
    PLACEHOLDER.test(text) ||
    !/[\p{L}\p{N}]/u.test(text)
  )
    return {
      problem: `is ${JSON.stringify(text.slice(0, 40))}, which names no order: the page's template left it unfilled`,
    };
  return { orderId: text };
}

/** Equal for texts that mean one order: `#1001` and `1001`, 1001 and "1001". */
export const sameOrderKey = (orderId: string): string => orderId.trim().replace(/^#\s*/, '').toLowerCase();
