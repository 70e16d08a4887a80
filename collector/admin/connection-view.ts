/** Connections as people see them: what is configured, secrets masked, how each stands. */
import type { Connection } from '../configuration/sites.ts';
import { clickParamsOf } from '../kit/destination.ts';
import { publicSettings } from '../kit/validate-settings.ts';
import { formatDuration } from '../lib/duration.ts';
import type { Breaker, DeliveryState } from '../model/delivery.ts';
import { hookTrouble } from '../model/shop/hook-health.ts';
import type { SyncRow } from '../store/sync-store.ts';

export interface ConnectionView {
  site: string;
  id: string;
  type: string;
  title: string;
  /** `list`: a platform that follows the list of a source. `unknown`: of another version. */
  role: 'destination' | 'source' | 'list' | 'unknown';
  /** False while it is paused. */
  enabled: boolean;
  mode: Connection['mode'];
  exclusive: boolean;
  customers: Connection['customers'];
  window: string;
  limits: Record<string, number | string>;
  /** Secrets masked. */
  settings: Connection['settings'];
  /** Parameters under which its clicks arrive; a network only. */
  clickParams?: string[];
  /** Why nothing is sent at the moment, or null. */
  paused: { kind: Breaker['kind']; reason: string; since: string; probeAt: string } | null;
  /** What is wrong with the webhooks that a shop should post, as it was last asked; null where nothing is. */
  trouble: string | null;
  /** Deliveries by state. */
  deliveries: Partial<Record<DeliveryState, number>>;
  createdAt: string;
  updatedAt: string;
}

interface Standing {
  breakers: readonly Breaker[];
  counts: readonly { site: string; connection: string; state: DeliveryState; count: number }[];
  syncs: readonly Pick<SyncRow, 'site' | 'connection' | 'checkpoint'>[];
}

export function viewConnection(connection: Connection, { breakers, counts, syncs }: Standing): ConnectionView {
  const { site, id, type, settings, limits } = connection;
  const definition = connection.destination ?? connection.source ?? connection.platform;
  const breaker = breakers.find((one) => one.site === site && one.connection === id);
  const health = syncs.find((one) => one.site === site && one.connection === id)?.checkpoint.hooks;
  const own = counts.filter((one) => one.site === site && one.connection === id);
  return {
    site,
    id,
    type,
    title: definition?.title ?? `${type} (not known to this version)`,
    role: roleOf(connection),
    enabled: connection.enabled,
    mode: connection.mode,
    exclusive: connection.exclusive,
    customers: connection.customers,
    window: formatDuration(connection.window),
    limits: limitsInWords(limits),
    settings: publicSettings(definition ?? { settings: {} }, settings),
    ...(connection.destination ? { clickParams: [...clickParamsOf(connection.destination, settings)] } : {}),
    paused: breaker
      ? {
          kind: breaker.kind,
          reason: breaker.reason,
          since: new Date(breaker.openedAt).toISOString(),
          probeAt: new Date(breaker.probeAt).toISOString(),
        }
      : null,
    trouble: (health && definition && hookTrouble(health, definition.title)) ?? null,
    deliveries: Object.fromEntries(own.map(({ state, count }) => [state, count])),
    createdAt: new Date(connection.createdAt).toISOString(),
    updatedAt: new Date(connection.updatedAt).toISOString(),
  };
}

export function roleOf(connection: Pick<Connection, 'destination' | 'source' | 'platform'>): ConnectionView['role'] {
  if (connection.destination) return 'destination';
  if (connection.source) return 'source';
  return connection.platform ? 'list' : 'unknown';
}

function limitsInWords({ perHour, concurrency, ...durations }: Connection['limits']): ConnectionView['limits'] {
  const inWords = Object.entries(durations).map(([name, ms]) => [name, formatDuration(ms)]);
  return {
    ...(perHour === undefined ? {} : { perHour }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(Object.fromEntries(inWords) as Record<string, string>),
  };
}
