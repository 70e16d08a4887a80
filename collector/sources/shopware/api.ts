/** Shopware's Admin API: addresses, the integration's token, and its answers in words that say what to fix. */
import { isObject, type Json, parseObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { Reading, SourceFault, SourceToken } from '../../kit/source.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';

const WHERE = 'Settings → System → Integrations';

/** A search is a POST that changes nothing. `token: false` asks who answers before it is told a secret. */
export function shopwareRequest(
  path: string,
  settings: Settings,
  { body, method, token }: { body?: Json; method?: HttpRequest['method']; token?: false } = {},
): HttpRequest {
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    url: `${String(settings['url'])}/api/${path}`,
    // Without it Shopware answers in the shape of JSON:API, whose relations stand elsewhere.
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(token === false ? {} : { token: true as const }),
  };
}

export const shopwareTokenRequest = (settings: Settings): HttpRequest =>
  shopwareRequest('oauth/token', settings, {
    token: false,
    body: {
      grant_type: 'client_credentials',
      ...{ client_id: settings['accessKeyId'], client_secret: settings['secretAccessKey'] },
    },
  });

/** Good for ten minutes. https://developer.shopware.com/docs/guides/integrations-api/ (read 2026-11) */
export const shopwareToken: SourceToken = {
  request: shopwareTokenRequest,
  read(response) {
    const value = parseObject(response.body);
    const token = textOf(value?.['access_token']);
    if (response.status < 300 && token !== undefined) return { value: token };
    // OAuth answers what isn't right with 400, too.
    if ((response.status === 400 || response.status === 401) && value)
      return {
        fault: permanent(
          `Shopware does not accept the access key (${response.status}): compare accessKeyId and secretAccessKey in ${WHERE}; the secret is shown once, when the integration is made.`,
        ),
      };
    return { fault: shopwareFault(response, value) };
  },
  headers: (token) => ({ authorization: `Bearer ${token}` }),
};

/** The parsed answer, or why there is none. */
export function readShopwareAnswer(response: HttpResponse): Reading<Json> {
  const value = parseObject(response.body);
  if (response.status >= 200 && response.status < 300 && value) return { value };
  return { fault: shopwareFault(response, value) };
}

/** Rows of a search. */
export const shopwareRows = (value: Json): Json[] => {
  const data = value['data'];
  return Array.isArray(data) ? data.filter(isObject) : [];
};

export function shopwareFault({ status, headers }: HttpResponse, value: Json | undefined): SourceFault {
  const [error] = Array.isArray(value?.['errors']) ? value['errors'].filter(isObject) : [];
  const code = textOf(error?.['code']);
  const said = code === undefined ? '' : `, ${code}`;
  const page = value ? '' : ' with a page instead of JSON';
  if (status === 401)
    return permanent(
      `Shopware does not take its own token (401${said}): the integration may have been deleted just now.`,
    );
  if (status === 403)
    return permanent(
      value
        ? `The integration may not do that (403): ${missingPrivileges(error)}. Give it a role with these in ${WHERE}, or make it an administrator.`
        : 'The shop answered 403 with a page instead of JSON: a firewall stands before the API. Let the collector’s address through.',
    );
  if (status === 404)
    return permanent(
      `The shop answered 404${page}. Check the URL: the API stands under /api of the shop's own address.`,
    );
  if (status >= 300 && status < 400)
    return permanent(
      `The shop redirects to ${(headers['location'] ?? 'another address').slice(0, 200)}: put that address into url.`,
    );
  if (status === 408 || status === 429 || status >= 500 || status < 300)
    return { message: `The shop answered ${status}${page}. It is asked again later.`, temporary: true };
  return permanent(`The shop refused the request (${status}${said}).`);
}

/** Shopware puts them as JSON into the error's text. */
function missingPrivileges(error: Json | undefined): string {
  const detail = parseObject(textOf(error?.['detail']) ?? '');
  const names = Array.isArray(detail?.['missingPrivileges']) ? detail['missingPrivileges'].map(String) : [];
  return names.length === 0 ? 'it lacks a privilege' : `it lacks ${names.slice(0, 20).join(', ')}`;
}

const permanent = (message: string): SourceFault => ({ message, temporary: false });
