/** Encoding by position: the query of an address, a form body, a JSON body, one path segment. Every value is encoded exactly once. */
import type { HttpRequest } from '../model/http.ts';

/** A lone half of a surrogate pair: `encodeURIComponent` throws on it, so it becomes the replacement character first. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Percent-encoded for a query, a form or a path segment: `+` becomes `%2B`, `=` becomes `%3D`. */
export const percentEncode = (value: string): string => encodeURIComponent(value.replace(LONE_SURROGATE, '\uFFFD'));

/** `{ a: 'x y', b: undefined, c: '0' }` → `a=x%20y&c=0`. Unknown and empty values are left out; zero is data. */
export function encodePairs(fields: Record<string, string | undefined>): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== '') parts.push(`${percentEncode(name)}=${percentEncode(value)}`);
  }
  return parts.join('&');
}

/** The first `limit` characters, never cutting a surrogate pair in half. */
export function cutText(value: string | undefined, limit: number): string | undefined {
  if (value === undefined || value.length <= limit) return value;
  return value.slice(0, limit).replace(LONE_SURROGATE, '');
}

/** A request with a JSON body; fields that are undefined are left out, zero is data. */
export const jsonRequest = (
  method: HttpRequest['method'],
  url: string,
  { headers, body }: { headers?: Record<string, string>; body: unknown },
): HttpRequest => ({
  method,
  url,
  headers: { ...headers, Accept: 'application/json', 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});
