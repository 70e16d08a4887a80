/** One dress for texts that look alike: people, forms and vendors write one address with invisible marks, in full width or with letters apart. Pure. */

/**
 * Characters that nobody sees: zero-width blanks and joiners, soft hyphens, fillers, direction marks.
 * https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Full stops of East Asian writing, which a host may be written with. https://www.unicode.org/reports/tr46/#Notation */
const DOTS = /[\u3002\uff61]/g;

/** Nothing beyond it: what is plain stays as it is, at the price of one look. */
const BEYOND_ASCII = /[^\x00-\x7f]/;

/** The text without invisible characters, in the width and the composed letters of everyday writing: `jane＠example.com` becomes `jane@example.com`. */
export function foldText(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text;
  return text.replace(INVISIBLE, '').replace(DOTS, '.').normalize('NFKC');
}

/** One spelling of a name that is none of a person's words: composed letters, nothing invisible. Two systems may write one customer's id in two ways. */
export const tidyId = (text: string): string =>
  BEYOND_ASCII.test(text) ? text.normalize('NFC').replace(INVISIBLE, '').trim() : text;

const MARKS = /\p{M}/gu;

/** The same without marks above and below letters, as systems write them that know none: `José` becomes `Jose`. */
export function foldMarks(text: string): string {
  return BEYOND_ASCII.test(text) ? foldText(text).normalize('NFD').replace(MARKS, '').normalize('NFC') : text;
}
