/** Admin API: signing in with a link, who one is, one's sessions, signing out. */
import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Myself } from '../../../../wire/admin/people.ts';
import { endSession, signInByLink, viewSessions } from '../../../admin/people/sessions.ts';
import { packageVersion } from '../../../lib/package-root.ts';
import { sendProblems } from '../../problem.ts';
import type { AdminDeps } from '../deps.ts';
import { bodyOf } from '../read.ts';
import { actorOf, admitPerson, askingOf, endCookie, foreignPage } from './who.ts';

/** `POST /session`: the one route before the sign-in. A wrong link is counted like a wrong token. */
export function signInRoute(deps: AdminDeps): RequestHandler {
  return async (request, response) => {
    const foreign = foreignPage(request, deps);
    if (foreign !== undefined) return sendProblems(response, 403, [foreign]);
    const { token } = bodyOf(request);
    const agent = request.headers['user-agent'] ?? '';
    const used = typeof token === 'string' && token !== '';
    const signedIn = used ? await signInByLink({ token, agent }, { write: deps.write, now: deps.clock() }) : undefined;
    if (!signedIn) {
      const message = 'was used before, or is older than an hour: ask for a new one with "clickthread user link NAME"';
      return deps.failures(request, response, () => sendProblems(response, 401, [{ field: 'link', message }]));
    }
    admitPerson(signedIn, { request, response, deps });
    response.status(201).json(myself(response));
  };
}

export function adminSessionRouter(deps: AdminDeps): Router {
  const { read, write, clock } = deps;
  const router = Router();
  const end = (id: string, response: Response): Promise<boolean> =>
    endSession(id, { write, now: clock(), actor: actorOf(response) });

  router.get('/session', (_request, response) => void response.json(myself(response)));
  router.delete('/session', async (request: Request, response: Response) => {
    const { session } = askingOf(response);
    if (session !== null) await end(session, response);
    endCookie(request, response, deps);
    response.status(204).end();
  });
  router.get('/sessions', async (_request, response) => {
    const all = viewSessions(await read.sessions(), { now: clock(), current: askingOf(response).session });
    response.json({ sessions: all.filter(({ person }) => mayEnd(response, person)) });
  });
  router.delete('/sessions/:id', async (request, response) => {
    const id = String(request.params.id);
    const known = (await read.sessions()).find((one) => one.id === id);
    const mine = known !== undefined && mayEnd(response, known.person);
    if (!mine || !(await end(id, response)))
      return sendProblems(response, 404, [{ field: 'id', message: 'is no session that is open' }]);
    response.status(204).end();
  });
  return router;
}

/** Everybody their own, and those of others only who may let people in: an owner of every site. */
function mayEnd(response: Response, person: string): boolean {
  const { name, role, sites } = askingOf(response);
  return person === name || (role === 'owner' && sites === null);
}

function myself(response: Response): Myself {
  const { name, role, sites, session } = askingOf(response);
  return { name, role, sites: sites && [...sites], session, version: packageVersion() };
}
