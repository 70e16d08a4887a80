/** Encoding by position: the query of an address, a form body, one path segment. Every value is encoded exactly once. */

/** A lone half of a surrogate pair: `encodeURIComponent` throws on it, so it becomes the replacement character first. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Percent-encoded for a query, a form or a path segment: `+` becomes `%2B`, `=` becomes `%3D`. */
export const percent = (value: string): string => encodeURIComponent(value.replace(LONE_SURROGATE, '\uFFFD'));

/** `{ a: 'x y', b: undefined, c: '0' }` → `a=x%20y&c=0`. Unknown and empty values are left out; zero is data. */
export function pairs(fields: Record<string, string | undefined>): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== '') parts.push(`${percent(name)}=${percent(value)}`);
  }
  return parts.join('&');
}

/** The first `limit` characters, never cutting a surrogate pair in half. */
export function cut(value: string | undefined, limit: number): string | undefined {
  if (value === undefined || value.length <= limit) return value;
  return value.slice(0, limit).replace(LONE_SURROGATE, '');
}
