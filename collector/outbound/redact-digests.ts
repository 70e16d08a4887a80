/** The hashes in which one value travels, in hex and in base64: worked out only where a text holds something of a hash's length. For `redact.ts`. */
import { createHash } from 'node:crypto';
import { normalEmail } from '../lib/hash.ts';
import { foldMarks, foldText } from '../lib/text/fold.ts';
import { base64Spelling, hexSpelling, makeOnce, type Spelling } from './redact-pattern.ts';
import { phoneDigits } from './redact-phone.ts';

/** Hashes that vendors use, with the digits that each has in hex and, without its padding, in base64. */
const DIGESTS = [
  { name: 'md5', hex: 32, base64: 22 },
  { name: 'sha1', hex: 40, base64: 27 },
  { name: 'sha224', hex: 56, base64: 38 },
  { name: 'sha256', hex: 64, base64: 43 },
  { name: 'sha384', hex: 96, base64: 64 },
  { name: 'sha512', hex: 128, base64: 86 },
] as const;
export type Digest = (typeof DIGESTS)[number];

const HEX_RUN = /[\da-f]{32,}/gi;
/** What JSON and forms make of the two signs of base64 that need it. */
const ESCAPED = /\\\/|%(?:25)*2[bf]/gi;
/** Either alphabet of base64, not both: a path with dashes is none. */
const BASE64_RUNS = [/[a-z\d+/]{22,}/gi, /[a-z\d_-]{22,}/gi];
/** In bytes that nobody chose there are letters of both cases; in names of paths and UUIDs seldom. */
const IS_MIXED = /[a-z].*[A-Z]|[A-Z].*[a-z]/;

/** The hashes that a text may hold, from the lengths of the runs in it. */
export function findDigests(text: string): readonly Digest[] {
  const hex = (text.match(HEX_RUN) ?? []).map(({ length }) => length);
  const plain = text.replace(ESCAPED, '/');
  const base64 = BASE64_RUNS.flatMap((run) => plain.match(run) ?? []).filter((run) => IS_MIXED.test(run));
  if (hex.length === 0 && base64.length === 0) return [];
  const lengths = new Set(base64.flatMap(lengthsIn));
  return DIGESTS.filter((digest) => hex.some((length) => mayHoldHex(length, digest)) || lengths.has(digest.base64));
}

/** A run of no hash's length may be one beside other digits. */
const mayHoldHex = (length: number, { hex }: Digest): boolean =>
  length === hex || (length > hex && !DIGESTS.some((digest) => digest.hex === length));

/** Its own length, and those before and behind each sign that may be a separator: `user_HASH`. */
function lengthsIn(run: string): number[] {
  const lengths = [run.length];
  for (let at = 0; at < run.length; at += 1) if (/[+/_-]/.test(run[at]!)) lengths.push(at, run.length - at - 1);
  return lengths;
}

/** Finds the hashes of one value; what was worked out once is kept. */
export function digestsOf(value: string): (digests: readonly Digest[]) => Spelling[] {
  const made = new Map<string, Spelling[]>();
  const forms = makeOnce(() => hashedForms(value));
  const spell = ({ name }: Digest): Spelling[] => {
    const known = made.get(name);
    if (known) return known;
    const fresh = forms().flatMap((form) => digestSpellings(createHash(name).update(form).digest()));
    made.set(name, fresh);
    return fresh;
  };
  return (digests) => digests.flatMap(spell);
}

function digestSpellings(digest: Buffer): Spelling[] {
  return [hexSpelling(digest.toString('hex')), base64Spelling(digest.toString('base64'))];
}

/** What vendors hash: an address trimmed and in lower case or as it came, a name in lower case or by its letters alone, a number by its digits. */
export function hashedForms(value: string): string[] {
  const digits = phoneDigits(value);
  if (digits !== undefined) return [...new Set([`+${digits}`, digits, value.trim()])];
  const typed = value.trim();
  if (typed.includes('@')) return [...new Set([normalEmail(typed), typed, typed.toLowerCase(), mailbox(typed)])];
  const plain = foldText(typed).toLowerCase();
  const bare = plain.replace(/[^\p{L}\p{N}]/gu, '');
  return [...new Set([typed.toLowerCase(), plain, bare, foldMarks(bare)])].filter((form) => form !== '');
}

/** The address as Google wants it hashed: of its own hosts without dots and what stands behind a plus. https://support.google.com/google-ads/answer/13262500 */
function mailbox(email: string): string {
  const [local = '', host = ''] = normalEmail(email).split('@', 2);
  const name = local.replace(/\+.*/, '');
  return /^(?:gmail|googlemail)\.com$/.test(host) ? `${name.replaceAll('.', '')}@${host}` : `${name}@${host}`;
}
