/** Every route as OpenAPI describes it: those of browsers, shops and operations here, the admin API from its own table. */
import { adminPaths } from './admin-paths.ts';

type Fields = Record<string, unknown>;

const ref = (name: string): Fields => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: Fields): Fields => ({ content: { 'application/json': { schema } } });
const answer = (description: string, schema?: Fields): Fields => ({ description, ...(schema ? json(schema) : {}) });
const refusal = (description: string): Fields => answer(description, ref('Errors'));
const site: Fields = {
  name: 'site',
  in: 'path',
  required: true,
  schema: { type: 'string' },
  description: 'Id of the site',
};
const orderId: Fields = { name: 'orderId', in: 'path', required: true, schema: { type: 'string' } };
const siteQuery: Fields = {
  ...{ name: 'site', in: 'query', required: false, schema: { type: 'string' } },
  description: 'Needed where the key is for several sites',
};
const query = (name: string, description: string, required = false): Fields => ({
  ...{ name, in: 'query', required, description, schema: { type: 'string' } },
});

const BROWSER = {
  400: refusal('What is wrong, field by field'),
  403: refusal('The page is none of the site'),
  404: refusal('There is no such site'),
  413: refusal('Larger than 256 kB'),
  503: refusal('Nothing was kept; send it again after Retry-After seconds'),
};
const SHOP = {
  400: refusal('The body is not JSON'),
  401: refusal('No key, a wrong one, or a signature that does not fit'),
  409: refusal('The signed message was received before'),
  422: refusal('What is wrong, field by field'),
  503: refusal('Nothing was kept; send it again after Retry-After seconds'),
};
/** Browsers post JSON as text/plain: no preflight. */
const posted = (schema: Fields): Fields => ({
  required: true,
  content: { 'text/plain': { schema }, 'application/json': { schema } },
});
const SECURITY = [{ key: [] }, { signature: [] }];

const saleFields: Fields = {
  type: 'object',
  required: ['id', 'amount'],
  properties: Object.fromEntries(
    ['id', 'amount', 'currency', 'coupon', 'journey', 'signature', 'consent', 'status'].map((name) => [
      name,
      { type: 'string' },
    ]),
  ),
};

/** `prefix` is that of the browser routes. */
export function openApiPaths(prefix: string): Fields {
  return {
    [`${prefix}/{site}.js`]: {
      get: {
        tags: ['browser'],
        summary: 'The tag, with the settings of the site inside',
        parameters: [site],
        responses: {
          200: { description: 'JavaScript', content: { 'text/javascript': {} } },
          304: { description: 'Unchanged' },
          404: refusal('There is no such site'),
        },
      },
    },
    [`${prefix}/{site}/touch`]: {
      post: {
        tags: ['browser'],
        summary: 'A landing that carries something worth crediting',
        parameters: [site],
        requestBody: posted(ref('Touches')),
        responses: {
          200: answer('The journey as the collector knows it', ref('Journey')),
          409: refusal('The hand-over was used before'),
          ...BROWSER,
        },
      },
    },
    [`${prefix}/{site}/conversion`]: {
      post: {
        tags: ['browser'],
        summary: 'An order, from the thank-you page',
        parameters: [site],
        requestBody: posted(ref('Order')),
        responses: {
          200: answer('Stored', ref('OrderResult')),
          422: refusal('Refused, and kept in quarantine'),
          ...BROWSER,
        },
      },
    },
    [`${prefix}/{site}/fired`]: {
      post: {
        tags: ['browser'],
        summary: 'The tag has fired a pixel or form',
        parameters: [site],
        requestBody: posted(ref('Fired')),
        responses: { 204: { description: 'Noted' }, ...BROWSER },
      },
    },
    [`${prefix}/{site}/sale`]: {
      get: {
        tags: ['browser'],
        summary: 'The sale pixel',
        parameters: [
          site,
          query('id', 'Order id', true),
          query('amount', 'Total', true),
          query('currency', "The site's unless given"),
          query('consent', '`granted` or `denied`; without it the order waits for its visitor where the site does'),
        ],
        responses: {
          200: { description: 'A transparent image', content: { 'image/gif': {} } },
          422: refusal('Refused, and kept in quarantine'),
          ...BROWSER,
        },
      },
      post: {
        tags: ['browser'],
        summary: 'The sale form',
        parameters: [site],
        requestBody: { required: true, content: { 'application/x-www-form-urlencoded': { schema: saleFields } } },
        responses: {
          200: { description: 'Stored; the site has no thank-you address' },
          303: { description: "To the site's configured thank-you address" },
          422: refusal('Refused, and kept in quarantine'),
          ...BROWSER,
        },
      },
    },
    '/v1/orders': {
      post: {
        tags: ['shop'],
        summary: 'One order, or a list of up to 1,000; idempotent by site and order id',
        security: SECURITY,
        parameters: [siteQuery],
        requestBody: {
          required: true,
          ...json({ oneOf: [ref('Order'), { type: 'array', items: ref('Order'), minItems: 1, maxItems: 1000 }] }),
        },
        responses: {
          200: answer('Known before, or the results of a list', {
            oneOf: [
              ref('OrderResult'),
              { type: 'object', properties: { results: { type: 'array', items: ref('OrderResult') } } },
            ],
          }),
          201: answer('Accepted', ref('OrderResult')),
          ...SHOP,
        },
      },
    },
    '/v1/orders/{orderId}': {
      get: {
        tags: ['shop'],
        summary: 'The order with its touches, the decision and its reasons, deliveries and attempts',
        security: SECURITY,
        parameters: [orderId, siteQuery],
        responses: { 200: answer('The order', { type: 'object' }), 404: refusal('There is no such order'), ...SHOP },
      },
      patch: {
        tags: ['shop'],
        summary: 'A later status or amount: becomes a modification or reversal',
        security: SECURITY,
        parameters: [orderId, siteQuery],
        requestBody: { required: true, ...json(ref('OrderChange')) },
        responses: {
          200: answer('Changed, or as it was', ref('OrderResult')),
          202: answer('The order is not known yet: applied when it is', ref('OrderResult')),
          404: refusal('There is no such order'),
          ...SHOP,
        },
      },
    },
    '/v1/hooks/{connection}': {
      post: {
        tags: ['shop'],
        summary: "A shop's webhook, verified its own way",
        parameters: [{ name: 'connection', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          200: answer('Signed and taken, known, or none of ours: { results } or { result, message }'),
          202: answer('An unsigned hint: { announced } orders are read again'),
          401: refusal('The signature, or the time that it covers, is wrong'),
          404: refusal('There is no such connection'),
          413: refusal('Larger than 2 MB'),
          415: refusal('Compressed: what is signed are the plain bytes'),
          503: refusal('Nothing was kept; send it again'),
        },
      },
    },
    '/healthz': { get: { tags: ['operations'], summary: 'The process is alive', responses: { 200: answer('Alive') } } },
    '/readyz': {
      get: {
        tags: ['operations'],
        summary: 'Store and migrations are ready',
        responses: { 200: answer('Ready'), 503: refusal('Not ready') },
      },
    },
    '/metrics': {
      get: {
        tags: ['operations'],
        summary: 'Prometheus',
        responses: { 200: { description: 'Metrics', content: { 'text/plain': {} } } },
      },
    },
    '/openapi.json': {
      get: { tags: ['operations'], summary: 'This description', responses: { 200: answer('OpenAPI 3.1') } },
    },
    ...adminPaths(),
  };
}
