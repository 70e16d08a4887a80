/** The admin API as OpenAPI describes it, made from the table of its routes and the table of who may ask them. */
import { RULES } from '../admin/access/rules.ts';
import { ADMIN_ROUTES, type AdminRoute, OBJECT } from './admin-routes.ts';

type Fields = Record<string, unknown>;

const BASE = '/admin/api';
const TEXT = { type: 'string' };

const WORDS: Record<number, string> = { 201: 'Made', 202: 'Begun', 204: 'Done', 303: 'The way on' };
const REFUSALS = Object.fromEntries(
  Object.entries({
    400: 'The body is not JSON',
    401: 'No admin token and no session, or a wrong one',
    403: 'The role, or the sites of who asks, do not reach so far',
    404: 'There is nothing of that name',
    409: 'Does not go with what is there now',
    413: 'The body is too large',
    422: 'What is wrong, field by field',
  }).map(([status, description]) => [
    status,
    { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Errors' } } } },
  ]),
);

export function adminPaths(): Record<string, Fields> {
  const paths: Record<string, Fields> = {};
  for (const [route, described] of Object.entries(ADMIN_ROUTES)) {
    const [method = '', path = ''] = route.split(' ');
    const at = BASE + path.replaceAll(/:(\w+)/g, '{$1}');
    paths[at] = { ...paths[at], [method.toLowerCase()]: operationOf(route, described) };
  }
  return paths;
}

function operationOf(route: string, { what, query = [], body, done = 200, as }: AdminRoute): Fields {
  const rule = RULES[route];
  const named = [...route.matchAll(/:(\w+)/g)].map(([, name]) => name);
  return {
    tags: ['admin'],
    summary: what,
    description: rule ? `For people in the role ${rule[0]} or a stronger one.` : 'Before the sign-in.',
    security: rule ? [{ adminToken: [] }, { session: [] }] : [],
    parameters: [
      ...named.map((name) => ({ name, in: 'path', required: true, schema: TEXT })),
      ...query.map((name) => ({ name, in: 'query', required: false, schema: TEXT })),
    ],
    ...(body ? { requestBody: { content: { 'application/json': { schema: schemaOf(body) } } } } : {}),
    responses: {
      ...Object.fromEntries([done].flat().map((status) => [status, successOf(status, as)])),
      ...REFUSALS,
    },
  };
}

const schemaOf = (body: NonNullable<AdminRoute['body']>): Fields =>
  body === OBJECT ? { ...OBJECT } : { ...OBJECT, properties: body };

function successOf(status: number, as: readonly string[] = ['application/json']): Fields {
  const description = WORDS[status] ?? 'Answered';
  if (status === 204 || status === 303) return { description };
  const schemaFor = (type: string): Fields => (type === 'application/json' ? { schema: OBJECT } : { schema: TEXT });
  return {
    description,
    content: Object.fromEntries(as.map((type) => [type, schemaFor(type)])),
  };
}
