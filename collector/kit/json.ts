/** Reading vendors' JSON as it really comes: keys in any casing, or no JSON at all. */

export type Json = Record<string, unknown>;

/** The body as a JSON object, or `undefined` where it is none. */
export function parseObject(body: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(body.charCodeAt(0) === 0xfeff ? body.slice(1) : body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The body as a JSON list of objects; empty where it is none. */
export const parseList = (body: string): Json[] => parseItems(body) ?? [];

/** The body as a JSON list of objects; undefined where it is none, as half a list is none. */
export function parseItems(body: string): Json[] | undefined {
  try {
    return pickItems(JSON.parse(body));
  } catch {
    return undefined;
  }
}

/** The objects of a list; undefined where the value is no list. */
export const pickItems = (value: unknown): Json[] | undefined =>
  Array.isArray(value) ? value.filter(isObject) : undefined;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value under the first key that equals one of `names`, whatever its case and underscores. */
export function pickField(object: Json | undefined, ...names: string[]): unknown {
  if (object === undefined) return undefined;
  for (const name of names) {
    const wanted = plain(name);
    for (const key of Object.keys(object)) if (plain(key) === wanted) return object[key];
  }
  return undefined;
}

const plain = (key: string): string => key.replaceAll('_', '').toLowerCase();

/** A string or number as text; anything else is not text. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
  return typeof value === 'number' ? String(value) : undefined;
}
