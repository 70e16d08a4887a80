/** Figures for Prometheus: deliveries by state, and what each site has used of its day. */
import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Clock } from '../lib/clock.ts';
import { days } from '../lib/duration.ts';
import type { RequestLimits } from '../lib/limits/request-limits.ts';
import type { Store } from '../store/store.ts';

export interface MetricsDeps {
  read: Pick<Store, 'deliveryCounts' | 'orderCounts' | 'usage' | 'quarantineCounts'>;
  limits: RequestLimits;
  clock: Clock;
}

export interface Metrics {
  contentType: string;
  text(): Promise<string>;
}

export function createMetrics({ read, limits, clock }: MetricsDeps): Metrics {
  const registry = new Registry();
  // Of the process itself; from the first question on, so that a start doesn't wait for its instruments.
  let isWatched = false;
  const gauge = (name: string, help: string, labelNames: string[]): Gauge =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const deliveries = gauge('clickthread_deliveries', 'Deliveries by connection and state', [
    ...['site', 'connection', 'state'],
  ]);
  const used = gauge('clickthread_site_used_today', 'Bytes and rows that a site has added today (UTC)', [
    'site',
    'what',
  ]);
  const budget = gauge('clickthread_site_budget', 'Bytes and rows that a site may add a day; absent where unlimited', [
    'what',
  ]);
  const contested = gauge(
    'clickthread_orders_contested',
    'Orders that several browsers lay claim to: hold waits for a decision, alert was told on the first one',
    ['site', 'kind'],
  );
  const signals = gauge('clickthread_orders_with_signal', 'Orders that show a sign of invented money, by sign', [
    ...['site', 'signal'],
  ]);
  const stopped = gauge(
    'clickthread_orders_stopped_by_consent',
    'Orders that consent stops: waiting for an answer, denied, gpc (Global Privacy Control without a yes), withdrawn, erased',
    ['site', 'why'],
  );
  const refused = gauge('clickthread_quarantine', 'Refused orders that are kept', ['site']);
  if (limits.bytesPerDay !== undefined) budget.set({ what: 'bytes' }, limits.bytesPerDay);
  if (limits.rowsPerDay !== undefined) budget.set({ what: 'rows' }, limits.rowsPerDay);

  return {
    contentType: registry.contentType,
    async text() {
      if (!isWatched) collectDefaultMetrics({ register: registry });
      isWatched = true;
      deliveries.reset();
      for (const { site, connection, state, count } of await read.deliveryCounts())
        deliveries.set({ site, connection, state }, count);
      used.reset();
      for (const { site, bytes, rows } of await read.usage(Math.floor(clock() / days(1)))) {
        used.set({ site, what: 'bytes' }, bytes);
        used.set({ site, what: 'rows' }, rows);
      }
      contested.reset();
      signals.reset();
      stopped.reset();
      for (const { site, what, name, count } of await read.orderCounts()) {
        if (what === 'contested') contested.set({ site, kind: name }, count);
        else if (what === 'consent') stopped.set({ site, why: name }, count);
        else signals.set({ site, signal: name }, count);
      }
      refused.reset();
      for (const { site, count } of await read.quarantineCounts()) refused.set({ site }, count);
      return registry.metrics();
    },
  };
}

/** The same figures without a token, for whoever is on this machine. The caller listens on loopback alone. */
export function createMetricsServer(metrics: Metrics): Server {
  return createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics')
      return void response.writeHead(404).end();
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(503).end(),
    );
  });
}
