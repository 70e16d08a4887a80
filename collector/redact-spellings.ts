/** The spellings in which one value travels: raw, percent-encoded, as JSON, in base64, hashed. Patterns for `redact.ts`. */
import { normalEmail, sha1, sha256 } from './lib/hash.ts';

/**
 * One way to find a value. Most texts don't hold it, and a search for a plain string is far cheaper than a regular expression, so
 * `clue`, a piece that every match contains, is looked for first.
 */
export interface Spelling {
  /** Lower-case. Empty where no piece is certain: then the pattern is always tried. */
  clue: string;
  pattern: () => RegExp;
}

/** Shorter values would blot out half a text ("US" in "STATUS"), so they are hidden only where they stand alone. */
const SHORT = 4;

/** Base64 of less than this tells too little to be recognised among other base64. */
const SHORTEST_BASE64 = 6;

export function spellings(value: string): Spelling[] {
  const trimmed = value.trim();
  if (trimmed === '') return [];
  const written = Array.from(trimmed, character).join('');
  const clue = longest(trimmed.toLowerCase().match(/[a-z0-9]+/g) ?? []);
  if (trimmed.length < SHORT) return [{ clue, pattern: once(() => new RegExp(alone(written), 'gi')) }];
  const found: Spelling[] = [{ clue, pattern: once(() => new RegExp(written, 'gi')) }];
  for (const text of trimmed.includes('@') ? hashed(trimmed) : []) {
    found.push({ clue: text, pattern: once(() => new RegExp(text, 'gi')) });
  }
  for (const text of base64(trimmed))
    found.push({ clue: longest(text.toLowerCase().match(/[a-z0-9]+/g) ?? []), pattern: once(() => loose(text)) });
  return found;
}

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

const hashed = (email: string): string[] => [sha1, sha256].map((hash) => hash(normalEmail(email)));

/**
 * Inside a longer base64 (a Basic header: `user:password`) a value starts at any of three offsets; the characters that it shares with
 * its neighbours are left out.
 */
function base64(value: string): string[] {
  const bytes = Buffer.from(value);
  if (bytes.length < SHORTEST_BASE64) return [];
  const whole = bytes.toString('base64');
  const inside = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const shared = (offset + bytes.length) % 3 === 0 ? 0 : 1;
    return text.slice(Math.ceil((offset * 8) / 6), text.length - shared);
  });
  return [whole, ...inside];
}

/** Both alphabets of base64, and percent-encoded as a form would have it. */
const loose = (text: string): RegExp =>
  new RegExp(
    text.replaceAll('+', '(?:\\+|-|%2B)').replaceAll('/', '(?:\\/|_|%2F)').replaceAll('=', '(?:=|%3D)?'),
    'gi',
  );

const alone = (source: string): string => `(?<=^|[^A-Za-z0-9]|%[0-9A-Fa-f]{2})${source}(?![A-Za-z0-9])`;

const longest = (pieces: string[]): string =>
  pieces.reduce((best, piece) => (piece.length > best.length ? piece : best), '');

function once(make: () => RegExp): () => RegExp {
  let made: RegExp | undefined;
  return () => (made ??= make());
}
