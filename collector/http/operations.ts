/** What operators and their monitoring ask: alive, ready, and how much. */
import { Router } from 'express';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Store } from '../store/store.ts';

export function operationsRouter({ read }: { read: Pick<Store, 'configurationVersion' | 'deliveryCounts'> }): Router {
  const router = Router();
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const deliveries = new Gauge({
    name: 'clickthread_deliveries',
    help: 'Deliveries by connection and state',
    labelNames: ['site', 'connection', 'state'],
    registers: [registry],
  });

  router.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  router.get('/readyz', async (_request, response) => {
    try {
      await read.configurationVersion();
      response.json({ status: 'ready' });
    } catch {
      response.status(503).json({ errors: [{ field: 'store', message: "can't be read" }] });
    }
  });
  router.get('/metrics', async (_request, response) => {
    deliveries.reset();
    for (const { site, connection, state, count } of await read.deliveryCounts())
      deliveries.set({ site, connection, state }, count);
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}
