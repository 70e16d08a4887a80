/** What operators and their monitoring ask: alive, ready, and how much. */
import { Router } from 'express';
import type { Problem } from '../../wire/problem.ts';
import { sameSecret } from '../lib/hash.ts';
import type { FailureLimit } from './failure-limit.ts';
import type { Metrics } from './metrics.ts';
import { sendProblems } from './problem.ts';

export interface OperationsDeps {
  metrics: Metrics;
  /** What keeps the collector from keeping an order now. */
  whyNotReady: () => Promise<Problem | undefined>;
  adminToken: string;
  failures: FailureLimit;
}

export function operationsRouter({ metrics, whyNotReady, adminToken, failures }: OperationsDeps): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  router.get('/readyz', async (_request, response) => {
    const problem = await whyNotReady();
    if (!problem) return void response.json({ status: 'ready' });
    response.setHeader('retry-after', '5');
    sendProblems(response, 503, [problem]);
  });
  // Names of sites and connections and their volume are the shop's: rivals would read them.
  router.get('/metrics', async (request, response) => {
    const bearer = /^Bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined && sameSecret(bearer, adminToken))
      return void response.type(metrics.contentType).send(await metrics.text());
    const refuse = (): void => {
      response.setHeader('www-authenticate', 'Bearer realm="clickthread"');
      const message = `${bearer === undefined ? 'is missing' : 'is wrong'}: send "Authorization: Bearer TOKEN" with CLICKTHREAD_ADMIN_TOKEN, or read them on CLICKTHREAD_METRICS_PORT of this machine`;
      sendProblems(response, 401, [{ field: 'authorization', message }]);
    };
    if (bearer === undefined) return refuse();
    failures(request, response, refuse);
  });
  return router;
}
