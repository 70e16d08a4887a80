/** Webhooks of shops: unsigned hints are believed only as far as to read the order again through the shop's API. */
import express, { Router } from 'express';
import type { Seal } from '../lib/seal.ts';
import type { Sites } from '../sites.ts';
import type { SyncService } from '../sync-service.ts';
import { findSync } from '../sync-connections.ts';
import { isHookToken } from '../sync-hook.ts';
import { sendProblems } from './problem.ts';

const LARGEST_BODY = '2mb';

export interface HooksDeps {
  service: Pick<SyncService, 'sync' | 'schedule'>;
  sites: () => Promise<Sites>;
  seal: Seal;
}

export function hooksRouter({ service, sites, seal }: HooksDeps): Router {
  const router = Router();
  router.post(
    '/hooks/:connection',
    express.text({ type: () => true, limit: LARGEST_BODY }),
    async (request, response) => {
      const { site, token } = request.query;
      const connection =
        typeof site === 'string' ? findSync(await sites(), site, String(request.params.connection)) : undefined;
      // A wrong token and an unknown connection look the same from outside.
      if (!connection || !isHookToken(token, connection, seal)) {
        return sendProblems(response, 404, [
          { field: 'connection', message: 'has no hook at this address; see the connection for the right one' },
        ]);
      }
      const announced = await service.sync.announce(connection, typeof request.body === 'string' ? request.body : '');
      response.status(202).json({ announced });
      if (announced > 0) service.schedule.nudge(connection);
    },
  );
  return router;
}
