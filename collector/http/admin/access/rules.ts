/** Who may ask what of the admin API, route by route and site by site: one table. A route that is not in it is closed to everybody but the admin token. */
import type { Request, RequestHandler } from 'express';
import type { Role } from '../../../../wire/admin/people.ts';
import { isFields } from '../../../intake/validate-order.ts';
import { reachesRole } from '../../../model/people/person.ts';
import { sendProblems } from '../../problem.ts';
import { ADMIN_API, type AdminDeps } from '../deps.ts';
import { textsOf } from '../read.ts';
import { askingOf } from './who.ts';

/**
 * Where a request says which sites it touches. `path`, `query`, `body`: it names one there, and where it names none it means all.
 * `quarantine`: the sites of the refused orders that it names by id. `every`: the whole installation. `own`: the route itself shows each only
 * what is theirs.
 */
type Where = 'path' | 'query' | 'body' | 'quarantine' | 'every' | 'own';

export const RULES: Readonly<Record<string, readonly [least: Role, where: Where]>> = {
  'GET /session': ['viewer', 'own'],
  'DELETE /session': ['viewer', 'own'],
  'GET /sessions': ['viewer', 'own'],
  'DELETE /sessions/:id': ['viewer', 'own'],
  'GET /people': ['owner', 'every'],
  'POST /people': ['owner', 'every'],
  'PUT /people/:name': ['owner', 'every'],
  'POST /people/:name/link': ['owner', 'every'],
  'DELETE /people/:name': ['owner', 'every'],

  'GET /sites': ['viewer', 'own'],
  'GET /sites/:site': ['viewer', 'path'],
  'PUT /sites/:site': ['owner', 'path'],
  'DELETE /sites/:site': ['owner', 'path'],
  // Reads many orders, and changes nothing.
  'POST /sites/:site/what-if': ['operator', 'path'],
  'GET /sites/:site/gtm/:file': ['viewer', 'path'],
  'GET /export-config': ['owner', 'query'],
  // Asks an address that somebody names.
  'POST /find/shop': ['owner', 'every'],
  'GET /rehearsal': ['viewer', 'own'],
  'GET /sites/:site/signs': ['viewer', 'path'],
  'POST /sites/:site/rehearsal': ['operator', 'path'],

  'GET /types': ['viewer', 'own'],
  'GET /connections': ['viewer', 'own'],
  'GET /sites/:site/connections': ['viewer', 'path'],
  'POST /sites/:site/connections': ['owner', 'path'],
  'GET /sites/:site/connections/:id': ['viewer', 'path'],
  'PUT /sites/:site/connections/:id': ['owner', 'path'],
  'DELETE /sites/:site/connections/:id': ['owner', 'path'],
  'POST /sites/:site/connections/:id/test': ['operator', 'path'],
  'POST /sites/:site/connections/:id/reconcile': ['operator', 'path'],
  'GET /sites/:site/connections/:id/comparisons': ['operator', 'path'],
  'GET /sites/:site/connections/:id/comparisons/:comparison': ['operator', 'path'],
  'POST /sites/:site/connections/:id/pause': ['operator', 'path'],
  'POST /sites/:site/connections/:id/resume': ['operator', 'path'],
  // The address of a shop's webhook lets whoever knows it report orders.
  'GET /sites/:site/connections/:id/sync': ['operator', 'path'],
  'POST /sites/:site/connections/:id/sync/test': ['operator', 'path'],
  'POST /sites/:site/connections/:id/sync/start': ['operator', 'path'],
  'POST /sites/:site/connections/:id/sync/resync': ['operator', 'path'],
  'POST /sites/:site/connections/:id/sync/disable': ['operator', 'path'],
  'POST /sites/:site/connections/:id/sync/enable': ['operator', 'path'],
  'POST /sites/:site/connections/:id/sync/hook': ['operator', 'path'],
  'GET /sites/:site/connections/:id/sync/progress': ['viewer', 'path'],
  'GET /sites/:site/connections/:id/list': ['viewer', 'path'],
  // Names, addresses and telephone numbers of customers.
  'GET /sites/:site/connections/:id/list/export': ['owner', 'path'],
  'GET /sites/:site/connections/:id/onsite-tracking': ['viewer', 'path'],

  'GET /deliveries': ['viewer', 'query'],
  'GET /queues': ['viewer', 'own'],
  'POST /replay': ['operator', 'body'],
  'GET /orders': ['viewer', 'query'],
  'GET /orders/:orderId': ['viewer', 'query'],
  'POST /orders/:orderId/credit': ['operator', 'body'],
  'POST /orders/:orderId/change': ['operator', 'body'],
  'POST /orders/:orderId/done': ['operator', 'body'],
  // What leaves the house.
  'GET /orders/:orderId/shares': ['operator', 'query'],
  'POST /orders/:orderId/shares': ['operator', 'body'],
  'DELETE /orders/:orderId/shares/:id': ['operator', 'query'],
  'POST /find/orders': ['viewer', 'own'],

  'GET /live': ['viewer', 'own'],
  'GET /figures': ['viewer', 'own'],
  'GET /todo': ['viewer', 'own'],

  'GET /quarantine': ['operator', 'query'],
  // The body that was refused, with whatever a customer wrote into it.
  'GET /quarantine/:id': ['operator', 'quarantine'],
  'POST /quarantine/:id/mend': ['operator', 'quarantine'],
  'POST /quarantine/replay': ['operator', 'body'],
  'POST /quarantine/drop': ['operator', 'quarantine'],
  'DELETE /quarantine/:id': ['operator', 'quarantine'],

  'GET /keys': ['owner', 'every'],
  'POST /keys': ['owner', 'every'],
  'DELETE /keys/:id': ['owner', 'every'],
  'GET /alerts': ['owner', 'every'],
  'GET /alerts/:id': ['owner', 'every'],
  'PUT /alerts/:id': ['owner', 'every'],
  'DELETE /alerts/:id': ['owner', 'every'],
  'POST /alerts/:id/test': ['owner', 'every'],
  'GET /status': ['viewer', 'every'],
  'GET /audit': ['owner', 'every'],
  // Hands out all that is known of a customer.
  'POST /person': ['owner', 'body'],
  'POST /erase': ['owner', 'body'],
};

/** Express matches without regard to case and to a last slash; so does the table. */
const COMPILED = Object.entries(RULES).map(([route, rule]) => {
  const [method = '', path = ''] = route.split(' ');
  return { method, pattern: new RegExp(`^${path.replaceAll(/:\w+/g, '([^/]+)')}/?$`, 'i'), path, rule };
});

/** Stands after the sign-in and the reading of the body, before every route. */
export function keepRules({ read }: Pick<AdminDeps, 'read'>): RequestHandler {
  return async (request, response, next) => {
    const { name, role, sites, session } = askingOf(response);
    if (name === ADMIN_API && session === null) return next();
    const refuse = (field: string, message: string): void => sendProblems(response, 403, [{ field, message }]);
    const found = ruleOf(request);
    // What is not known is told to be missing; what has no rule yet is closed.
    if (!found) return refuse('path', 'is closed to people who are signed in, or there is nothing here');
    const [least, where] = found.rule;
    if (!reachesRole(role, least))
      return refuse('role', `may not do this: you are ${withArticle(role)}, and it takes ${withArticle(least)}`);
    if (sites === null || where === 'own') return next();
    const touched = await sitesTouched(request, { where, named: found.named, read });
    if (touched === 'all') return refuse('site', `is missing: name one of yours (${sites.join(', ')})`);
    const other = touched.find((site) => !sites.includes(site));
    if (other !== undefined) return refuse('site', `"${other.slice(0, 64)}" is none of yours (${sites.join(', ')})`);
    next();
  };
}

/** The rule of a request, and what its path names, read as the routes read it: an id in another spelling is the same id. */
function ruleOf({ method, path }: Request) {
  const asked = method === 'HEAD' ? 'GET' : method;
  const known = COMPILED.find((one) => one.method === asked && one.pattern.test(path));
  if (!known) return undefined;
  const names = [...known.path.matchAll(/:(\w+)/g)].map(([, name]) => name);
  const values = known.pattern.exec(path)!.slice(1);
  const named = new Map(names.map((name, index) => [name!, decoded(values[index]!)]));
  return { rule: known.rule, named };
}

/** Undefined where it can't be read: then it names no site of anybody's. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

async function sitesTouched(
  request: Request,
  given: { where: Where; named: ReadonlyMap<string, string | undefined>; read: Pick<AdminDeps['read'], 'quarantine'> },
): Promise<string[] | 'all'> {
  const { where, named, read } = given;
  const body: unknown = request.body;
  const fields = isFields(body) ? body : {};
  const one = (value: unknown): string[] | 'all' => (typeof value === 'string' && value !== '' ? [value] : 'all');
  if (where === 'path') return one(named.get('site'));
  if (where === 'query') return one(request.query.site);
  if (where === 'body') return one(fields.site);
  if (where !== 'quarantine') return 'all';
  const ids = [...textsOf(fields.ids), ...[...named.values()].map((id) => id ?? '')];
  const rows = await Promise.all(ids.map((id) => read.quarantine({ id })));
  return rows.flat().map((row) => row.site);
}

const withArticle = (role: Role): string => `${role === 'viewer' ? 'a' : 'an'} ${role}`;
