/** Stripe's API: addresses, the key, and its answers in words that say what to fix. https://docs.stripe.com/api (read 2026-11) */
import { isObject, type Json, parseObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { Reading, SourceFault } from '../../kit/source.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';

/** The version whose shapes are read here, whatever the account's own is. */
const VERSION = '2026-10-28.endive';

export function stripeRequest(
  path: string,
  settings: Settings,
  query: readonly (readonly [name: string, value: string | number])[] = [],
  form?: Record<string, string>,
): HttpRequest {
  const search = new URLSearchParams(query.map(([name, value]) => [name, String(value)]));
  return {
    method: form ? 'POST' : 'GET',
    url: `${String(settings['baseUrl'])}/v1/${path}${search.size === 0 ? '' : `?${search.toString()}`}`,
    headers: {
      ...{ authorization: `Bearer ${String(settings['secretKey'])}`, 'stripe-version': VERSION },
      ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    },
    ...(form ? { body: new URLSearchParams(form).toString() } : {}),
  };
}

/** The object or list, or why there is none. */
export function readStripeAnswer({ status, body }: HttpResponse): Reading<Json> {
  const value = parseObject(body);
  if (status >= 200 && status < 300 && value) return { value };
  return { fault: faultOf(status, value) };
}

/** Rows of a list. */
export const stripeRows = (list: unknown): Json[] => {
  const data = isObject(list) ? list['data'] : undefined;
  return Array.isArray(data) ? data.filter(isObject) : [];
};

/** An id, given alone or as the object that was expanded. */
export const stripeId = (value: unknown): string | undefined => textOf(isObject(value) ? value['id'] : value);

function faultOf(status: number, value: Json | undefined): SourceFault {
  const code = isObject(value?.['error']) ? textOf(value['error']['code']) : undefined;
  if (status === 401)
    return permanent(
      'Stripe does not accept the secret key (401): compare it in Developers → API keys; it may have been rolled or deleted.',
    );
  if (status === 403)
    return permanent(
      'The key may not read that (403): give the restricted key Read for Checkout Sessions, Payment Intents, Charges, Disputes, Invoices and Events.',
    );
  if (status === 404 && code === 'resource_missing')
    return {
      ...permanent('Stripe knows no such object (404): it may belong to another account or mode.'),
      missing: true,
    };
  if (status === 408 || status === 409 || status === 429 || status >= 500 || status < 300)
    return { message: `Stripe answered ${status}. It is asked again later.`, temporary: true };
  return permanent(`Stripe refused the request (${status}${code === undefined ? '' : `, ${code}`}).`);
}

const permanent = (message: string): SourceFault => ({ message, temporary: false });
