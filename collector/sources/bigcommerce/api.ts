/**
 * BigCommerce's API: addresses, the token, and its answers in words that say what to fix.
 * https://developer.bigcommerce.com/docs/rest-management (read 2026-11)
 */
import { isObject, type Json } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { Reading, SourceFault } from '../../kit/source.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';

/** `path` with its version: `v2/orders/1042`. */
export function bigCommerceRequest(
  path: string,
  settings: Settings,
  { query = {}, method = 'GET', body }: { query?: Json; method?: HttpRequest['method']; body?: Json } = {},
): HttpRequest {
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return {
    method,
    url: `${String(settings['baseUrl'])}/stores/${String(settings['storeHash'])}/${path}${search.size === 0 ? '' : `?${search.toString()}`}`,
    headers: {
      ...{ accept: 'application/json', 'x-auth-token': String(settings['accessToken']) },
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

/** The parsed answer, or why there is none. Nothing found is 204 without a body in v2: an empty list. */
export function readBigCommerce({ status, headers, body }: HttpResponse): Reading<unknown> {
  if (status === 204) return { value: [] };
  const value = parse(body);
  if (status >= 200 && status < 300 && value !== undefined) return { value };
  const fault = faultOf(status);
  const reset = Number(headers['x-rate-limit-time-reset-ms']);
  return { fault: status === 429 && reset > 0 ? { ...fault, after: reset } : fault };
}

/** Rows of a list: v2 answers the list itself, v3 puts it into `data`. */
export function bigCommerceRows(value: unknown): Json[] {
  const list = isObject(value) ? value['data'] : value;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined; // said in words by `faultOf`
  }
}

function faultOf(status: number): SourceFault {
  if (status === 401)
    return permanent(
      'BigCommerce does not accept the access token (401): compare it, and storeHash, in Settings → API → Store-level API accounts; it is shown once, when the account is made.',
    );
  if (status === 403)
    return permanent(
      'The API account may not do that (403): give it the scopes Orders (modify) and Carts (read-only).',
    );
  if (status === 404)
    return {
      ...permanent('BigCommerce knows no such thing (404): it was deleted, or storeHash is wrong.'),
      missing: true,
    };
  if (status === 408 || status === 429 || status >= 500 || status < 300)
    return { message: `BigCommerce answered ${status}. It is asked again later.`, temporary: true };
  return permanent(`BigCommerce refused the request (${status}).`);
}

const permanent = (message: string): SourceFault => ({ message, temporary: false });
