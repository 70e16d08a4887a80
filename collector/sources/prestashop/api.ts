/**
 * PrestaShop's webservice: addresses, its key, and its answers in words that say what to fix.
 * https://devdocs.prestashop-project.org/9/webservice/ (read 2026-11)
 */
import { percentEncode } from '../../kit/encode.ts';
import { isObject, type Json } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { Reading, SourceFault } from '../../kit/source.ts';
import { readInstant } from '../../lib/local-time.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';

const WHERE = 'Advanced Parameters → Webservice';

/** Resources that the key must be let at. */
export const RESOURCES = [
  ...['orders', 'order_states', 'order_slip', 'currencies', 'customers', 'order_cart_rules', 'cart_rules', 'messages'],
] as const;
export type PrestaShopResource = (typeof RESOURCES)[number];

/** Brackets in its filters stand as they are in its documents; a browser's encoding of them is read alike. */
export function prestaShopRequest(
  path: string,
  settings: Settings,
  query: Readonly<Record<string, string>> = {},
): HttpRequest {
  const shop = settings['shopId'] === undefined ? {} : { id_shop: String(settings['shopId']) };
  const search = Object.entries({ output_format: 'JSON', ...query, ...shop })
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
  return {
    method: 'GET',
    url: `${String(settings['url'])}/api/${path}?${search}`,
    headers: {
      ...{ accept: 'application/json', 'output-format': 'JSON' },
      authorization: `Basic ${Buffer.from(`${String(settings['webserviceKey'])}:`).toString('base64')}`,
    },
  };
}

/** The parsed answer, or why there is none. An empty list is `[]`, whatever was asked for. */
export function readPrestaShopAnswer({ status, headers, body }: HttpResponse): Reading<Json> {
  const value = parse(body);
  if (status >= 200 && status < 300 && Array.isArray(value)) return { value: {} };
  if (status >= 200 && status < 300 && isObject(value)) return { value };
  return { fault: faultOf(status, headers, { value, xml: /^\s*<\?xml/.test(body) }) };
}

/** Rows of a list: its one member, whose name is not always the resource's. */
export function prestaShopRows(value: Json): Json[] {
  const list = Object.values(value).find((one) => Array.isArray(one));
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** What one row's address shows. */
export const prestaShopRow = (value: Json): Json => Object.values(value).find(isObject) ?? {};

/** The shop's clocks say no zone. */
export const shopZone = ({ timezone }: Settings): string => String(timezone ?? 'UTC');

export const timeIn = (value: unknown, settings: Settings): number | undefined =>
  typeof value === 'string' ? readInstant(value, shopZone(settings)) : undefined;

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined; // said in words by `faultOf`
  }
}

function faultOf(
  status: number,
  headers: Readonly<Record<string, string>>,
  { value, xml }: { value: unknown; xml: boolean },
): SourceFault {
  const errors = isObject(value) && Array.isArray(value['errors']) ? value['errors'].filter(isObject) : [];
  const said = typeof errors[0]?.['message'] === 'string' ? `, ${errors[0]['message'].slice(0, 160)}` : '';
  const page = value === undefined && !xml ? ' with a page instead of JSON' : '';
  if (status === 401)
    return permanent(
      `PrestaShop does not accept the key (401${said}): compare webserviceKey in ${WHERE}, and see that it is active. If it is right, the web server does not hand the Authorization header on to PHP: add SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1 to its .htaccess.`,
    );
  if (status === 403 || status === 405)
    return permanent(
      page === ''
        ? `The key may not read that (${status}${said}): tick View for ${RESOURCES.join(', ')} in ${WHERE}.`
        : `The shop answered ${status} with a page: a firewall stands before the webservice. Let the collector’s address through.`,
    );
  if (status === 404 && page === '')
    return { ...permanent('PrestaShop knows no such thing (404): it was deleted.'), missing: true };
  if (status === 404)
    return permanent(
      'The shop answered 404 with a page: check the URL, and that friendly URLs are on; the webservice stands under /api.',
    );
  if (status === 503 && xml)
    return permanent(
      `The webservice is off: switch it on in ${WHERE} (or the shop is in maintenance, which closes it).`,
    );
  if (status >= 300 && status < 400)
    return permanent(
      `The shop redirects to ${(headers['location'] ?? 'another address').slice(0, 200)}: put that address into url.`,
    );
  if (status < 300 && xml)
    return permanent('The shop answers XML to a question for JSON: PrestaShop 1.6 and older are too old for this.');
  if (status === 408 || status === 429 || status >= 500 || status < 300)
    return { message: `The shop answered ${status}${page}. It is asked again later.`, temporary: true };
  return permanent(`PrestaShop refused the request (${status}${said}).`);
}

const permanent = (message: string): SourceFault => ({ message, temporary: false });
