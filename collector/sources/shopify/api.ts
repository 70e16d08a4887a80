/** Shopify's Admin API: address, token, and its answers in words that say what to fix. https://shopify.dev/docs/api/admin-graphql (read 2026-11) */
import { isObject, type Json, parseObject, textOf } from '../../kit/json.ts';
import type { Settings } from '../../kit/setting.ts';
import type { Reading, SourceFault, SourceToken } from '../../kit/source.ts';
import { seconds } from '../../lib/duration.ts';
import type { HttpRequest, HttpResponse } from '../../model/http.ts';
import { rowsOf } from './amounts.ts';

const VERSION = '2026-07';

/** An app has client id and secret; one that was made in the admin before 2026 has a token that does not end. */
export const canAsk = ({ accessToken, clientId, clientSecret }: Settings): boolean =>
  accessToken !== undefined || (clientId !== undefined && clientSecret !== undefined);

const addressOf = ({ baseUrl, shop }: Settings): string => String(baseUrl ?? `https://${String(shop).toLowerCase()}`);

const post = (url: string, body: object): HttpRequest => ({
  ...{ method: 'POST', url, body: JSON.stringify(body) },
  headers: { accept: 'application/json', 'content-type': 'application/json' },
});

const tokenHeader = (token: string): Record<string, string> => ({ 'x-shopify-access-token': token });

export function shopifyRequest(query: string, variables: Json, settings: Settings): HttpRequest {
  const request = post(`${addressOf(settings)}/admin/api/${VERSION}/graphql.json`, { query, variables });
  const { accessToken } = settings;
  if (accessToken === undefined) return { ...request, token: true };
  return { ...request, headers: { ...request.headers, ...tokenHeader(String(accessToken)) } };
}

/** The token of an app lasts a day. https://shopify.dev/docs/apps/build/authentication-authorization (read 2026-11) */
export const shopifyToken: SourceToken = {
  request: (settings) =>
    post(`${addressOf(settings)}/admin/oauth/access_token`, {
      ...{ client_id: settings['clientId'], client_secret: settings['clientSecret'], grant_type: 'client_credentials' },
    }),
  read(response) {
    const { status } = response;
    const token = textOf(parseObject(response.body)?.['access_token']);
    if (status >= 200 && status < 300 && token !== undefined) return { value: token };
    if (status === 400 || status === 401 || status === 403)
      return {
        fault: permanent(
          `Shopify gives no token for clientId and clientSecret (${status}): compare them in the Dev Dashboard → the app → Settings; the app must be installed in this shop, and belong to the same organisation.`,
        ),
      };
    return { fault: faultOf(response, undefined) };
  },
  headers: tokenHeader,
};

/** What was asked for, by the names of the question, or why there is nothing. */
export function readShopifyAnswer(response: HttpResponse): Reading<Json> {
  const answer = parseObject(response.body);
  const data = isObject(answer?.['data']) ? answer['data'] : undefined;
  const errors = rowsOf(answer?.['errors']);
  // Single fields that the app may not see are null, with an error each: the rest is told all the same.
  const whole = data !== undefined && (errors.length === 0 || Object.values(data).every((value) => value !== null));
  if (response.status >= 200 && response.status < 300 && whole) return { value: data };
  return { fault: faultOf(response, answer) };
}

function faultOf({ status, headers }: HttpResponse, answer: Json | undefined): SourceFault {
  const [first] = rowsOf(answer?.['errors']);
  const code = isObject(first?.['extensions']) ? textOf(first['extensions']['code']) : undefined;
  if (code === 'THROTTLED') return { ...again(status), after: restored(answer) };
  if (status === 401)
    return permanent(
      'Shopify does not accept the access token (401): the app was removed from the shop, or the token was revoked. Install the app again, and compare the token.',
    );
  if (status === 402 || status === 423)
    return permanent(`The shop is frozen or locked (${status}): its owner must settle that with Shopify.`);
  const words = textOf(first?.['message']) ?? textOf(answer?.['errors']);
  if (status === 403 || code === 'ACCESS_DENIED')
    return permanent(
      `The app may not read that (${code ?? status}): give it the scope read_orders, read_shopify_payments_disputes where chargebacks is on, and access to protected customer data, and install it again.${words === undefined ? '' : ` Shopify says: ${words.slice(0, 200)}`}`,
    );
  if (status === 404) return permanent('Shopify knows no shop of that name (404): check shop, NAME.myshopify.com.');
  if (status >= 300 && status < 400)
    return permanent(`Shopify redirects to ${(headers['location'] ?? 'another address').slice(0, 200)}: check shop.`);
  if (status === 408 || status === 429 || status === 430 || status >= 500 || answer === undefined) return again(status);
  if (code === 'INTERNAL_SERVER_ERROR' || code === 'TIMEOUT') return again(status);
  return permanent(`Shopify refused the question: ${(words ?? String(status)).slice(0, 200)}`);
}

const again = (status: number): SourceFault => ({
  message: `Shopify answered ${status} and wants to be asked later. It is.`,
  temporary: true,
});

/** How long the bucket takes to hold what the question costs. */
function restored(answer: Json | undefined): number {
  const extensions = isObject(answer?.['extensions']) ? answer['extensions'] : {};
  const cost = isObject(extensions['cost']) ? extensions['cost'] : {};
  const status = isObject(cost['throttleStatus']) ? cost['throttleStatus'] : {};
  const lacks = Number(cost['requestedQueryCost'] ?? 0) - Number(status['currentlyAvailable'] ?? 0);
  const wait = lacks / Number(status['restoreRate'] ?? 0);
  return Number.isFinite(wait) && wait > 0 ? Math.ceil(seconds(wait)) : 0;
}

const permanent = (message: string): SourceFault => ({ message, temporary: false });
