/**
 * WooCommerce's REST API: addresses, keys, and its answers in words that say what to fix.
 * https://woocommerce.github.io/woocommerce-rest-api-docs/ (read 2026-11)
 */
import { isObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { Reading, SourceFault } from '../../kit/source.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';

export const hasKeys = (settings: Settings): boolean =>
  settings['consumerKey'] !== undefined && settings['consumerSecret'] !== undefined;

/** `credentials: false` asks who answers before it is told a secret. */
export function wooRequest(
  path: string,
  settings: Settings,
  options: {
    query?: Record<string, string | number>;
    method?: HttpRequest['method'];
    body?: object;
    credentials?: false;
  } = {},
): HttpRequest {
  const base = String(settings['url']).replace(/\/+$/, '');
  const query = new URLSearchParams();
  // Where permalinks are plain there is no /wp-json/.
  const plain = settings['plainPermalinks'] === true;
  if (plain) query.set('rest_route', `/${path}`);
  for (const [name, value] of Object.entries(options.query ?? {})) query.set(name, String(value));
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.credentials !== false && hasKeys(settings)) {
    const [key, secret] = [String(settings['consumerKey']), String(settings['consumerSecret'])];
    if (settings['keysInQuery'] === true) {
      query.set('consumer_key', key);
      query.set('consumer_secret', secret);
    } else headers['authorization'] = `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
  }
  const tail = query.size === 0 ? '' : `?${query.toString()}`;
  const url = (plain ? `${base}/` : `${base}/wp-json/${path}`) + tail;
  const method = options.method ?? 'GET';
  if (options.body === undefined) return { method, url, headers };
  return {
    method,
    url,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(options.body),
  };
}

/** The parsed answer, or why there is none. */
export function readWooAnswer(response: HttpResponse): Reading<unknown> {
  const { status, body, headers } = response;
  const parsed = parse(body);
  if (status >= 200 && status < 300 && parsed !== undefined) return { value: parsed };
  return { fault: faultOf({ status, parsed, target: headers['location'] }) };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body.charCodeAt(0) === 0xfeff ? body.slice(1) : body) as unknown;
  } catch {
    return undefined; // a page in place of JSON: said in words by `faultOf`
  }
}

function faultOf(answer: { status: number; parsed: unknown; target: string | undefined }): SourceFault {
  const { status, parsed, target } = answer;
  const page = parsed === undefined ? ' with a page instead of JSON' : '';
  const code = isObject(parsed) ? textOf(parsed['code']) : undefined;
  if (status === 401)
    return permanent(
      `WooCommerce does not accept the keys (401${code === undefined ? '' : `, ${code}`}). Compare them in WooCommerce → Settings → Advanced → REST API; ` +
        'they end with the user whose they are. If they are right, the web server drops the Authorization header (set keysInQuery), ' +
        'or WordPress sits behind a proxy and does not know that it is reached over https.',
    );
  if (status === 403)
    return permanent(
      code === undefined
        ? `The shop answered 403${page}: a firewall or security plugin stands before the REST API. Let the collector's address through.`
        : `The keys may not do that (403, ${code}): give them Read permission in WooCommerce → Settings → Advanced → REST API.`,
    );
  if (status === 404 && code === 'woocommerce_rest_shop_order_invalid_id')
    return { ...permanent('WooCommerce knows no such order (404).'), missing: true };
  if (status === 404)
    return permanent(
      `The shop answered 404${page}. Check the URL; WooCommerce must be active, and permalinks other than "Plain" (or set plainPermalinks).`,
    );
  if (status >= 300 && status < 400)
    return permanent(
      `The shop redirects to ${(target ?? 'another address').slice(0, 200)}: put that address into url.`,
    );
  if (status === 408 || status === 429 || status >= 500 || (status < 300 && parsed === undefined))
    return { message: `The shop answered ${status}${page}. It is asked again later.`, temporary: true };
  return permanent(`The shop refused the request (${status}${code === undefined ? '' : `, ${code}`}).`);
}

const permanent = (message: string): SourceFault => ({ message, temporary: false });
