/** Paddle's API: addresses, the key, and its answers in words that say what to fix. https://developer.paddle.com/api-reference/overview (read 2026-11) */
import { isObject, type Json, parseObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { Reading, SourceFault } from '../../kit/source.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';

export function paddleRequest(
  path: string,
  settings: Settings,
  query: Record<string, string> = {},
  change?: Json,
): HttpRequest {
  const search = new URLSearchParams(query);
  return {
    method: change ? 'PATCH' : 'GET',
    url: `${String(settings['baseUrl'])}/${path}${search.size === 0 ? '' : `?${search.toString()}`}`,
    headers: {
      ...{ authorization: `Bearer ${String(settings['apiKey'])}`, 'paddle-version': '1' },
      ...(change ? { 'content-type': 'application/json' } : {}),
    },
    ...(change ? { body: JSON.stringify(change) } : {}),
  };
}

/** Paddle's sandbox is an account of its own; nothing in its orders says so. */
export const isRehearsal = ({ apiKey, baseUrl }: Settings): boolean =>
  String(apiKey).startsWith('pdl_sdbx_') || new URL(String(baseUrl)).host.startsWith('sandbox-');

/** The object or list, with where it goes on, or why there is none. */
export function readPaddleAnswer({ status, body }: HttpResponse): Reading<Json> {
  const value = parseObject(body);
  if (status >= 200 && status < 300 && value) return { value };
  return { fault: faultOf(status, value) };
}

export const paddleRows = ({ data }: Json): Json[] => (Array.isArray(data) ? data.filter(isObject) : []);

/** The cursor of the next page: the address that Paddle gives is not followed, only what it names. */
export function nextOfPaddle({ meta }: Json): string | undefined {
  const { has_more: more, next } = isObject(meta) && isObject(meta['pagination']) ? meta['pagination'] : ({} as Json);
  const address = textOf(next);
  if (more !== true || address === undefined || !URL.canParse(address)) return undefined;
  return new URL(address).searchParams.get('after') ?? undefined;
}

function faultOf(status: number, value: Json | undefined): SourceFault {
  const code = isObject(value?.['error']) ? textOf(value['error']['code']) : undefined;
  if (status === 401 || (status === 403 && code?.startsWith('authentication_')))
    return permanent(
      `Paddle does not accept the API key (${status}): compare it in Developer tools → Authentication; the sandbox has keys and an address (baseUrl) of its own.`,
    );
  if (status === 403)
    return permanent(
      'The key may not read that (403): give it Read for transactions, adjustments, customers, discounts and notification settings.',
    );
  if (status === 404)
    return { ...permanent('Paddle knows no such object (404): it may belong to another account.'), missing: true };
  if (status === 408 || status === 429 || status >= 500 || status < 300)
    return { message: `Paddle answered ${status}. It is asked again later.`, temporary: true };
  return permanent(`Paddle refused the request (${status}${code === undefined ? '' : `, ${code}`}).`);
}

const permanent = (message: string): SourceFault => ({ message, temporary: false });
