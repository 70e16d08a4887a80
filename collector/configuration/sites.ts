/** The sites and connections in force: read from the store, opened, and kept until their version changes. */
import { clickParamsOf, type Destination, type Limits, usesOf } from '../kit/destination.ts';
import type { Settings } from '../kit/setting.ts';
import { type Catalogue, createCatalogue } from '../catalogue.ts';
import type { ListPlatform } from '../kit/platform.ts';
import type { Source } from '../kit/source.ts';
import type { Seal } from '../lib/seal.ts';
import type { Contender, Rules } from '../model/rules.ts';
import type { Configuration, ConnectionRow } from '../store/configuration-store.ts';
import type { Store } from '../store/store.ts';
import { keptCatalogue } from './plugins.ts';
import type { ConnectionConfig, SiteConfig } from './site-schema.ts';

export interface Connection {
  site: string;
  id: string;
  type: string;
  enabled: boolean;
  mode: 'suppress' | 'inform';
  exclusive: boolean;
  /** Whom the programme pays for. */
  customers: 'all' | 'new' | 'returning';
  /** Milliseconds; the definition's or the site's. */
  window: number;
  limits: Limits;
  /** Validated settings, secrets opened. */
  settings: Settings;
  /** Values that must never be shown: the opened secrets. */
  secrets: string[];
  createdAt: number;
  updatedAt: number;
  /** What it is a connection to: one of these, or none where this version does not know its type. */
  destination: Destination | undefined;
  source?: Source | undefined;
  platform?: ListPlatform | undefined;
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
  /** The definitions that these connections name. */
  catalogue: Catalogue;
}

/** Of a site that was stored before there were these. */
const LATER_SETTINGS: Pick<SiteConfig, 'shopConsent' | 'gpc'> = { shopConsent: 'wait', gpc: 'honour' };

/** Builds what is in force from stored rows. A connection of a type that this version does not know is left out of deliveries. */
export function buildSites(configuration: Configuration, seal: Seal, catalogue: Catalogue = createCatalogue()): Sites {
  const byId = new Map<string, Site>();
  for (const row of configuration.sites) {
    const config = { ...LATER_SETTINGS, ...(JSON.parse(row.config) as SiteConfig) };
    const rows = configuration.connections.filter(({ site }) => site === row.id);
    const connections = rows.map((connection) => openConnection(connection, { site: config, seal, catalogue }));
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
  return { version: configuration.version, byId, catalogue };
}

function openConnection(
  row: ConnectionRow,
  { site, seal, catalogue }: { site: SiteConfig; seal: Seal; catalogue: Catalogue },
): Connection {
  const config = JSON.parse(row.config) as Omit<ConnectionConfig, 'settings'>;
  const secrets = row.secrets ? (JSON.parse(seal.open(row.secrets)) as Settings) : {};
  const destination = catalogue.findDestination(row.type);
  return {
    site: row.site,
    id: row.id,
    type: row.type,
    enabled: config.enabled,
    mode: config.mode,
    exclusive: config.exclusive,
    // Stored before there was such a rule.
    customers: (config.customers as Connection['customers'] | undefined) ?? 'all',
    window: config.window ?? destination?.window ?? site.attribution.window,
    limits: { ...destination?.limits, ...withoutUndefined(config.limits) },
    settings: { ...(JSON.parse(row.settings) as Settings), ...secrets },
    secrets: Object.values(secrets).flatMap((value) =>
      typeof value === 'object' ? Object.values(value) : [String(value)],
    ),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    destination,
    source: catalogue.findSource(row.type),
    platform: catalogue.findPlatform(row.type),
  };
}

function contenderOf(connection: Connection): Contender[] {
  const { id, enabled, destination, settings, window, mode, exclusive, customers } = connection;
  if (destination?.audience !== 'attributed') return [];
  const clickParams = clickParamsOf(destination, settings);
  const { informs, title } = destination;
  const isDeaf = (typeof informs === 'function' ? informs(settings) : informs) === false;
  // A pause stops reports, not the counting of who earned what: it is sent when the pause is over.
  const deaf = isDeaf ? { cannotBeInformed: title } : {};
  const only = customers === 'all' ? {} : { customers };
  return [{ id, clickParams, window, mode, exclusive, ...only, ...deaf, ...(enabled ? {} : { paused: true }) }];
}

function personalOf({ destination, settings }: Connection): readonly string[] {
  return destination ? usesOf(destination, settings) : [];
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
  const load = keptCatalogue();
  let current: Sites | undefined;
  return async () => {
    const version = await store.configurationVersion();
    if (current?.version !== version) {
      const configuration = await store.configuration();
      current = buildSites(configuration, seal, await load(configuration.plugins));
    }
    return current;
  };
}
