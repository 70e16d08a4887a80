/** The stored configuration as the file that `apply` reads: durations in words, defaults left out, secrets as `${NAME}` references. Pure. */
import { isObject } from '../kit/json.ts';
import type { Setting, SettingValue } from '../kit/setting.ts';
import { formatDuration } from '../lib/duration.ts';
import type { Seal } from '../lib/seal.ts';
import type { AlertChannelRow, Configuration, ConnectionRow } from '../store/configuration-store.ts';
import type { Catalogue } from '../catalogue.ts';
import { channelTypes, isChannelType } from './alerts/channel-types.ts';
import { type ConnectionConfig, connectionSchema, type SiteConfig, siteSchema } from './site-schema.ts';

type Fields = Record<string, unknown>;

/** A connection as it stands in the configuration file. */
export type ConnectionDocument = Fields & { id: string; type: string; settings: Fields };
/** An alert channel as it stands in the configuration file. */
export type AlertDocument = Fields & { id: string; type: string; settings: Fields };
/** A site as it stands in the configuration file. */
export type SiteDocument = Fields & { id: string; connections: ConnectionDocument[] };

export interface ExportedConfiguration {
  /** Modules that add definitions. */
  plugins: string[];
  sites: SiteDocument[];
  /** Where alerts go; of the whole configuration alone. */
  alerts: AlertDocument[];
  /** Variables that the secrets refer to. */
  secrets: string[];
}

const SITE_DEFAULTS = siteSchema.parse({ id: 'x', domains: ['x'] });
const CONNECTION_DEFAULTS = connectionSchema.parse({ id: 'x', type: 'x' });

/** Everything, or the one site that is named. */
export function exportConfiguration(
  configuration: Configuration,
  { seal, catalogue, only }: { seal: Seal; catalogue: Catalogue; only?: string },
): ExportedConfiguration {
  const names = new Set<string>();
  const sites = configuration.sites
    .filter(({ id }) => only === undefined || id === only)
    .map((row): SiteDocument => {
      const config = JSON.parse(row.config) as SiteConfig;
      const connections = configuration.connections.filter(({ site }) => site === row.id);
      return {
        ...siteFields(config),
        id: row.id,
        connections: connections.map((connection) => connectionDocument(connection, { seal, catalogue, names })),
      };
    });
  const alerts = only === undefined ? configuration.alerts.map((row) => alertDocument(row, { seal, names })) : [];
  return { plugins: configuration.plugins, sites, alerts, secrets: [...names] };
}

function siteFields(config: SiteConfig): Fields & { id: string } {
  const { id, name, domains, ...rest } = without(config, SITE_DEFAULTS) as Fields;
  const { attribution, retention } = rest as { attribution?: Fields; retention?: Fields };
  if (attribution) inWords(attribution, ['window']);
  if (retention) inWords(retention, ['touches', 'personal', 'contacts']);
  return {
    id: String(id ?? config.id),
    ...(name === undefined ? {} : { name }),
    domains: domains ?? config.domains,
    ...rest,
  };
}

function connectionDocument(
  row: ConnectionRow,
  { seal, catalogue, names }: { seal: Seal; catalogue: Catalogue; names: Set<string> },
): ConnectionDocument {
  const config = JSON.parse(row.config) as Omit<ConnectionConfig, 'settings'>;
  const { id: _id, ...rest } = without(config, CONNECTION_DEFAULTS) as Fields;
  inWords(rest, ['window']);
  if (rest.limits) inWords(rest.limits as Fields, ['deadline', 'earliest', 'timeout']);
  const path = `${row.site}_${row.id}`;
  return {
    ...{ id: row.id, type: row.type },
    ...rest,
    settings: settingsDocument(row, { definition: catalogue.find(row.type), seal, names, path }),
  };
}

function alertDocument(row: AlertChannelRow, { seal, names }: { seal: Seal; names: Set<string> }): AlertDocument {
  const { enabled, ...rest } = JSON.parse(row.config) as Fields;
  const definition = isChannelType(row.type) ? channelTypes[row.type] : undefined;
  return {
    ...{ id: row.id, type: row.type },
    ...(enabled === false ? { enabled } : {}),
    ...rest,
    settings: settingsDocument(row, { definition, seal, names, path: `alert_${row.id}` }),
  };
}

/** Without defaults; each secret a reference to a variable whose name begins with the path. */
function settingsDocument(
  row: { settings: string; secrets: Buffer | null },
  given: {
    definition: { settings: Record<string, Setting> } | undefined;
    seal: Seal;
    names: Set<string>;
    path: string;
  },
): Fields {
  const { definition, seal, names, path } = given;
  const plain = Object.entries(JSON.parse(row.settings) as Record<string, SettingValue>).filter(
    ([name, value]) => definition?.settings[name]?.default !== value,
  );
  const secrets = row.secrets ? (JSON.parse(seal.open(row.secrets)) as Record<string, SettingValue>) : {};
  const references = Object.entries(secrets).map(([name, value]) => [name, reference(value, `${path}_${name}`, names)]);
  return { ...Object.fromEntries(plain), ...(Object.fromEntries(references) as Fields) };
}

/** A map keeps its names: each value is a reference of its own. */
function reference(value: SettingValue, path: string, names: Set<string>): unknown {
  if (typeof value !== 'object' || Array.isArray(value)) return `\${${variableName(path, names)}}`;
  return Object.fromEntries(Object.keys(value).map((key) => [key, `\${${variableName(`${path}_${key}`, names)}}`]));
}

/** `shop_impact_authToken` → `SHOP_IMPACT_AUTH_TOKEN`; a name that is taken gets a number. */
function variableName(path: string, names: Set<string>): string {
  const name = path
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/\W/g, '_')
    .toUpperCase()
    // A shell takes no variable that begins with a digit.
    .replace(/^(?=\d)/, 'CT_');
  let free = name;
  for (let n = 2; names.has(free); n += 1) free = `${name}_${n}`;
  names.add(free);
  return free;
}

function inWords(fields: Fields, durations: readonly string[]): void {
  for (const name of durations) if (typeof fields[name] === 'number') fields[name] = formatDuration(fields[name]);
}

/** What differs from the defaults, objects compared field by field. */
function without(value: object, defaults: object): Fields {
  const known = defaults as Fields;
  const kept = Object.entries(value).flatMap(([key, entry]): [string, unknown][] => {
    if (entry === undefined || JSON.stringify(entry) === JSON.stringify(known[key])) return [];
    const inner = isObject(entry) && isObject(known[key]) ? without(entry, known[key]) : entry;
    return [[key, inner]];
  });
  return Object.fromEntries(kept);
}
