/** The spellings in which one value travels: raw, percent-encoded, as JSON, in base64; hashed in `redact-digests.ts`. Patterns for `redact.ts`. */
import { domainToASCII, domainToUnicode } from 'node:url';
import { foldMarks, foldText } from '../lib/text/fold.ts';
import { type Digest, digestsOf } from './redact-digests.ts';
import { base64Spelling, clueOf, hexSpelling, makeOnce, type Spelling } from './redact-pattern.ts';
import { phoneDigits, phoneSpelling } from './redact-phone.ts';

export interface Spellings {
  /** Written out, encoded in whatever way. */
  written: readonly Spelling[];
  /** In base64 and in hex: worked out at the first text that {@link mayHoldEncoded}. */
  encoded: () => Spelling[];
  hashed: (digests: readonly Digest[]) => Spelling[];
}

/** All base64 and all hex of a value contain such a run; most short texts don't. */
const RUN = /[a-z0-9+/_-]{10}/;

export const mayHoldEncoded = (lower: string): boolean => RUN.test(lower);

/** Shorter values would blot out half a text ("US" in "STATUS"), so they are hidden only where they stand alone. */
const SHORT = 4;

/** Base64 of less than this tells too little to be recognised among other base64. */
const SHORTEST_BASE64 = 9;

export function spellingsOf(value: string): Spellings {
  const digits = phoneDigits(value);
  const forms = writtenForms(value);
  const encoded = makeOnce(() => {
    if (value.length < SHORT) return [];
    const cases = [...new Set(forms.flatMap((form) => [form, form.toLowerCase()]))];
    return [
      ...[...new Set([...cases, ...(digits === undefined ? [] : [`+${digits}`, digits])])].flatMap(base64Spellings),
      ...cases.map((form) => hexSpelling(Buffer.from(form).toString('hex'))),
    ];
  });
  const written = digits === undefined ? forms.map(writtenSpelling) : [phoneSpelling(digits)];
  return { written, encoded, hashed: digestsOf(value) };
}

/** A value as it came, in everyday width, without its marks, and its host in both spellings of the domain name system. */
function writtenForms(value: string): string[] {
  const folded = foldText(value).trim();
  const at = folded.lastIndexOf('@') + 1;
  const hosts = at === 0 ? [] : [domainToASCII(folded.slice(at)), domainToUnicode(folded.slice(at))];
  const addresses = hosts.filter((host) => host !== '').map((host) => folded.slice(0, at) + host);
  const forms = [value, folded, foldMarks(value).trim(), ...addresses];
  return forms.filter(
    (form, index) => form !== '' && forms.findIndex((one) => one.toLowerCase() === form.toLowerCase()) === index,
  );
}

function writtenSpelling(form: string): Spelling {
  const clue = clueOf(form);
  return {
    mayBeIn: (lower) => lower.includes(clue),
    pattern: makeOnce(() => {
      const source = Array.from(form, character).join('');
      return new RegExp(form.length < SHORT ? alone(source) : source, 'gi');
    }),
  };
}

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

/** Letters and digits that nobody has to encode, characters as numbered entities, and whatever lies beyond ASCII. */
const NEEDLESS =
  /%(?:25)*(?:3\d|[46][1-9a-f]|[57][\da])|&#(?:x[\da-f]{1,6}|\d{1,7});|\\u00(?:3\d|[46][1-9a-f]|[57][\da])|\\u(?!00[0-7])[\da-f]{4}|(?:(?:%(?:25)*|=|\\x)[89a-f][\da-f]){2,4}/gi;

/** What is shown as nothing: invisible characters by their names in HTML, a place to break a word, and the soft line break of a mail. */
const UNSEEN = /&(?:zwj|zwnj|shy|ZeroWidthSpace|NoBreak|lrm|rlm);|<wbr\s*\/?>|=\r?\n/g;

/** The text with needless encodings undone and folded as `foldText` does; the same text where there is nothing to undo. */
export const spellOut = (text: string): string => foldText(text.replace(UNSEEN, '').replace(NEEDLESS, plainCharacter));

function plainCharacter(encoded: string): string {
  const entity = /^&#(x?)([\da-f]+);$/i.exec(encoded);
  if (entity) {
    const code = Number.parseInt(entity[2]!, entity[1] === '' ? 10 : 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : encoded;
  }
  if (encoded.startsWith('\\u')) return String.fromCharCode(Number.parseInt(encoded.slice(2), 16));
  const bytes = Buffer.from(encoded.replace(/%(?:25)*|=|\\x/gi, ''), 'hex');
  const plain = bytes.toString('utf8');
  return plain.includes('\ufffd') ? encoded : plain;
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
  return [bytes.toString('base64'), ...[0, 1, 2].map((offset) => inside(bytes, offset))].map(base64Spelling);
}

function inside(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const shared = (offset + bytes.length) % 3 === 0 ? 0 : 1;
  return text.slice(Math.ceil((offset * 8) / 6), text.length - shared);
}

const alone = (source: string): string => `(?<=^|[^A-Za-z0-9]|%[0-9A-Fa-f]{2})${source}(?![A-Za-z0-9])`;
