/** A refused request as it may stand on a screen while a shop is connected: its fields and amounts, and nothing of the customer or of keys. */
import { isFields } from '../../intake/validate-order.ts';
import { parseJson } from '../../privacy/subject.ts';

/** What stands in place of a person's word. */
const HIDDEN = '[hidden]';
/** Characters of one request that are shown. A reader's time must not grow with what a stranger sends: all patterns are bounded. */
const LONGEST = 8000;
/** Names of fields that hold a person, or what lets others act as them. */
const NAMES =
  /^(e-?mail|phone|tel(ephone)?|mobile|(first|last|full|customer|billing|shipping)?_?-?name|surname|address\d?|street|city|region|state|post_?code|zip|country|ip|journey|signature|token|password|_ct)$/i;
/** The same where the text can't be read as JSON. */
const PAIR = /("?)([\w-]{1,40})\1(\s{0,4}[:=]\s{0,4})("(?:[^"\\]|\\.)*"?|[^\s&,;{}[\]"]+)/g;
const EMAIL = /[^\s"'<>&=:,;]{1,64}(?:@|%40)[^\s"'<>&=:,;]{1,255}/gi;
const PHONE = /(?:\+|%2B|\b00)\d[\d\s().-]{6,20}\d/gi;

export function hidePerson(body: string): string {
  // Cut behind a whole word: half an address is a name without its sign.
  const cut = body.length > LONGEST ? `${body.slice(0, LONGEST).replace(/[^\s"'<>&=:,;]{0,255}$/, '')} …` : body;
  const parsed = parseJson(cut);
  return parsed === undefined ? hideInText(cut) : JSON.stringify(hideValues(parsed, ''), null, 2);
}

function hideValues(value: unknown, name: string, inItem = false): unknown {
  if (Array.isArray(value)) return value.map((one) => hideValues(one, name, name === 'items'));
  if (isFields(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [hideWords(key), hideValues(one, key, inItem)]),
    );
  // An item is called by its name, too: that is no person.
  const isPersonal = NAMES.test(name) && !(inItem && name === 'name');
  if (isPersonal && value !== null && value !== '') return HIDDEN;
  // A text may be JSON that a page could not write right, or one that nobody has read yet.
  return typeof value === 'string' ? hideInText(value) : value;
}

const hideInText = (text: string): string =>
  hideWords(
    text.replaceAll(PAIR, (whole, ...found: string[]) => {
      const [quote = '', name = '', between = '', value = ''] = found;
      if (!NAMES.test(name)) return whole;
      return `${quote}${name}${quote}${between}${value.startsWith('"') ? `"${HIDDEN}"` : HIDDEN}`;
    }),
  );

const hideWords = (text: string): string => text.replaceAll(EMAIL, HIDDEN).replaceAll(PHONE, HIDDEN);
