/** The admin API under `/admin/api`: sign-in, its limit, and one router a subject. */
import express, { Router, type ErrorRequestHandler, type Request, type Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { UnknownName, type EditDeps } from '../edit-configuration.ts';
import { ConfigurationError, type Environment } from '../environment.ts';
import { sameSecret } from '../lib/hash.ts';
import type { Clock } from '../lib/clock.ts';
import { minutes } from '../lib/duration.ts';
import type { Seal } from '../lib/seal.ts';
import type { Work } from '../command.ts';
import type { Sender } from '../send.ts';
import type { Sites } from '../sites.ts';
import type { Stores } from '../store/sqlite/store.ts';
import type { SyncService } from '../sync-service.ts';
import type { Writer } from '../writer-client.ts';
import { adminConnectionsRouter } from './admin-connections.ts';
import { adminDeliveriesRouter } from './admin-deliveries.ts';
import { adminKeysRouter } from './admin-keys.ts';
import { adminQuarantineRouter } from './admin-quarantine.ts';
import { adminSitesRouter } from './admin-sites.ts';
import { adminStatusRouter } from './admin-status.ts';
import { sendProblems } from './problem.ts';

export interface AdminDeps {
  environment: Environment;
  read: Stores;
  write: Writer;
  sites: () => Promise<Sites>;
  seal: Seal;
  sender: Sender;
  /** Asks our own public address, wherever it lies. */
  askSelf: Sender['send'];
  service: SyncService;
  clock: Clock;
  wake: (work: readonly Work[]) => void;
  /** The caller's address as far as the operator lets us believe it. */
  addressOf: (request: Request) => string | undefined;
  /** Where browsers find the collector's routes, prefix included. */
  browserUrl: () => string;
  /** The SQLite file. */
  file: string;
  tagFolder: string;
}

/** Wrong tokens from one address before it has to wait. */
const MOST_FAILURES = 20;
const WINDOW = minutes(15);
const LARGEST_BODY = '1mb';

/** Further routers stand behind the same sign-in. */
export function adminRouter(deps: AdminDeps, further: readonly Router[] = []): Router {
  const router = Router();
  router.use(failureLimit(deps), signIn(deps.environment.adminToken));
  router.use(express.json({ limit: LARGEST_BODY, type: () => true }));
  const subjects = [
    ...[adminSitesRouter, adminConnectionsRouter, adminDeliveriesRouter],
    ...[adminQuarantineRouter, adminKeysRouter, adminStatusRouter],
  ];
  for (const subject of subjects) router.use(subject(deps));
  for (const more of further) router.use(more);
  router.use((_request, response) =>
    sendProblems(response, 404, [{ field: 'path', message: 'is no route of the admin API' }]),
  );
  router.use(problemsOfEditing);
  return router;
}

/** Who changes things through this API, for the audit log. */
export function editingOf({ write, seal, environment, clock }: AdminDeps): EditDeps {
  return { store: write, seal, allowPrivate: environment.allowPrivate, now: clock(), actor: 'admin API' };
}

function failureLimit({ addressOf }: AdminDeps) {
  return rateLimit({
    windowMs: WINDOW,
    limit: MOST_FAILURES,
    // Only wrong tokens count: whoever is signed in may ask as often as they like.
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_request, response) => response.statusCode !== 401,
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: (request) => ipKeyGenerator(addressOf(request) ?? 'unknown'),
    // The address comes from our own reader, which knows what the operator trusts.
    validate: false,
    handler: (_request, response) => {
      response.setHeader('retry-after', String(WINDOW / 1000));
      sendProblems(response, 429, [
        { field: 'authorization', message: `was wrong ${MOST_FAILURES} times; wait 15 minutes before the next try` },
      ]);
    },
  });
}

function signIn(token: string) {
  return (request: Request, response: Response, next: () => void): void => {
    response.setHeader('cache-control', 'no-store');
    const bearer = /^Bearer\s+(\S(?:.*\S)?)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined && sameSecret(bearer, token)) return next();
    response.setHeader('www-authenticate', 'Bearer realm="clickthread admin"');
    const message =
      bearer === undefined
        ? 'is missing: send "Authorization: Bearer TOKEN" with CLICKTHREAD_ADMIN_TOKEN'
        : 'is not the admin token of this collector';
    sendProblems(response, 401, [{ field: 'authorization', message }]);
  };
}

const problemsOfEditing: ErrorRequestHandler = (error: Error & { type?: string }, _request, response, next) => {
  if (error instanceof ConfigurationError) return sendProblems(response, 422, error.problems);
  if (error instanceof UnknownName)
    return sendProblems(response, 404, [{ field: error.field, message: error.message }]);
  if (error.type === 'entity.parse.failed')
    return sendProblems(response, 400, [{ field: 'body', message: 'is not JSON' }]);
  next(error);
};
