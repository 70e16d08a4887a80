/** Every route of the admin API as it is mounted, synchronization among them: `GET /sites/:site`. */
import type { Router } from 'express';
import { adminRouter } from '../../../../collector/http/admin/router.ts';
import { adminSyncRouter } from '../../../../collector/http/admin/connections/sync.ts';

/** Nothing is asked of the dependencies until a request comes. */
export function mountedRoutes(): string[] {
  const deps = { environment: {}, read: {}, write: {}, service: {}, editing: () => ({}) };
  return routesOf(adminRouter(deps as never, [adminSyncRouter(deps as never)]));
}

function routesOf(router: Router): string[] {
  return router.stack.flatMap(({ route, handle }) => {
    if (route) return route.stack.map(({ method }) => `${(method ?? 'use').toUpperCase()} ${route.path}`);
    return 'stack' in handle ? routesOf(handle as unknown as Router) : [];
  });
}
