/** Where a CS-Cart answers and who asks: addresses of the REST API, and the Basic header. */
import type { Problem } from '../../../wire/problem.ts';
import type { Settings } from '../../kit/setting.ts';
import type { HttpRequest } from '../../model/http.ts';

/** `/api/2/` is documented but names classes that do not exist (404); `/api/1.0/` has no paging. Only this form is whole. */
const VERSION = '/api/2.0/';

/** The shop's address without what people paste along with it: trailing slashes, index.php, the admin or API path. */
export function shopAddress(text: string): URL | undefined {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return undefined;
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  url.search = '';
  url.hash = '';
  url.pathname = url.pathname
    .replace(/\/(?:(?:index|admin|vendor|api)\.php|api(?:\/[\d.]+)?)?\/*$/i, '')
    .replace(/\/+$/, '');
  return url;
}

/** Host with sub-folder: what may not change once saved. The scheme may, from http to https. */
export function sameShop(before: string, after: string): boolean {
  const [a, b] = [shopAddress(before), shopAddress(after)];
  return a !== undefined && b !== undefined && a.host === b.host && a.pathname === b.pathname;
}

/** Plain http is for the operator to allow: the outbound guard refuses it unless private addresses are permitted. */
export function addressProblems(settings: Settings): Problem[] {
  const url = shopAddress(String(settings['url'] ?? ''));
  if (!url) return [{ field: 'url', message: 'must be the address of the shop, such as https://shop.example' }];
  if (url.username !== '' || url.password !== '') {
    return [{ field: 'url', message: 'must not carry a name or password; use adminEmail and apiKey' }];
  }
  return [];
}

/** A request to the API. `credentials: false` asks without them, to learn who answers before telling it a secret. */
export function apiRequest(
  path: string,
  settings: Settings,
  options: {
    query?: Record<string, string | number>;
    method?: HttpRequest['method'];
    body?: unknown;
    credentials?: false;
  } = {},
): HttpRequest {
  const url = shopAddress(String(settings['url']));
  if (!url) throw new Error('The CS-Cart address was not validated.');
  const base = url.href.replace(/\/$/, '');
  const company = String(settings['companyId'] ?? '');
  const scoped = company !== '' && /^(?:orders|users)/.test(path) ? `stores/${company}/${path}` : path;
  const query = new URLSearchParams();
  // Where mod_rewrite is off, the path travels as a parameter.
  if (settings['noRewrite'] === true) {
    query.set('_d', scoped);
    query.set('ajax_custom', '1');
  }
  for (const [name, value] of Object.entries(options.query ?? {})) query.set(name, String(value));
  const tail = query.size === 0 ? '' : `?${query.toString()}`;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.credentials !== false) headers['authorization'] = basic(settings);
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  return {
    method: options.method ?? 'GET',
    url: (settings['noRewrite'] === true ? `${base}/api.php` : base + VERSION + scoped) + tail,
    headers,
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  };
}

function basic(settings: Settings): string {
  const pair = `${String(settings['adminEmail'])}:${String(settings['apiKey'])}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}
