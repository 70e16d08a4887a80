/** The Admin API of the sandbox Shopware: tokens that end, privileges, search, webhooks. */
import { type Exchange, json, type Reply } from '../../reply.ts';
import type { Json } from '../../fields/shape.ts';
import { errors, searchRows } from './search.ts';
import { type ShopwareShop, uuid } from './shop.ts';

export function answerApi(exchange: Exchange, shop: ShopwareShop): Reply {
  const { traps } = shop;
  if (traps.maintenance > 0)
    return { status: traps.maintenance, headers: { 'content-type': 'text/html' }, body: '<h1>Maintenance</h1>' };
  const path = exchange.path.replace(/^\/api\//, '');
  const route = `${exchange.method} ${path}`;
  const body = (exchange.body === '' ? {} : JSON.parse(exchange.body)) as Json;
  if (route === 'POST oauth/token') return giveToken(body, shop);
  const token = /^Bearer (.+)$/.exec(exchange.headers['authorization'] ?? '')?.[1] ?? '';
  const held = shop.tokens.get(token);
  if (!held || held.until <= shop.now() || held.uses-- <= 0)
    return errors(401, '9', 'The resource owner or authorization server denied the request.');
  if (route === 'GET _info/version') return json(200, { version: '6.6.0.0' });
  if (!exchange.headers['accept']?.includes('application/json'))
    return json(200, { links: {}, data: [], meta: {} }, { 'content-type': 'application/vnd.api+json' });
  const [entity = ''] = path.replace(/^search\//, '').split('/');
  if (traps.mayRead !== '*' && !traps.mayRead.split(' ').includes(entity))
    return errors(
      403,
      'FRAMEWORK__MISSING_PRIVILEGE_ERROR',
      JSON.stringify({ message: 'Missing privilege', missingPrivileges: [`${entity}:read`] }),
    );
  if (route === 'POST search/order') return searchRows(shop.orders, body, 'order');
  if (route === 'POST search/webhook') return searchRows(shop.webhooks, body, 'webhook');
  if (route === 'POST webhook') return addWebhook(body, shop);
  if (exchange.method === 'PATCH' && entity === 'webhook') {
    Object.assign(shop.webhooks.find(({ id }) => id === path.split('/')[1]) ?? {}, body);
    return { status: 204 };
  }
  if (exchange.method === 'DELETE' && entity === 'webhook') {
    shop.webhooks = shop.webhooks.filter(({ id }) => id !== path.split('/')[1]);
    return { status: 204 };
  }
  return errors(404, '0', `No route found for "${route}"`);
}

function giveToken(body: Json, shop: ShopwareShop): Reply {
  const { traps } = shop;
  if (body['grant_type'] !== 'client_credentials')
    return errors(400, '2', 'The authorization grant type is not supported by the authorization server.');
  if (body['client_id'] !== traps.accessKeyId || body['client_secret'] !== traps.secretAccessKey)
    return errors(401, '4', 'Client authentication failed');
  const token = `token-${shop.next++}`;
  shop.tokens.set(token, { until: shop.now() + traps.tokenLasts * 1000, uses: traps.tokenUses });
  return json(200, { token_type: 'Bearer', expires_in: traps.tokenLasts, access_token: token });
}

function addWebhook(body: Json, shop: ShopwareShop): Reply {
  const [name, eventName, url] = [String(body['name']), String(body['eventName']), String(body['url'])];
  if (shop.webhooks.some((hook) => hook.name === name))
    return errors(500, '0', 'Integrity constraint violation: Duplicate entry for key webhook.uniq.webhook.name');
  shop.webhooks.push({ id: uuid('dddd', shop.next++), name, eventName, url, active: true, errorCount: 0 });
  return { status: 204 };
}
