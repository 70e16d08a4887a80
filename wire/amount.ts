/** Amounts as people and templates write them, by rules that can be defended: what is ambiguous is refused, nothing is guessed. Pure. */

/** A decimal with a dot and no grouping (`1234.50`), or why there is none. */
export type AmountReading = { amount: string } | { problem: string };

export interface AmountRules {
  /** Decimals of the currency, 2 unless given. They decide what one dot or comma before three digits means. */
  digits?: number;
  /** A unit price: it may be finer than the currency, so three digits behind one dot are decimals. */
  price?: boolean;
  /** Below zero is meant, too: a line that takes off. */
  signed?: boolean;
}

const MOST_DIGITS = 15;
/** An amount with the markup that shops print around it. */
const LONGEST = 500;
/** Digits, grouped by dots, commas, apostrophes or blanks before three more. */
const NUMBER = /\d(?:[\d.,'’]| (?=\d{3}(?!\d)))*/g;
const INDIAN = /^\d{1,2}(,\d\d)*,\d{3}$/;
/** A share, or a number shortened as languages do: `12k`, `150rb`, `1,5 млн`, `10万`. `cr` is ten million in India, below zero in bookkeeping. */
const SHORTENED =
  /^[ |]*\p{Sc}? ?([%‰万萬億亿千만억천]|(k|m|mio|mill?|mille|mln|mn|mrd|bn|tsd|tys|tis|bin|rb|ribu|jt|juta|tr|triệu|nghìn|ngàn|lakhs?|lacs?|crores?|cr|pct|тыс|тис|хил|млн|млрд|χιλ)(?![\p{L}\p{N}]))/iu;
/** Hundredths, said by a word or sign behind the number. In front `¢` is the colón or the cedi, and `500 p.` are roubles. */
const IN_CENTS =
  /^(p| ?(¢|c|cts?|cents?|centavos?|c[eé]ntimos?|centimes?|pence|pais[ae]|kop|коп|копе\p{L}+|fils|halalas?|sen|grosz[ey]?|gr|kuru[sş]|[öøo]re|bani|stotink[ai]))(?![\p{L}\p{N}])(?!\. ?\p{L})/iu;
/** What pages write escaped; signs and blanks alone matter here. */
const ESCAPED = new Map(
  Object.entries({
    ...{ nbsp: ' ', thinsp: ' ', ensp: ' ', emsp: ' ', rsquo: "'", apos: "'" },
    ...{ minus: '-', ndash: '-', mdash: '-' },
  }),
);

function unescape(entity: string, name: string): string {
  const [, hex, digits] = /^#(x?)([\da-f]{2,6})$/i.exec(name) ?? [];
  const code = parseInt(digits ?? '', hex ? 16 : 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : (ESCAPED.get(name.toLowerCase()) ?? entity);
}

/** The digits of every script stand in a row of ten. */
function valueOf(digit: string): string {
  const code = digit.codePointAt(0)!;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}

/** Full-width forms, every kind of blank, and digits of all scripts as ASCII. */
const toAscii = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\p{Nd}/gu, valueOf)
    .replace(/٬/g, "'")
    .replace(/٫/g, '.');

/**
 * Reads `1234.56`, `1.234,56`, `1,23,456`, `1 234,5 lei`, `$9`, `1.234,-`. Two numbers in one text are never glued together. One separator
 * before three digits groups in a currency without decimals (`12.990` CLP), is a decimal point in one with three (`12.345` KWD), and in one
 * with two a comma groups (`1,234`), while a dot may be either and is refused.
 */
export function readAmount(given: unknown, rules: AmountRules = {}): AmountReading {
  if (typeof given === 'number') return readNumber(given, rules);
  if (typeof given !== 'string' || given.length > LONGEST) return { problem: 'is no amount' };
  // No number goes over markup: `12<sup>99</sup>` are two. A sign before a number opens none.
  const plain = given.replace(/<[/!]?[a-z-][^<>]*>/gi, '|').replace(/&(#?\w+);/g, unescape);
  if (/\p{No}/u.test(plain)) return { problem: `holds raised digits or fractions: ${quoted(given)}` };
  const text = toAscii(plain).trim();
  const numbers = [...text.matchAll(NUMBER)];
  const [only] = numbers;
  if (!only) return { problem: `holds no number: ${quoted(given)}` };
  if (numbers.length > 1) return { problem: `holds more than one number: ${quoted(given)}` };
  const before = text.slice(0, only.index);
  const after = text.slice(only.index + only[0].length);
  if (SHORTENED.test(after) || /[%‰]\W*$/.test(before)) return { problem: `is a share or shortened: ${quoted(given)}` };
  if (IN_CENTS.test(after) && !/\p{Sc}/u.test(before)) return { problem: `is in cents: ${quoted(given)}` };
  const negative = isNegative({ before, number: only[0], after });
  const isFraction = /(^|[^\p{L}/])[.,]$/u.test(before);
  const digits = only[0].replace(/\D+$/, '');
  const isRound = digits !== only[0] && /^ ?[-−–—=]/.test(after);
  const read = isRound ? ungroup(digits) : toDecimal(digits, { rules, isFraction });
  if (!read) return { problem: `may be a thousand or a fraction, or is grouped oddly: ${quoted(given)}` };
  if (read.replace(/\..*/, '').length > MOST_DIGITS) return { problem: 'is larger than any order can be' };
  if (!negative || !/[1-9]/.test(read)) return { amount: read };
  return rules.signed ? { amount: `-${read}` } : { problem: `is below zero: ${quoted(given)}` };
}

/** One comma before three digits, in a number of pieces: a thousand of them, or goods by weight. */
export const isUnclearQuantity = (value: unknown): boolean =>
  typeof value === 'string' && /^\D*[1-9]\d{0,2},\d{3}\D*$/.test(value);

/** A line costs this many times the order at most, returned ones and discounts beside it. */
const MOST_TIMES = 3;

/**
 * Which of the two it is: `quantity` is the larger, and the total tells, for they are a thousandfold apart. Undefined where it tells nothing: of an
 * order of nothing, of a change that names no total, of a line that is a small part of the order in both.
 */
export function clearQuantity(
  quantity: number,
  { price, total }: { price: number; total: number },
): number | undefined {
  const line = Math.abs(quantity * price);
  if (line === 0 || total === 0) return undefined;
  if (line > MOST_TIMES * total) return quantity / 1000;
  return line * MOST_TIMES >= total ? quantity : undefined;
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 40));

function readNumber(given: number, { signed }: AmountRules): AmountReading {
  if (!Number.isFinite(given) || Math.abs(given) >= 10 ** MOST_DIGITS) return { problem: 'is no amount' };
  if (given < 0 && !signed) return { problem: `is below zero: ${given}` };
  // Only numbers that aren't worth a cent are written with an exponent here.
  const text = String(given);
  return { amount: text.includes('e') ? given.toFixed(8) : text };
}

/** A dash in front that is no hyphen, the trailing minus of bookkeeping (`12.00- EUR`; `12,-` is round), or brackets around: `(12.00)`. */
function isNegative({ before, number, after }: { before: string; number: string; after: string }): boolean {
  const opened = before.split('(').length > before.split(')').length;
  const led = /[-−–—]/.test(before.replace(/\p{L}-(?=\p{L})/gu, ''));
  return led || opened || (/\d$/.test(number) && /^([-−–—]| [-−–—][^\p{L}\d]*$)/u.test(after));
}

function toDecimal(text: string, given: { rules: AmountRules; isFraction: boolean }): string | undefined {
  if (given.isFraction) return /^\d+$/.test(text) ? `0.${text}` : undefined;
  const last = text.replace(/\d/g, '').slice(-1)[0];
  if (last === undefined) return text;
  const [whole = '', fraction = '', ...more] = text.split(last);
  const isDecimal = (last === '.' || last === ',') && more.length === 0;
  if (!isDecimal) return ungroup(text);
  if (fraction.length !== 3 || !/^[1-9]\d{0,2}$/.test(whole)) {
    const integer = ungroup(whole);
    return integer && `${integer}.${fraction}`;
  }
  const { digits = 2, price } = given.rules;
  if (digits === 0) return whole + fraction;
  if (last === '.') return price || digits > 2 ? `${whole}.${fraction}` : undefined;
  return digits > 2 ? undefined : whole + fraction;
}

/** Groups of three by one kind of separator, or as India writes them; anything else is no number. */
function ungroup(text: string): string | undefined {
  const marks = new Set(text.replace(/\d/g, ''));
  const isGrouped = marks.size === 0 || (marks.size === 1 && /^\d{1,3}(\D\d{3})+$/.test(text)) || INDIAN.test(text);
  return isGrouped ? text.replace(/\D/g, '') : undefined;
}
