/** The sites and connections in force: read from the store, opened, and kept until their version changes. */
import type { Contender, Rules } from './attribute.ts';
import type { Destination, Limits, Settings } from './destinations/destination.ts';
import { findDestination, usesOf } from './destinations/index.ts';
import type { Seal } from './lib/seal.ts';
import type { ConnectionConfig, SiteConfig } from './site-config.ts';
import type { Configuration, ConnectionRow, Store } from './store/store.ts';

export interface Connection {
  site: string;
  id: string;
  type: string;
  enabled: boolean;
  mode: 'suppress' | 'inform';
  exclusive: boolean;
  /** Milliseconds; the definition's or the site's. */
  window: number;
  limits: Limits;
  /** Validated settings, secrets opened. */
  settings: Settings;
  /** Values that must never be shown: the opened secrets. */
  secrets: string[];
  createdAt: number;
  updatedAt: number;
  /** Absent for sources and lists. */
  destination: Destination | undefined;
}

export interface Site {
  config: SiteConfig;
  /** In the order of the configuration file. */
  connections: Connection[];
  rules: Rules;
  contenders: Contender[];
  /** Personal fields that at least one destination uses: the only ones kept. */
  personal: ReadonlySet<string>;
  /** Keys that prove an order's amount in the page, opened. */
  orderKeys: readonly string[];
}

export interface Sites {
  version: number;
  byId: ReadonlyMap<string, Site>;
}

/** Builds what is in force from stored rows. A connection of a type that this version does not know is left out of deliveries. */
export function buildSites(configuration: Configuration, seal: Seal): Sites {
  const byId = new Map<string, Site>();
  for (const row of configuration.sites) {
    const config = JSON.parse(row.config) as SiteConfig;
    const rows = configuration.connections.filter(({ site }) => site === row.id);
    const connections = rows.map((connection) => openConnection(connection, config, seal));
    byId.set(row.id, {
      config,
      connections,
      rules: rulesOf(config, configuration.version),
      contenders: connections.flatMap(contenderOf),
      personal: new Set(connections.flatMap(personalOf)),
      orderKeys: configuration.orderKeys
        .filter(({ sites }) => sites.includes(row.id))
        .map(({ secret }) => seal.open(secret)),
    });
  }
  return { version: configuration.version, byId };
}

function openConnection(row: ConnectionRow, site: SiteConfig, seal: Seal): Connection {
  const config = JSON.parse(row.config) as Omit<ConnectionConfig, 'settings'>;
  const secrets = row.secrets ? (JSON.parse(seal.open(row.secrets)) as Settings) : {};
  const destination = findDestination(row.type);
  return {
    site: row.site,
    id: row.id,
    type: row.type,
    enabled: config.enabled,
    mode: config.mode,
    exclusive: config.exclusive,
    window: config.window ?? destination?.window ?? site.attribution.window,
    limits: { ...destination?.limits, ...withoutUndefined(config.limits) },
    settings: { ...(JSON.parse(row.settings) as Settings), ...secrets },
    secrets: Object.values(secrets).flatMap((value) =>
      typeof value === 'object' ? Object.values(value) : [String(value)],
    ),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    destination,
  };
}

function contenderOf({ id, enabled, destination, settings, window, mode, exclusive }: Connection): Contender[] {
  if (!enabled || destination?.audience !== 'attributed') return [];
  return [{ id, clickParams: clickParamsOf(destination, settings), window, mode, exclusive }];
}

function personalOf({ enabled, destination, settings }: Connection): readonly string[] {
  return enabled && destination ? usesOf(destination, settings) : [];
}

/** Landing parameters of a connection, lower-case, preferred first. */
export function clickParamsOf(destination: Destination, settings: Settings): readonly string[] {
  const params =
    typeof destination.clickParams === 'function' ? destination.clickParams(settings) : destination.clickParams;
  return params.map((param) => param.toLowerCase());
}

function rulesOf({ attribution }: SiteConfig, version: number): Rules {
  const { model, precedence, window, coupons, standDown } = attribution;
  return { version, model, precedence, window, coupons, standDown };
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Partial<T>;
}

/** Reads the configuration again whenever its version has moved: one small query a call. */
export function cachedSites({
  store,
  seal,
}: {
  store: Pick<Store, 'configuration' | 'configurationVersion'>;
  seal: Seal;
}): () => Promise<Sites> {
  let current: Sites | undefined;
  return async () => {
    const version = await store.configurationVersion();
    if (current?.version !== version) current = buildSites(await store.configuration(), seal);
    return current;
  };
}
