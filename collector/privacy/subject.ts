/** How a person who is to be erased is recognised: in columns by keyed hashes, in sealed fields by value, in texts by every spelling. */
import { personNames } from '../ingest/draft.ts';
import { normalEmail } from '../lib/hash.ts';
import type { Seal } from '../lib/seal.ts';
import { tidyId } from '../lib/text/fold.ts';
import { redactText } from '../outbound/redact.ts';
import type { Subject } from '../model/upkeep/subject.ts';

export const SUBJECTS = ['email', 'phone', 'customer', 'visitor'] as const;

/** A customer id of digits alone is also an amount, a number of an order, a time: it is looked for where customer ids stand, and nowhere else. */
const isWord = (value: string): boolean => value.length >= 8 && /[^\d\s]/.test(value);

export function subjectOf({ by, value: given, seal }: { by: Subject['by']; value: string; seal: Seal }): Subject {
  const named = by === 'customer' ? tidyId(given) : given;
  const value = by === 'email' ? normalEmail(given) : named.trim();
  const personal = [value];
  const searched = by !== 'customer' || isWord(value);
  const hideText = (text: string): string => redactText(text, { secrets: [], personal });
  const names = namesOfSubject(by, value, seal);
  const isNamed = (field: unknown): boolean =>
    (by === 'email' || by === 'phone') &&
    typeof field === 'string' &&
    namesOfSubject(by, field, seal).some((name) => names.includes(name));
  const open = (sealed: Buffer): Record<string, unknown> => JSON.parse(seal.open(sealed)) as Record<string, unknown>;
  const fieldOf = (fields: Record<string, unknown>): unknown => fields[by];
  return {
    by,
    value,
    names,
    hide: (text) => (searched ? hideIn(text, hideText) : text),
    opens: (sealed) => isNamed(fieldOf(open(sealed))),
    strip(sealed, owner) {
      const heard = open(sealed) as Record<string, Record<string, unknown>>;
      const speakers = Object.keys(heard).filter((speaker) => isNamed(fieldOf(heard[speaker]!)));
      if (speakers.length === 0) return undefined;
      const standing = owner === undefined ? Object.keys(heard).length === 1 : speakers.includes(owner);
      if (standing || speakers.includes('shop')) return 'theirs';
      const rest = Object.fromEntries(Object.entries(heard).filter(([speaker]) => !speakers.includes(speaker)));
      return Object.keys(rest).length === 0 ? null : seal.seal(JSON.stringify(rest));
    },
  };
}

function namesOfSubject(by: Subject['by'], value: string, seal: Seal): string[] {
  if (by === 'visitor') return [];
  if (by === 'customer') return personNames({ customerId: value, personal: {} }, seal);
  return personNames({ personal: { [by]: value } }, seal);
}

/** Texts inside of JSON one by one, so that it stays JSON; what is none as a whole. */
function hideIn(text: string, hide: (text: string) => string): string {
  if (hide(text) === text) return text;
  const parsed = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  return parsed === undefined ? hide(text) : JSON.stringify(hideValues(parsed, hide));
}

function hideValues(value: unknown, hide: (text: string) => string): unknown {
  if (typeof value === 'string') return hide(value);
  // A number that reads like a phone is more likely an amount or a time: it stays.
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => hideValues(one, hide));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [hide(name), hideValues(one, hide)]));
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // words
  }
}
