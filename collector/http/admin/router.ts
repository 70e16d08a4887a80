/** The admin API under `/admin/api`: who asks, what they may, and one router a subject. */
import express, { type ErrorRequestHandler, Router } from 'express';
import { ConfigurationError, UnknownName } from '../../model/configuration-error.ts';
import { sendProblems } from '../problem.ts';
import { adminAlertsRouter } from './alerts.ts';
import { adminReconcileRouter } from './connections/reconcile.ts';
import { adminConnectionsRouter } from './connections/connections.ts';
import { adminDeliveriesRouter } from './deliveries.ts';
import type { AdminDeps } from './deps.ts';
import { adminFiguresRouter } from './figures.ts';
import { adminKeysRouter } from './keys.ts';
import { adminLiveRouter } from './live.ts';
import { adminOrdersRouter } from './orders.ts';
import { openIdRouter } from './access/open-id.ts';
import { adminPeopleRouter } from './access/people.ts';
import { adminQuarantineRouter } from './quarantine.ts';
import { keepRules } from './access/rules.ts';
import { adminSessionRouter, signInRoute } from './access/session.ts';
import { adminSitesRouter } from './sites.ts';
import { adminStartRouter } from './start.ts';
import { adminStatusRouter } from './status.ts';
import { adminStoryRouter, readStoryRoute } from './access/story.ts';
import { readWho } from './access/who.ts';

const LARGEST_BODY = '1mb';
/** Of a network's own report of months. */
const LARGEST_REPORT = '30mb';
/** Of a stranger. */
const SMALL_BODY = '1kb';

/** Further routers stand behind the same sign-in. */
export function adminRouter(deps: AdminDeps, further: readonly Router[] = []): Router {
  const router = Router();
  router.post('/session', express.json({ limit: SMALL_BODY, type: () => true }), signInRoute(deps));
  router.post('/story', express.json({ limit: SMALL_BODY, type: () => true }), readStoryRoute(deps));
  router.use(openIdRouter(deps));
  router.use(readWho(deps));
  const [ordinary, large] = [LARGEST_BODY, LARGEST_REPORT].map((limit) => express.json({ limit, type: () => true }));
  router.use((request, ...rest) => (/\/reconcile\/?$/i.test(request.path) ? large! : ordinary!)(request, ...rest));
  router.use(keepRules(deps));
  const subjects = [
    ...[adminSitesRouter, adminConnectionsRouter, adminReconcileRouter, adminDeliveriesRouter],
    ...[adminQuarantineRouter, adminKeysRouter, adminStatusRouter, adminSessionRouter, adminPeopleRouter],
    ...[adminOrdersRouter, adminFiguresRouter, adminAlertsRouter, adminStartRouter],
    ...[adminLiveRouter, adminStoryRouter],
  ];
  for (const subject of subjects) router.use(subject(deps));
  for (const more of further) router.use(more);
  router.use((_request, response) =>
    sendProblems(response, 404, [{ field: 'path', message: 'is no route of the admin API' }]),
  );
  router.use(problemsOfEditing);
  return router;
}

const problemsOfEditing: ErrorRequestHandler = (error: Error & { type?: string }, _request, response, next) => {
  if (error instanceof ConfigurationError) return sendProblems(response, 422, error.problems);
  if (error instanceof UnknownName)
    return sendProblems(response, 404, [{ field: error.field, message: error.message }]);
  if (error.type === 'entity.too.large')
    return sendProblems(response, 413, [{ field: 'body', message: 'is too large' }]);
  if (error.type === 'entity.parse.failed')
    return sendProblems(response, 400, [{ field: 'body', message: 'is not JSON' }]);
  next(error);
};
