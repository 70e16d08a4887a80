/** The REST API of the sandbox Magento: signatures of OAuth 1.0a, rights, and searches whose pages never end. */
import { createHmac } from 'node:crypto';
import { type Exchange, json, type Reply } from '../../reply.ts';
import type { Json } from '../../fields/shape.ts';
import type { MagentoShop } from './store.ts';

const fault = (status: number, message: string, parameters?: Json): Reply =>
  json(status, { message, ...(parameters ? { parameters } : {}) });

export function answerApi(exchange: Exchange, shop: MagentoShop): Reply {
  const { traps } = shop;
  if (traps.maintenance > 0)
    return { status: traps.maintenance, headers: { 'content-type': 'text/html' }, body: '<h1>Maintenance</h1>' };
  const [, rest, , version, entity = '', id] = exchange.path.split('/');
  if (rest !== 'rest' || version !== 'V1')
    return { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>404 Not Found</h1>' };
  if (traps.throttled > 0) {
    traps.throttled -= 1;
    return { ...fault(429, 'Too Many Requests'), headers: { 'retry-after': '1' } };
  }
  if (entity === 'directory') return json(200, { base_currency_code: 'EUR', available_currency_codes: ['EUR', 'CHF'] });
  const right = { orders: 'Magento_Sales::actions_view', creditmemos: 'Magento_Sales::sales_creditmemo' }[entity];
  if (right === undefined) return fault(404, 'Request does not match any route.');
  const refused = refusal(exchange, shop);
  if (refused !== undefined) return refused;
  if (!traps.rights.includes(right)) return notAuthorized(right);
  const rows: readonly Json[] = entity === 'orders' ? shop.orders : shop.memos;
  if (id === undefined) return search(rows, exchange, traps.most);
  const row = rows.find((one) => String(one['entity_id']) === id);
  return row
    ? json(200, row)
    : fault(404, "The entity that was requested doesn't exist. Verify the entity and try again.");
}

const notAuthorized = (resources: string): Reply =>
  fault(401, "The consumer isn't authorized to access %resources.", { resources });

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const WINDOW = 600;

function refusal(exchange: Exchange, shop: MagentoShop): Reply | undefined {
  const { traps } = shop;
  const given = exchange.headers['authorization'] ?? '';
  const bearer = /^Bearer (.+)$/.exec(given)?.[1];
  if (bearer !== undefined)
    return traps.bearer && bearer === traps.accessToken ? undefined : notAuthorized('Magento_Sales::actions_view');
  if (!given.startsWith('OAuth ')) return notAuthorized('Magento_Sales::actions_view');
  const own = [...given.slice(6).matchAll(/([a-z_]+)="([^"]*)"/g)].map(
    ([, name, value]) => [name!, decodeURIComponent(value!)] as const,
  );
  const said = Object.fromEntries(own) as Record<string, string>;
  if (said['oauth_consumer_key'] !== traps.consumerKey) return fault(401, 'A consumer with the key does not exist.');
  if (said['oauth_token'] !== traps.accessToken) return fault(401, 'The token does not exist.');
  if (said['oauth_signature_method'] !== 'HMAC-SHA256') return fault(401, 'The signature method is not supported.');
  const time = Number(said['oauth_timestamp']);
  if (Math.abs(shop.now() / 1000 - time) > WINDOW) return fault(401, 'The oauth_timestamp value is incorrect.');
  const nonce = said['oauth_nonce'] ?? '';
  if (nonce === '' || shop.nonces.has(nonce)) return fault(401, 'The nonce is already being used by the consumer.');
  // As PHP reads them, and written anew: what came in another spelling was signed in another spelling.
  const asked = [...exchange.query].map(([name, value]) => `${encode(name)}=${encode(value)}`);
  const signed = own
    .filter(([name]) => name !== 'oauth_signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`);
  const parameters = [...asked, ...signed].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).join('&');
  const base = [exchange.method, encode(`${exchange.base}${exchange.path}`), encode(parameters)].join('&');
  const key = `${encode(traps.consumerSecret)}&${encode(traps.accessTokenSecret)}`;
  const right = createHmac('sha256', key).update(base).digest('base64');
  if (said['oauth_signature'] !== right) return fault(401, 'The signature is invalid. Verify and try again.');
  shop.nonces.add(nonce);
  return undefined;
}

function search(rows: readonly Json[], { query }: Exchange, most: number): Reply {
  if (![...query.keys()].some((name) => name.startsWith('searchCriteria')))
    return fault(400, '"%fieldName" is required. Enter and try again.', { fieldName: 'searchCriteria' });
  const read = (path: string): string => query.get(`searchCriteria${path}`) ?? '';
  let found = [...rows];
  for (let group = 0; query.has(`searchCriteria[filter_groups][${group}][filters][0][field]`); group += 1) {
    const of = (part: string): string => read(`[filter_groups][${group}][filters][0][${part}]`);
    const [field, is, value] = [of('field'), of('condition_type'), of('value')];
    found = found.filter((row) => matches(row[field], is, value));
  }
  const sort = read('[sortOrders][0][field]');
  if (sort !== '') found.sort((a, b) => Number(a[sort]) - Number(b[sort]));
  const asked = Number(read('[pageSize]') || 20);
  const size = most > 0 ? Math.min(most, asked) : asked;
  const pages = Math.max(1, Math.ceil(found.length / size));
  // A page behind the last one is the last one again.
  const page = Math.min(pages, Number(read('[currentPage]') || 1));
  const items = found.slice((page - 1) * size, page * size);
  return json(200, { items, search_criteria: {}, total_count: found.length });
}

function matches(value: unknown, is: string, wanted: string): boolean {
  if (is === 'in') return wanted.split(',').includes(String(value));
  if (typeof value === 'number') return is === 'gt' ? value > Number(wanted) : value >= Number(wanted);
  return is === 'gt' ? String(value) > wanted : String(value) >= wanted;
}
