/**
 * Magento's REST API: addresses, searches, the integration's signature, and its answers in words that say what to fix.
 * https://developer.adobe.com/commerce/webapi/get-started/authentication/gs-authentication-oauth/ (read 2026-11)
 */
import { percentEncode } from '../../kit/encode.ts';
import { isObject, type Json, parseObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { Reading, SourceFault, SourceSigner } from '../../kit/source.ts';
import { signBytes } from '../../lib/hash.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';

const WHERE = 'System → Extensions → Integrations';

/** One condition of a search; all of them must hold. */
export interface MagentoFilter {
  field: string;
  is: 'gteq' | 'gt' | 'in';
  value: string;
}

/** `path` without its version. All store views at once: an order knows its own. `credentials: false` asks who answers before it is told a secret. */
export function magentoRequest(
  path: string,
  settings: Settings,
  { query = [], credentials }: { query?: readonly (readonly [string, string])[]; credentials?: false } = {},
): HttpRequest {
  const search = query.map(([name, value]) => `${strictEncode(name)}=${strictEncode(value)}`).join('&');
  return {
    method: 'GET',
    url: `${String(settings['url'])}/rest/all/V1/${path}${search === '' ? '' : `?${search}`}`,
    headers: { accept: 'application/json' },
    ...(credentials === false ? {} : { token: true as const }),
  };
}

/** A search in the order of the rows' own numbers, which never move: each page begins behind the last one's last row. */
export function magentoSearch(
  path: string,
  settings: Settings,
  { filters, size, after }: { filters: readonly MagentoFilter[]; size: number; after: string | undefined },
): HttpRequest {
  const behind: MagentoFilter[] = after === undefined ? [] : [{ field: 'entity_id', is: 'gt', value: after }];
  const conditions = [...filters, ...behind].flatMap(({ field, is, value }, group): [string, string][] => {
    const name = `searchCriteria[filter_groups][${group}][filters][0]`;
    return [
      [`${name}[field]`, field],
      [`${name}[condition_type]`, is],
      [`${name}[value]`, value],
    ];
  });
  const query: [string, string][] = [
    ...conditions,
    ['searchCriteria[sortOrders][0][field]', 'entity_id'],
    ['searchCriteria[sortOrders][0][direction]', 'ASC'],
    ['searchCriteria[pageSize]', String(size)],
    ['searchCriteria[currentPage]', '1'],
  ];
  return magentoRequest(path, settings, { query });
}

/** As RFC 3986 wants it: brackets and blanks must stand in the address as they were signed. */
const strictEncode = (text: string): string =>
  percentEncode(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * All four credentials sign each request by OAuth 1.0a; the access token alone is borne as it is, which shops allow only where that was switched on.
 */
export const magentoSigner: SourceSigner = {
  sign({ method, url }, settings, { at, nonce }) {
    const { consumerKey, consumerSecret, accessToken, accessTokenSecret } = settings;
    if (consumerKey === undefined) return { authorization: `Bearer ${String(accessToken)}` };
    const [address = '', search = ''] = url.split('?');
    const own: [string, string][] = Object.entries({
      oauth_consumer_key: String(consumerKey),
      oauth_nonce: nonce.replaceAll('-', ''),
      oauth_signature_method: 'HMAC-SHA256',
      oauth_timestamp: String(Math.floor(at / 1000)),
      oauth_token: String(accessToken),
      oauth_version: '1.0',
    }).map(([name, value]) => [name, strictEncode(value)]);
    const asked = search === '' ? [] : search.split('&').map((pair) => pair.split('=') as [string, string]);
    const sorted = [...own, ...asked].map((pair) => pair.join('=')).toSorted(byBytes);
    const base = [method, strictEncode(address), strictEncode(sorted.join('&'))].join('&');
    const key = `${strictEncode(String(consumerSecret))}&${strictEncode(String(accessTokenSecret))}`;
    const signed = [...own, ['oauth_signature', strictEncode(signBytes(key, base, 'base64'))] as const];
    return { authorization: `OAuth ${signed.map(([name, value]) => `${name}="${value}"`).join(', ')}` };
  },
};

const byBytes = (a: string, b: string): number => Number(a > b) - Number(a < b);

/** What the shop says that it is, without a credential. */
export const SHOP_CURRENCY = 'directory/currency';

/** The parsed answer, or why there is none. */
export function readMagentoAnswer({ status, headers, body }: HttpResponse): Reading<Json> {
  const value = parseObject(body);
  if (status >= 200 && status < 300 && value) return { value };
  return { fault: faultOf({ status, headers, value }) };
}

/** Rows of a search, and how many the search has. */
export function magentoRows(value: Json): { rows: Json[]; total: number | undefined } {
  const { items, total_count: total } = value;
  return {
    rows: Array.isArray(items) ? items.filter(isObject) : [],
    total: typeof total === 'number' ? total : undefined,
  };
}

interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  value: Json | undefined;
}

function faultOf({ status, headers, value }: Answer): SourceFault {
  const page = value ? '' : ' with a page instead of JSON';
  if (status === 401) return permanent(unauthorized(value));
  if (status === 403)
    return permanent(
      value
        ? 'Magento refused the integration (403): it may be inactive, activate it in ' + `${WHERE}.`
        : 'The shop answered 403 with a page instead of JSON: a firewall stands before the API. Let the collector’s address through.',
    );
  if (status === 404) {
    const message = value
      ? 'Magento knows no such thing (404): it was deleted.'
      : `The shop answered 404${page}. Check the URL: the API stands under /rest of the shop's own address.`;
    return { ...permanent(message), ...(value ? { missing: true } : {}) };
  }
  if (status >= 300 && status < 400)
    return permanent(
      `The shop redirects to ${(headers['location'] ?? 'another address').slice(0, 200)}: put that address into url.`,
    );
  if (status === 408 || status === 429 || status >= 500 || status < 300)
    return { message: `The shop answered ${status}${page}. It is asked again later.`, temporary: true };
  return permanent(`Magento refused the request (${status}): ${saidIn(value)}.`);
}

/** Magento says the same of a token that it doesn't know, of one that may not be borne as it is, and of a right that is lacking. */
function unauthorized(value: Json | undefined): string {
  const said = saidIn(value);
  const parameters = isObject(value?.['parameters']) ? value['parameters'] : {};
  const right = textOf(parameters['resources']);
  if (/signature/i.test(said))
    return `Magento does not take the signature (401): compare consumerSecret and accessTokenSecret in ${WHERE}; what stands before the shop may also change the address.`;
  if (/timestamp|nonce/i.test(said))
    return 'Magento does not take the time of the request (401): the clock of this machine or of the shop is wrong.';
  if (/consumer|token/i.test(said) && right === undefined)
    return `Magento does not know the integration (401, ${said}): compare consumerKey and accessToken in ${WHERE}, and see that it is active.`;
  return (
    `Magento does not let the integration in (401${right === undefined ? '' : `, ${right}`}): compare accessToken in ${WHERE}; ` +
    'give it Sales → Operations → Orders and Credit Memos under API; and where only accessToken is set, set consumerKey, consumerSecret ' +
    'and accessTokenSecret, too, for most shops take no access token alone.'
  );
}

const saidIn = (value: Json | undefined): string =>
  (textOf(value?.['message']) ?? 'without a reason').slice(0, 160).replace(/\.$/, '');

const permanent = (message: string): SourceFault => ({ message, temporary: false });
