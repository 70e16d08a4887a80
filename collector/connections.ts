/** Connections as people see them: what is configured, secrets masked, how each stands. */
import { findDefinition } from './apply.ts';
import { findDestination } from './destinations/index.ts';
import { publicSettings } from './destinations/settings.ts';
import { formatDuration } from './lib/duration.ts';
import { findListPlatform } from './lists/index.ts';
import { findSource } from './sources/index.ts';
import type { Connection } from './sites.ts';
import type { Breaker, DeliveryState } from './store/store.ts';

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
  window: string;
  limits: Record<string, number | string>;
  /** Secrets masked. */
  settings: Connection['settings'];
  /** Why nothing is sent at the moment, or null. */
  paused: { kind: Breaker['kind']; reason: string; since: string; probeAt: string } | null;
  /** Deliveries by state. */
  deliveries: Partial<Record<DeliveryState, number>>;
  createdAt: string;
  updatedAt: string;
}

interface Standing {
  breakers: readonly Breaker[];
  counts: readonly { site: string; connection: string; state: DeliveryState; count: number }[];
}

export function viewConnection(connection: Connection, { breakers, counts }: Standing): ConnectionView {
  const { site, id, type, settings, limits } = connection;
  const definition = findDefinition(type);
  const breaker = breakers.find((one) => one.site === site && one.connection === id);
  const own = counts.filter((one) => one.site === site && one.connection === id);
  return {
    site,
    id,
    type,
    title: definition?.title ?? `${type} (not known to this version)`,
    role: roleOf(type),
    enabled: connection.enabled,
    mode: connection.mode,
    exclusive: connection.exclusive,
    window: formatDuration(connection.window),
    limits: limitsInWords(limits),
    settings: publicSettings(definition ?? { settings: {} }, settings),
    paused: breaker
      ? {
          kind: breaker.kind,
          reason: breaker.reason,
          since: new Date(breaker.openedAt).toISOString(),
          probeAt: new Date(breaker.probeAt).toISOString(),
        }
      : null,
    deliveries: Object.fromEntries(own.map(({ state, count }) => [state, count])),
    createdAt: new Date(connection.createdAt).toISOString(),
    updatedAt: new Date(connection.updatedAt).toISOString(),
  };
}

export function roleOf(type: string): ConnectionView['role'] {
  if (findDestination(type)) return 'destination';
  if (findSource(type)) return 'source';
  return findListPlatform(type) ? 'list' : 'unknown';
}

function limitsInWords({ perHour, concurrency, ...durations }: Connection['limits']): ConnectionView['limits'] {
  const inWords = Object.entries(durations).map(([name, ms]) => [name, formatDuration(ms)]);
  return {
    ...(perHour === undefined ? {} : { perHour }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(Object.fromEntries(inWords) as Record<string, string>),
  };
}
