/** Lemon Squeezy's API: addresses, the key, and its answers in words that say what to fix. https://docs.lemonsqueezy.com/api (read 2026-11) */
import { isObject, type Json, parseObject } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { Reading, SourceFault } from '../../kit/source.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';

export function lemonRequest(path: string, settings: Settings, query: Record<string, string> = {}): HttpRequest {
  const search = new URLSearchParams(query);
  return {
    method: 'GET',
    url: `${String(settings['baseUrl'])}/v1/${path}${search.size === 0 ? '' : `?${search.toString()}`}`,
    headers: { accept: 'application/vnd.api+json', authorization: `Bearer ${String(settings['apiKey'])}` },
  };
}

/** Without a store the key sees those of the whole account. */
export const ofStore = ({ storeId }: Settings): Record<string, string> =>
  storeId === undefined ? {} : { 'filter[store_id]': String(storeId) };

export function readLemonAnswer({ status, body }: HttpResponse): Reading<Json> {
  const value = parseObject(body);
  if (status >= 200 && status < 300 && value) return { value };
  return { fault: faultOf(status) };
}

export const lemonRows = ({ data }: Json): Json[] => (Array.isArray(data) ? data.filter(isObject) : []);

function faultOf(status: number): SourceFault {
  if (status === 401)
    return permanent(
      'Lemon Squeezy does not accept the API key (401): compare it in Settings → API; it ends after a year, and those of the test mode are others.',
    );
  if (status === 403) return permanent('The key may not read that (403): it must be of a member who may see orders.');
  if (status === 404)
    return {
      ...permanent('Lemon Squeezy knows no such object (404): it may belong to another store or mode.'),
      missing: true,
    };
  if (status === 408 || status === 429 || status >= 500 || status < 300)
    return { message: `Lemon Squeezy answered ${status}. It is asked again later.`, temporary: true };
  return permanent(`Lemon Squeezy refused the request (${status}).`);
}

const permanent = (message: string): SourceFault => ({ message, temporary: false });
