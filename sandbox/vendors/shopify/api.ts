/** The Admin API of the sandbox Shopify: tokens that end, scopes, orders by the time of their change, webhooks of the app, and the price of questions. */
import { isJson, type Json } from '../../fields/shape.ts';
import { type Exchange, json, type Reply } from '../../reply.ts';
import { costOf, GraphqlError, parseOperation, select, type Selection, type Types } from './graphql.ts';
import { orderNode } from './order-body.ts';
import type { ShopifyShop } from './shop.ts';

const DAY = 86_400_000;
const MOST_COST = 1000;

const fields = (type: string, names: string): Record<string, string> =>
  Object.fromEntries(names.split(' ').map((name) => [name, type]));
const PAGE = { pageInfo: 'PageInfo' };
const TYPES: Types = {
  QueryRoot: {
    ...{ order: 'Order', orders: 'OrderConnection', shop: 'Shop', currentAppInstallation: 'AppInstallation' },
    webhookSubscriptions: 'WebhookSubscriptionConnection',
  },
  Mutation: { webhookSubscriptionCreate: 'CreatePayload', webhookSubscriptionDelete: 'DeletePayload' },
  CreatePayload: { webhookSubscription: 'WebhookSubscription', userErrors: '[UserError]' },
  DeletePayload: { deletedWebhookSubscriptionId: 'scalar', userErrors: '[UserError]' },
  UserError: fields('scalar', 'field message'),
  WebhookSubscription: fields('scalar', 'id topic uri'),
  WebhookSubscriptionConnection: { nodes: '[WebhookSubscription]', ...PAGE },
  OrderConnection: { nodes: '[Order]', ...PAGE },
  LineItemConnection: { nodes: '[LineItem]', ...PAGE },
  PageInfo: fields('scalar', 'hasNextPage endCursor'),
  Shop: fields('scalar', 'name myshopifyDomain currencyCode'),
  AppInstallation: { accessScopes: '[AccessScope]' },
  AccessScope: fields('scalar', 'handle'),
  Order: {
    ...fields(
      'scalar',
      'id legacyResourceId name number confirmationNumber test sourceName createdAt updatedAt cancelledAt',
    ),
    ...fields(
      'scalar',
      'displayFinancialStatus currencyCode presentmentCurrencyCode taxesIncluded discountCodes email phone',
    ),
    ...fields('MoneyBag', 'totalPriceSet currentTotalPriceSet netPaymentSet totalTaxSet currentTotalTaxSet'),
    ...fields('MailingAddress', 'billingAddress shippingAddress'),
    ...{ customAttributes: '[Attribute]', customer: 'Customer', customerJourneySummary: 'CustomerJourneySummary' },
    ...{ disputes: '[OrderDisputeSummary]', lineItems: 'LineItemConnection' },
  },
  MoneyBag: fields('MoneyV2', 'shopMoney presentmentMoney'),
  MoneyV2: fields('scalar', 'amount currencyCode'),
  Attribute: fields('scalar', 'key value'),
  Customer: fields('scalar', 'legacyResourceId firstName lastName'),
  MailingAddress: fields('scalar', 'firstName lastName phone city zip provinceCode countryCodeV2'),
  CustomerJourneySummary: { lastVisit: 'CustomerVisit' },
  CustomerVisit: fields('scalar', 'landingPage'),
  OrderDisputeSummary: fields('scalar', 'id initiatedAs status'),
  LineItem: {
    ...fields('scalar', 'id sku title quantity currentQuantity'),
    ...{ originalUnitPriceSet: 'MoneyBag', discountAllocations: '[DiscountAllocation]', taxLines: '[TaxLine]' },
    variant: 'ProductVariant',
  },
  DiscountAllocation: { allocatedAmountSet: 'MoneyBag' },
  TaxLine: { priceSet: 'MoneyBag' },
  ProductVariant: fields('scalar', 'legacyResourceId'),
};

export function answerApi(exchange: Exchange, shop: ShopifyShop): Reply {
  const { traps } = shop;
  if (traps.broken > 0) return json(traps.broken, { errors: 'Something went wrong' });
  const body = parseBody(exchange.body);
  if (exchange.method !== 'POST' || !body) return json(400, { errors: 'POST JSON' });
  if (exchange.path === '/admin/oauth/access_token') return giveToken(body, shop);
  if (!/^\/admin\/api\/\d{4}-\d\d\/graphql\.json$/.test(exchange.path)) return json(404, { errors: 'Not Found' });
  const token = exchange.headers['x-shopify-access-token'];
  const known = shop.tokens.some(({ value, until }) => value === token && until > shop.now());
  if (!known && token !== traps.accessToken)
    return json(401, { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' });
  try {
    return answerQuestion(body, shop);
  } catch (error) {
    if (!(error instanceof GraphqlError)) throw error;
    return json(200, {
      errors: [{ message: error.message, ...(error.code ? { extensions: { code: error.code } } : {}) }],
    });
  }
}

function parseBody(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Only apps of the shop's own organisation get one; it lasts a day. */
function giveToken(body: Json, shop: ShopifyShop): Reply {
  const { traps } = shop;
  if (body['grant_type'] !== 'client_credentials') return json(400, { error: 'unsupported_grant_type' });
  if (body['client_id'] !== traps.clientId || body['client_secret'] !== traps.clientSecret)
    return json(400, { error: 'application_cannot_be_found' });
  const value = `token-${shop.next++}`;
  shop.tokens.push({ value, until: shop.now() + DAY });
  return json(200, { access_token: value, scope: traps.scopes.join(','), expires_in: 86_399 });
}

function answerQuestion({ query, variables }: Json, shop: ShopifyShop): Reply {
  const operation = parseOperation(String(query), isJson(variables) ? variables : {});
  const type = operation.mutation ? 'Mutation' : 'QueryRoot';
  const price = costOf(type, operation.fields, TYPES);
  if (!(price <= MOST_COST))
    throw new GraphqlError(`Query cost is ${price}, more than ${MOST_COST}`, 'MAX_COST_EXCEEDED');
  const left = bucketOf(shop);
  const { traps } = shop;
  const cost = (available: number): Json => ({
    ...{ requestedQueryCost: price },
    throttleStatus: { maximumAvailable: traps.bucket, currentlyAvailable: available, restoreRate: traps.restoreRate },
  });
  if (traps.throttled > 0 || left < price) {
    if (traps.throttled > 0) traps.throttled -= 1;
    const errors = [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }];
    return json(200, { errors, data: null, extensions: { cost: cost(Math.min(left, price - 1)) } });
  }
  const denied = operation.fields.find((field) => scopesLacking(field, traps.scopes).length > 0);
  if (denied) {
    const message = `Access denied for ${denied.name} field. Required access: \`${scopesLacking(denied, traps.scopes)[0]!}\` access scope.`;
    return json(200, { errors: [{ message, extensions: { code: 'ACCESS_DENIED' } }], data: { [denied.alias]: null } });
  }
  const root = Object.fromEntries(operation.fields.map(({ name, args }) => [name, rootOf(name, args, shop)]));
  const data = select({ type, value: root, fields: operation.fields, types: TYPES });
  // Of a person an app sees nothing before it was granted: null, and an error beside the data.
  const errors = traps.personal
    ? {}
    : {
        errors: [
          { message: 'This app is not approved to use the email field.', extensions: { code: 'ACCESS_DENIED' } },
        ],
      };
  shop.spent = { points: traps.bucket - left + price, at: shop.now() };
  return json(200, { data, ...errors, extensions: { cost: cost(left - price) } });
}

/** Charge-backs want a scope of their own. */
function scopesLacking({ name, fields: below = [] }: Selection, scopes: readonly string[]): string[] {
  const disputes = below.some((field) => field.name === 'disputes') ? ['read_shopify_payments_disputes'] : [];
  return (/^orders?$/.test(name) ? ['read_orders', ...disputes] : []).filter((scope) => !scopes.includes(scope));
}

function bucketOf({ spent, traps, now }: ShopifyShop): number {
  const restored = ((now() - spent.at) / 1000) * traps.restoreRate;
  return Math.min(traps.bucket, traps.bucket - spent.points + restored);
}

function rootOf(name: string, args: Json, shop: ShopifyShop): unknown {
  const { traps } = shop;
  if (name === 'shop') return { name: 'Sandbox', myshopifyDomain: traps.domain, currencyCode: traps.currency };
  if (name === 'currentAppInstallation') return { accessScopes: traps.scopes.map((handle) => ({ handle })) };
  if (name === 'orders') return listOrders(args, shop);
  if (name === 'order') {
    const order = shop.orders.get(Number(/^gid:\/\/shopify\/Order\/(\d+)$/.exec(String(args['id']))?.[1]));
    return order ? orderNode(order, shop) : null;
  }
  if (name === 'webhookSubscriptions') return shop.webhooks.filter(({ ofApp }) => ofApp).map(subscriptionOf);
  if (name === 'webhookSubscriptionCreate') return subscribe(args, shop);
  return unsubscribe(args, shop);
}

/** A term whose time stands without quotes ends at the first colon, and finds nothing that was meant. */
function listOrders({ sortKey, query }: Json, shop: ShopifyShop): Json[] {
  const since = /updated_at:>='([^']+)'/.exec(typeof query === 'string' ? query : '')?.[1];
  if (typeof query === 'string' && query !== '' && since === undefined) return [];
  const key = sortKey === 'UPDATED_AT' ? 'updatedAt' : 'createdAt';
  return [...shop.orders.values()]
    .filter(({ updatedAt }) => since === undefined || Math.floor(updatedAt / 1000) * 1000 >= Date.parse(since))
    .toSorted((a, b) => a[key] - b[key] || a.id - b.id)
    .map((order) => orderNode(order, shop));
}

const subscriptionOf = ({ id, topic, address }: ShopifyShop['webhooks'][number]): Json => ({
  ...{ id: `gid://shopify/WebhookSubscription/${id}`, topic: topic.toUpperCase().replace('/', '_'), uri: address },
});

function subscribe({ topic, webhookSubscription: wish }: Json, shop: ShopifyShop): Json {
  const name = String(topic).toLowerCase().replace('_', '/');
  const address = isJson(wish) ? String(wish['uri']) : '';
  const taken = shop.webhooks.some((hook) => hook.ofApp && hook.topic === name && hook.address === address);
  const refuse = (field: string, message: string): Json => ({ userErrors: [{ field: [field], message }] });
  if (taken) return refuse('webhookSubscription', 'Address for this topic has already been taken');
  if (!/^https?:\/\//.test(address)) return refuse('uri', 'Address is invalid');
  const hook = { id: shop.next++, topic: name, address, ofApp: true, failures: 0 };
  shop.webhooks.push(hook);
  return { webhookSubscription: subscriptionOf(hook), userErrors: [] };
}

function unsubscribe({ id }: Json, shop: ShopifyShop): Json {
  const index = shop.webhooks.findIndex((hook) => hook.ofApp && subscriptionOf(hook)['id'] === id);
  if (index < 0) return { userErrors: [{ field: ['id'], message: 'Webhook subscription does not exist' }] };
  shop.webhooks.splice(index, 1);
  return { deletedWebhookSubscriptionId: id, userErrors: [] };
}
