/** Who asks the admin API: the holder of the admin token, or a person with the cookie of a session. Everybody else is refused here. */
import type { Request, RequestHandler, Response } from 'express';
import type { Role } from '../../../../wire/admin/people.ts';
import { resumeSession, type SignedIn } from '../../../admin/people/sessions.ts';
import { sameSecret } from '../../../lib/hash.ts';
import { sendProblems } from '../../problem.ts';
import { ADMIN_API, type AdminDeps } from '../deps.ts';

/** Who asks, and what of the installation is theirs to see. */
export interface Asking {
  /** For the audit log. */
  name: string;
  role: Role;
  /** Null for every site. */
  sites: readonly string[] | null;
  session: string | null;
}

/** Named without a prefix of browsers (`__Host-`): it must be sent to the dashboard alone, not to the routes of shoppers. */
export const SESSION_COOKIE = 'clickthread_session';
const THIRTY_DAYS = 30 * 86_400;

export const askingOf = (response: Response): Asking => response.locals.asking as Asking;

/** Who is noted in the audit log for what this request does. */
export const actorOf = (response: Response): string => askingOf(response).name;

/** Of rows that belong to a site, those that whoever asks may see. */
export function visibleTo<T>(response: Response, rows: readonly T[], siteOf: (row: T) => string): T[] {
  const { sites } = askingOf(response);
  return sites === null ? [...rows] : rows.filter((row) => sites.includes(siteOf(row)));
}

export function readWho(deps: AdminDeps): RequestHandler {
  const { environment, failures } = deps;
  return async (request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    const refuse = (message: string): void => {
      response.setHeader('www-authenticate', 'Bearer realm="clickthread admin"');
      sendProblems(response, 401, [{ field: 'authorization', message }]);
    };
    const { authorization } = request.headers;
    const bearer = /^Bearer\s+(\S(?:.*\S)?)\s*$/i.exec(authorization ?? '')?.[1];
    if (bearer !== undefined) {
      if (!sameSecret(bearer, environment.adminToken))
        return failures(request, response, () => refuse('is not the admin token of this collector'));
      response.locals.asking = { name: ADMIN_API, role: 'owner', sites: null, session: null } satisfies Asking;
      return next();
    }
    const cookie = sessionCookieOf(request);
    if (cookie === undefined)
      return refuse(
        'is missing: send "Authorization: Bearer TOKEN" with CLICKTHREAD_ADMIN_TOKEN, or sign in at /admin/',
      );
    const foreign = foreignPage(request, deps);
    if (foreign !== undefined) return sendProblems(response, 403, [foreign]);
    const signedIn = await resumeSession(cookie, { ...deps, now: deps.clock() });
    if (!signedIn)
      return failures(request, response, () => {
        endCookie(request, response, deps);
        refuse('is a session that has ended: ask for a new link with "clickthread user link NAME"');
      });
    admitPerson(signedIn, { request, response, deps });
    next();
  };
}

/** Notes who it is, and hands the browser its next cookie where there is one. */
export function admitPerson(
  { person, session, cookie }: SignedIn,
  { request, response, deps }: { request: Request; response: Response; deps: AdminDeps },
): void {
  const { name, role, sites } = person;
  response.locals.asking = { name, role, sites, session: session.id } satisfies Asking;
  if (cookie === undefined) return;
  const left = THIRTY_DAYS - Math.floor((deps.clock() - session.createdAt) / 1000);
  response.append('set-cookie', cookieText(cookie, left, { request, deps }));
}

export function endCookie(request: Request, response: Response, deps: AdminDeps): void {
  response.append('set-cookie', cookieText('', 0, { request, deps }));
}

function cookieText(value: string, seconds: number, { request, deps }: { request: Request; deps: AdminDeps }): string {
  const scope = cookieScope({ path: '/admin', seconds, sameSite: 'Strict' }, { request, deps });
  return `${SESSION_COOKIE}=${value}; ${scope}`;
}

/** Where a cookie goes, how long it stays, and that no script reads it. */
export function cookieScope(
  { path, seconds, sameSite }: { path: string; seconds: number; sameSite: 'Strict' | 'Lax' },
  { request, deps }: { request: Request; deps: AdminDeps },
): string {
  const { publicUrl } = deps.environment;
  // Behind a proxy that keeps the collector under a path of its own, browsers know it by that one.
  const base = publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
  const secure = request.secure || publicUrl?.startsWith('https:') === true;
  return `Path=${base}${path}; Max-Age=${seconds}; HttpOnly; SameSite=${sameSite}${secure ? '; Secure' : ''}`;
}

function sessionCookieOf({ headers }: Request): string | undefined {
  const found = new RegExp(`(?:^|;)\\s*${SESSION_COOKIE}=([\\w-]{20,64})(?:;|$)`).exec(headers.cookie ?? '');
  return found?.[1];
}

/**
 * Why a request with a cookie is not the dashboard's own. `SameSite=Strict` alone lets the shop's pages through, which are of one site with
 * the collector: so what the browser says of the asking page must be this very address, and nothing is changed without our own header,
 * which a page from elsewhere can't send unasked. https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export function foreignPage(request: Request, { hostsOf }: Pick<AdminDeps, 'hostsOf'>) {
  const { origin, 'sec-fetch-site': from } = request.headers;
  const ours = origin === undefined || hostsOf(request).some((host) => hostOf(origin) === host);
  if (!ours || (from !== undefined && from !== 'same-origin' && from !== 'none'))
    return { field: 'origin', message: 'is another page than the dashboard: open the dashboard itself' };
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  if (changes && request.headers['x-clickthread'] !== 'dashboard')
    return { field: 'x-clickthread', message: 'is missing: with a session changes carry "X-Clickthread: dashboard"' };
  return undefined;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
