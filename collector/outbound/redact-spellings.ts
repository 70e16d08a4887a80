/** The spellings in which one value travels: raw, percent-encoded, as JSON, in base64, hashed. Patterns for `redact.ts`. */
import { md5, normalEmail, sha1, sha256 } from '../lib/hash.ts';

/** One way to find a value. A search for a plain string is far cheaper than a regular expression, so `mayBeIn` comes first. */
export interface Spelling {
  /** Whether the text, in lower case, can hold a match. */
  mayBeIn: (lower: string) => boolean;
  pattern: () => RegExp;
}

export interface Spellings {
  /** Written out, encoded in whatever way. */
  written: Spelling;
  /** Hashes and base64: worked out at the first text that {@link mayHoldDigest}. */
  digests: () => Spelling[];
}

/** Every hash and all base64 contain such a run; most short texts don't. */
const RUN = /[a-z0-9+/_-]{10}/;

export const mayHoldDigest = (lower: string): boolean => RUN.test(lower);

/** Shorter values would blot out half a text ("US" in "STATUS"), so they are hidden only where they stand alone. */
const SHORT = 4;

/** Base64 of less than this tells too little to be recognised among other base64. */
const SHORTEST_BASE64 = 9;

export function spellingsOf(value: string): Spellings {
  const clue = clueOf(value);
  const isShort = value.length < SHORT;
  const pattern = once(() => {
    const source = Array.from(value, character).join('');
    return new RegExp(isShort ? alone(source) : source, 'gi');
  });
  const digests = once(() => {
    const cases = [...new Set([value, value.toLowerCase()])];
    const hashed = hashedForms(value);
    return [
      ...hashed.flatMap((form) => [md5, sha1, sha256].flatMap((hash) => digestSpellings(hash(form)))),
      ...[...new Set([...cases, ...hashed])].flatMap(base64Spellings),
      ...cases.map((form) => hexSpelling(Buffer.from(form).toString('hex'))),
    ];
  });
  const digits = phoneDigits(value);
  if (digits !== undefined) return { written: phoneSpelling(digits), digests };
  return { written: { mayBeIn: (lower) => lower.includes(clue), pattern }, digests: isShort ? () => [] : digests };
}

/** A piece that every spelling has in common: the longest run of letters and digits, which nobody encodes. */
const clueOf = (text: string): string =>
  (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).reduce(
    (best, piece) => (piece.length > best.length ? piece : best),
    '',
  );

const hexSpelling = (hex: string): Spelling => ({
  mayBeIn: (lower) => lower.includes(hex),
  pattern: once(() => new RegExp(hex, 'gi')),
});

/** A digest as vendors write one: in hex or, as Java and Meta do, in base64. */
function digestSpellings(hex: string): Spelling[] {
  const text = Buffer.from(hex, 'hex').toString('base64');
  const clue = clueOf(text);
  return [hexSpelling(hex), { mayBeIn: (lower) => lower.includes(clue), pattern: once(() => loose(text)) }];
}

/** What vendors hash: an address trimmed and in lower case, or as it came; a number by its digits, with and without the plus. */
function hashedForms(value: string): string[] {
  if (value.includes('@')) return [...new Set([normalEmail(value), value.trim()])];
  const digits = phoneDigits(value);
  return digits === undefined ? [] : [`+${digits}`, digits];
}

/** The digits of a telephone number; undefined where the value is none. */
function phoneDigits(value: string): string | undefined {
  if (!/^[+\d][\d\s()./-]*$/.test(value)) return undefined;
  const digits = value.replace(/\D/g, '');
  return digits.length >= SHORTEST_PHONE ? digits : undefined;
}

const SHORTEST_PHONE = 7;
/** What people and forms put between digits, percent-encoded or not. */
const GAP = '(?:[\\s().\\/+-]|%(?:25)*(?:20|28|29|2[bdef])|&nbsp;)*';

/** A number whatever stands between its digits, also without its country code (one to three digits) or with a national nought before it. */
function phoneSpelling(digits: string): Spelling {
  const country = Math.max(0, Math.min(3, digits.length - SHORTEST_PHONE));
  const optional = [...digits.slice(0, country)].reduceRight((rest, digit) => `(?:${digit}${GAP})?${rest}`, '');
  const source = `(?:\\+|%(?:25)*2b)?0{0,2}${optional}${[...digits.slice(country)].join(GAP)}`;
  const clue = digits.slice(-2);
  return {
    mayBeIn: (lower) => lower.includes(clue) || GAPPED.test(lower),
    pattern: once(() => new RegExp(`(?:(?<!\\d)|(?<=%[\\da-f]{2}))${source}(?!\\d)`, 'gi')),
  };
}

const GAPPED = /\d[\s().\/-]\d/;

/**
 * One character in all the spellings that mix freely in one address (`jane%2bx@example.com`): raw, percent-encoded once or more often,
 * escaped in JSON, HTML, JavaScript or a mail. Letters and digits come raw only; the pattern ignores case.
 */
function character(char: string): string {
  if (/[a-z0-9]/i.test(char)) return char;
  const escaped = /[\\^$.*+?()[\]{}|/-]/.test(char) ? `\\${char}` : char;
  const bytes = [...Buffer.from(char)].map(encodedByte).join('');
  const units = Array.from({ length: char.length }, (_, index) => char.charCodeAt(index).toString(16).padStart(4, '0'));
  const json = units.map((unit) => `\\\\u${unit}`).join('');
  return `(?:${[escaped, bytes, json, ...(special[char] ?? []), ...beyondAscii(char)].join('|')})`;
}

/** `%40`, also encoded again; `=40` of a mail; `\\x40` of a script. */
const encodedByte = (byte: number): string => `(?:%(?:25)*|=|\\\\x)${byte.toString(16).padStart(2, '0')}`;

/** A letter with a mark as older systems have it: a byte of Latin-1, the letter and its mark apart, or a named entity of HTML (`&ouml;`). */
function beyondAscii(char: string): string[] {
  const code = char.codePointAt(0)!;
  if (code < 0x80) return [];
  const [letter = '', ...marks] = char.normalize('NFD');
  const apart = marks.length > 0 ? [letter + marks.join('')] : [];
  const named = /[a-z]/i.test(letter) ? [`&${letter}[a-z]{3,6};`] : (NAMED[char.toLowerCase()] ?? []);
  return [...(code < 0x100 ? [encodedByte(code)] : []), ...apart, ...named];
}

/** Letters without a mark that have a name in HTML. */
const NAMED: Readonly<Record<string, string[]>> = {
  ß: ['&szlig;'],
  æ: ['&aelig;'],
  ø: ['&oslash;'],
  ð: ['&eth;'],
  þ: ['&thorn;'],
};

/** Letters and digits that nobody has to encode, and characters as numbered entities: written out before anything is looked for. */
const NEEDLESS =
  /%(?:25)*(?:3\d|[46][1-9a-f]|[57][\da])|&#(?:x[\da-f]{1,6}|\d{1,7});|\\u00(?:3\d|[46][1-9a-f]|[57][\da])/gi;

/** The text with needless encodings undone; the same text where there are none. */
export const spellOut = (text: string): string => text.replace(NEEDLESS, plainCharacter);

function plainCharacter(encoded: string): string {
  const entity = /^&#(x?)([\da-f]+);$/i.exec(encoded);
  if (!entity) return String.fromCharCode(Number.parseInt(encoded.slice(-2), 16));
  const code = Number.parseInt(entity[2]!, entity[1] === '' ? 10 : 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : encoded;
}

const special: Record<string, string[]> = {
  ' ': ['\\+'],
  '"': ['\\\\"', '&quot;'],
  '\\': ['\\\\\\\\'],
  '/': ['\\\\/'],
  '&': ['&amp;'],
  "'": ['&#0?39;'],
  '<': ['&lt;'],
  '>': ['&gt;'],
  '@': ['&commat;'],
  '.': ['&period;'],
  '+': ['&plus;'],
  '-': ['&hyphen;', '&dash;'],
  _: ['&lowbar;'],
};

/**
 * Inside a longer base64 (a Basic header: `user:password`) a value starts at any of three offsets; the characters that it shares with
 * its neighbours are left out.
 */
function base64Spellings(value: string): Spelling[] {
  const bytes = Buffer.from(value);
  if (bytes.length < SHORTEST_BASE64) return [];
  return [bytes.toString('base64'), ...[0, 1, 2].map((offset) => inside(bytes, offset))].map((text) => {
    const clue = clueOf(text);
    return { mayBeIn: (lower) => lower.includes(clue), pattern: once(() => loose(text)) };
  });
}

function inside(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const shared = (offset + bytes.length) % 3 === 0 ? 0 : 1;
  return text.slice(Math.ceil((offset * 8) / 6), text.length - shared);
}

/** Both alphabets of base64, and percent-encoded as a form would have it. */
const loose = (text: string): RegExp =>
  new RegExp(
    text.replaceAll('+', '(?:\\+|-|%2B)').replaceAll('/', '(?:\\/|_|%2F)').replaceAll('=', '(?:=|%3D)?'),
    'gi',
  );

const alone = (source: string): string => `(?<=^|[^A-Za-z0-9]|%[0-9A-Fa-f]{2})${source}(?![A-Za-z0-9])`;

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
