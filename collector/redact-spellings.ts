/** The spellings in which one value travels: raw, percent-encoded, as JSON, in base64, hashed. Patterns for `redact.ts`. */
import { normalEmail, sha1, sha256 } from './lib/hash.ts';

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
  const digests = once(() => [
    ...(value.includes('@') ? [sha1, sha256].map((hash) => hashSpelling(hash(normalEmail(value)))) : []),
    ...base64Spellings(value),
  ]);
  return { written: { mayBeIn: (lower) => lower.includes(clue), pattern }, digests: isShort ? () => [] : digests };
}

/** A piece that every spelling has in common: the longest run of letters and digits, which nobody encodes. */
const clueOf = (text: string): string =>
  (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).reduce(
    (best, piece) => (piece.length > best.length ? piece : best),
    '',
  );

const hashSpelling = (hex: string): Spelling => ({
  mayBeIn: (lower) => lower.includes(hex),
  pattern: once(() => new RegExp(hex, 'gi')),
});

/**
 * One character in all the spellings that mix freely in one address (`jane%2bx@example.com`): raw, percent-encoded once or more often,
 * escaped in JSON or HTML. Letters and digits come raw only; the pattern ignores case.
 */
function character(char: string): string {
  if (/[a-z0-9]/i.test(char)) return char;
  const escaped = /[\\^$.*+?()[\]{}|/-]/.test(char) ? `\\${char}` : char;
  const bytes = [...Buffer.from(char)].map((byte) => `%(?:25)*${byte.toString(16).padStart(2, '0')}`).join('');
  const units = Array.from({ length: char.length }, (_, index) => char.charCodeAt(index).toString(16).padStart(4, '0'));
  const json = units.map((unit) => `\\\\u${unit}`).join('');
  return `(?:${[escaped, bytes, json, ...(special[char] ?? [])].join('|')})`;
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
