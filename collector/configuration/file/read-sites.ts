/**
 * `sites:` of a configuration file, made into rows with their connections: every problem is named, and secrets that are left out stay as they
 * are stored.
 */
import type { Problem } from '../../../wire/problem.ts';
import type { Catalogue } from '../../catalogue.ts';
import type { Settings } from '../../kit/setting.ts';
import type { Seal } from '../../lib/seal.ts';
import type { Configuration, ConnectionRow, SiteRow } from '../../store/configuration-store.ts';
import { checkConnection } from '../check-connection.ts';
import { connectionSchema, type SiteConfig, siteSchema } from '../site-schema.ts';
import { problemsOf } from './problem-words.ts';
import { resolveReferences } from './resolve-references.ts';
import { storeSettings } from './store-settings.ts';
import { unknownType } from './unknown-type.ts';

export interface ReadSites {
  catalogue: Catalogue;
  /** Whether connections may name private addresses and plain http. */
  allowPrivate: boolean;
  env: (name: string) => string | undefined;
  /** Settings that are in force, opened, by site and connection. */
  stored: Map<string, Settings>;
  current: Configuration;
  seal: Seal;
  now: number;
  /** Whether connections go that the file leaves out. */
  prune: boolean;
  problems: Problem[];
}

export function readSites(
  entries: readonly Record<string, unknown>[],
  given: ReadSites,
): { sites: SiteRow[]; connections: ConnectionRow[] } {
  const sites: SiteRow[] = [];
  const connections: ConnectionRow[] = [];
  entries.forEach(({ connections: list, ...rest }, index) => {
    const prefix = `sites[${index}]`;
    const config = readSite(rest, prefix, given);
    const id = config?.id ?? '';
    if (config && sites.some((other) => other.id === id))
      given.problems.push({ field: `${prefix}.id`, message: `"${id}" stands twice` });
    if (config) sites.push({ id, config: JSON.stringify(config) });
    const rows = readConnections(list, { ...given, prefix, site: id });
    connections.push(...rows);
    if (config) given.problems.push(...couponProblems(config, rows, { ...given, prefix }));
  });
  return { sites, connections };
}

function readSite(entry: unknown, prefix: string, { problems }: Pick<ReadSites, 'problems'>): SiteConfig | undefined {
  const site = siteSchema.safeParse(entry);
  if (site.success) return site.data;
  problems.push(...problemsOf(site.error, { prefix, schema: siteSchema, beside: ['connections'] }));
  return undefined;
}

/** Coupons of connections that the site won't have. */
function couponProblems(
  { id, attribution }: SiteConfig,
  rows: readonly ConnectionRow[],
  { prefix, prune, current }: Pick<ReadSites, 'prune' | 'current'> & { prefix: string },
): Problem[] {
  return Object.values(attribution.coupons).flatMap(({ connection }) => {
    const stays = !prune && current.connections.some((row) => row.site === id && row.id === connection);
    return stays || rows.some((row) => row.id === connection)
      ? []
      : [
          {
            field: `${prefix}.attribution.coupons`,
            message: `names the connection "${connection}", which this site does not have`,
          },
        ];
  });
}

function readConnections(list: unknown, input: ReadSites & { prefix: string; site: string }): ConnectionRow[] {
  const { prefix, problems } = input;
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) {
    problems.push({ field: `${prefix}.connections`, message: 'must be a list' });
    return [];
  }
  const rows: ConnectionRow[] = [];
  list.forEach((entry: unknown, position) => {
    const row = readConnection(entry, { ...input, at: `${prefix}.connections[${position}]`, position, rows });
    if (row) rows.push(row);
  });
  return rows;
}

function readConnection(
  entry: unknown,
  input: ReadSites & { at: string; site: string; position: number; rows: readonly ConnectionRow[] },
): ConnectionRow | undefined {
  const { at, site, position, rows, current, catalogue, allowPrivate, seal, now, problems } = input;
  const refuse = (...found: Problem[]): undefined => void problems.push(...found);
  const parsed = connectionSchema.safeParse(entry);
  if (!parsed.success) return refuse(...problemsOf(parsed.error, { prefix: at, schema: connectionSchema }));
  const { type, settings: raw, ...config } = parsed.data;
  const { id } = config;
  if (rows.some((row) => row.id === id)) return refuse({ field: `${at}.id`, message: `"${id}" stands twice` });
  const definition = catalogue.find(type);
  if (!definition) return refuse({ field: `${at}.type`, message: unknownType(type, catalogue) });
  const old = current.connections.find((row) => row.site === site && row.id === id);
  const known = old?.type === type ? input.stored.get(`${site}\n${id}`) : undefined;
  const opened = resolveReferences(raw, { ...input, at: `${at}.settings`, known });
  const checked = checkConnection(definition, opened, { allowPrivate });
  const found = checked.problems.map(({ field, message }) => ({ field: `${at}.settings.${field}`, message }));
  // A variable that is not set leaves its setting empty; saying "is required" too would hide the cause.
  problems.push(...found.filter(({ field }) => !problems.some((known) => known.field === field)));
  const kept = storeSettings({ config, settings: checked.settings, definition, old, known, seal, now });
  return { site, id, type, position, ...kept };
}
