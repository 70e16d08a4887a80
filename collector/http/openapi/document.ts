/** `/openapi.json`: OpenAPI 3.1 of every route, made from the schemas that the validators are tested against and the table of the admin API. */
import { Router } from 'express';
import { packageVersion } from '../../lib/package-root.ts';
import { SESSION_COOKIE } from '../admin/access/who.ts';
import { jsonSchemaOf, orderSchema, patchSchema } from './order-schema.ts';
import { openApiPaths } from './paths.ts';

export function openApiRouter({ prefix, url }: { prefix: string; url: () => string }): Router {
  const router = Router();
  let made: object | undefined;
  router.get('/openapi.json', (_request, response) => {
    made ??= openApi({ prefix, url: url(), version: packageVersion() });
    response.json(made);
  });
  return router;
}

export function openApi({ prefix, url, version }: { prefix: string; url: string; version: string }): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Clickthread',
      version,
      summary: "Follows a partner's click to the sale and reports it once to every network that must know",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url }],
    tags: [
      { name: 'browser', description: "Called by the tag and by pages of the site's domains" },
      { name: 'shop', description: "Called by the shop's server" },
      { name: 'operations', description: 'Called by monitoring' },
      { name: 'admin', description: 'Called by the dashboard and by whoever runs the collector' },
    ],
    paths: openApiPaths(prefix),
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'clickthread key create SITE' },
        signature: {
          ...{ type: 'apiKey', in: 'header', name: 'webhook-signature' },
          description:
            'Standard Webhooks, with webhook-id and webhook-timestamp: clickthread key create SITE --webhook',
        },
        adminToken: { type: 'http', scheme: 'bearer', description: 'CLICKTHREAD_ADMIN_TOKEN' },
        session: {
          ...{ type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
          description: 'Of a person who signed in; changes carry X-Clickthread: dashboard',
        },
      },
      schemas: {
        Order: jsonSchemaOf(orderSchema),
        OrderChange: jsonSchemaOf(patchSchema),
        ...SCHEMAS,
      },
    },
  };
}

const TEXT = { type: 'string' };
const PROBLEMS = {
  type: 'array',
  items: { type: 'object', required: ['field', 'message'], properties: { field: TEXT, message: TEXT } },
};
const TOUCH = {
  type: 'object',
  required: ['param', 'value'],
  properties: {
    param: { type: 'string', pattern: '^[\\w.-]{1,64}$' },
    value: { type: 'string', maxLength: 512 },
    at: { type: 'integer', description: 'Epoch milliseconds' },
    url: TEXT,
    referrer: TEXT,
    extra: { type: 'object', additionalProperties: TEXT },
  },
};
const VISITOR = { type: 'string', pattern: '^[\\w-]{8,64}$' };

const SCHEMAS = {
  Errors: { type: 'object', required: ['errors'], properties: { errors: PROBLEMS } },
  Touches: {
    type: 'object',
    properties: {
      visitor: VISITOR,
      touches: { type: 'array', items: TOUCH, maxItems: 50 },
      consent: { type: 'object', description: 'What the visitor has allowed, as the tag saw it' },
      handover: { type: 'string', description: 'One-time id of the link that brought the journey here' },
      brief: { type: 'boolean', description: 'True: 204, unless the visitor is known under another id' },
    },
  },
  Journey: {
    type: 'object',
    required: ['visitor', 'touches'],
    properties: { visitor: VISITOR, touches: { type: 'array', items: TOUCH } },
  },
  OrderResult: {
    type: 'object',
    required: ['orderId', 'result'],
    properties: {
      orderId: TEXT,
      result: { enum: ['accepted', 'duplicate', 'updated', 'invalid'] },
      errors: PROBLEMS,
      warnings: PROBLEMS,
      fire: { type: 'array', items: { type: 'object' }, description: 'What the tag fires now, once' },
    },
  },
  Fired: {
    type: 'object',
    required: ['orderId', 'delivery'],
    properties: { orderId: TEXT, delivery: TEXT, ok: { type: 'boolean' }, detail: TEXT },
  },
};
