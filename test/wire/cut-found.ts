/** What leaves the page of what it said: the tag's part for orders cuts it down to known keys. */
import type { Found } from '../../wire/found.ts';
import { KNOWN_KEY, PERSON } from '../../wire/known-key.ts';

/** As the tag's part for orders copies an entry. */
export function cut(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cut);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]: [string, { email?: string; billing?: { email?: string } }]) => {
      if (PERSON.test(key)) return [[key, { email: field.email ?? field.billing?.email }]];
      return KNOWN_KEY.test(key) ? [[key, cut(field)]] : [];
    }),
  );
}

/** The page's own words go whole, and so does what the pixel hears. */
export const cutFound = (found: readonly Found[]): Found[] =>
  found.map((one) => (/call|attribute|shopify/.test(one.source) ? one : { ...one, data: cut(one.data) }));
