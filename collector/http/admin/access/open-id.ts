/** Routes before the sign-in that lead to it: which ways in there are, and the way there and back by OpenID Connect. */
import { type Request, type Response, Router } from 'express';
import { createOpenId, type OpenId } from '../../../admin/people/open-id.ts';
import { sendProblems } from '../../problem.ts';
import type { AdminDeps } from '../deps.ts';
import { cookieScope } from './who.ts';

/** Kept by the browser from the way there to the way back; `Lax`, because the way back begins at the issuer's. */
const COOKIE = 'clickthread_open_id';
const TEN_MINUTES = 600;

export function openIdRouter(deps: AdminDeps): Router {
  const router = Router();
  const { openId: settings, allowPrivate } = deps.environment;
  const openId = settings && createOpenId({ ...deps, settings, allowPrivate, send: deps.sender.send });
  const callback = (): string => `${deps.dashboardUrl()}api/open-id/back`;
  const keep = (response: Response, request: Request, value: string, seconds: number): void => {
    const scope = cookieScope({ path: '/admin/api/open-id', seconds, sameSite: 'Lax' }, { request, deps });
    response.append('set-cookie', `${COOKIE}=${value}; ${scope}`);
  };

  router.get('/sign-in', (_request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.json({ openId: openId !== undefined });
  });
  router.get('/open-id', async (request, response) => {
    if (!openId) return unknown(response);
    const begun = await beginning(openId, callback());
    if ('why' in begun) return response.redirect(303, refusal(deps, begun.why));
    keep(response, request, begun.kept, TEN_MINUTES);
    response.redirect(303, begun.url);
  });
  router.get('/open-id/back', async (request, response) => {
    if (!openId) return unknown(response);
    const kept = new RegExp(`(?:^|;)\\s*${COOKIE}=([\\w-]{40,2000})(?:;|$)`).exec(request.headers.cookie ?? '')?.[1];
    const { search } = new URL(request.originalUrl, callback());
    const people = { store: deps.write, now: deps.clock() };
    const result =
      kept === undefined
        ? ({ why: 'failed', code: 'the cookie of the way there is missing' } as const)
        : await openId.finish(new URL(search, callback()), kept, { ...people, dashboard: deps.dashboardUrl() });
    keep(response, request, '', 0);
    const leave = (): void =>
      response.redirect(303, 'link' in result ? result.link : refusal(deps, result.why, result.code));
    if ('link' in result) return leave();
    deps.failures(request, response, leave);
  });
  return router;
}

async function beginning(openId: OpenId, callback: string) {
  try {
    return await openId.begin(callback);
  } catch {
    return { why: 'away' as const };
  }
}

/** The page that says why, and what to do. */
const refusal = ({ dashboardUrl }: AdminDeps, why: string, code?: string): string =>
  `${dashboardUrl()}#/refused/${why}${code === undefined ? '' : `/${encodeURIComponent(code)}`}`;

const unknown = (response: Response): void =>
  sendProblems(response, 404, [
    { field: 'path', message: 'is not set up: see CLICKTHREAD_OIDC_ISSUER in the reference' },
  ]);
