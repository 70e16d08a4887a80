/** Makes the stored configuration match a YAML file: everything is checked first, every problem listed, then one transaction. */
import { parseDocument } from 'yaml';
import { findDestination } from './destinations/index.ts';
import type { Setting, Settings } from './destinations/destination.ts';
import { checkConnection } from './check-connection.ts';
import { ConfigurationError } from './environment.ts';
import type { Problem } from './event.ts';
import { followSwitches } from './follow-switches.ts';
import type { Seal } from './lib/seal.ts';
import { lockedProblems } from './locked-settings.ts';
import { connectionSchema, problemsOf, siteSchema, type ConnectionConfig } from './site-config.ts';
import { buildSites } from './sites.ts';
import { findListPlatform } from './lists/index.ts';
import { findSource } from './sources/index.ts';
import type { Configuration, ConnectionRow, SiteRow, Store } from './store/store.ts';
import type { SyncStore } from './store/sync-store.ts';
import { hooksLeft } from './sync-hook.ts';

export interface Applied {
  sites: string[];
  connections: number;
  removed: string[];
  /** What the removed ones leave at their shops, in words; absent where nothing. */
  left?: string[];
  version: number;
}

interface Definition {
  title: string;
  settings: Record<string, Setting>;
  check?: (settings: Settings) => Problem[];
}

export function findDefinition(type: string): Definition | undefined {
  return findDestination(type) ?? findSource(type) ?? findListPlatform(type);
}

/** `env` resolves `${NAME}`; throws `ConfigurationError` with everything that is wrong, and then nothing has changed. */
export async function applyConfiguration(input: {
  text: string;
  env: (name: string) => string | undefined;
  store: Pick<Store, 'configuration' | 'configure'> &
    Pick<SyncStore, 'sync' | 'createSync' | 'changeSync' | 'removeSync'>;
  seal: Seal;
  now: number;
  actor: string;
  /** Whether connections may name private addresses and plain http. */
  allowPrivate: boolean;
  /** What the audit log calls it; `apply` unless given. */
  action?: string;
}): Promise<Applied> {
  const { text, env, store, seal, now, actor, allowPrivate, action } = input;
  const problems: Problem[] = [];
  const current = await store.configuration();
  const stored = storedSettings(current, seal);
  const sites: SiteRow[] = [];
  const connections: ConnectionRow[] = [];
  readSites(text, problems).forEach((entry, index) => {
    const prefix = `sites[${index}]`;
    const { connections: list, ...rest } = entry;
    const site = siteSchema.safeParse(rest);
    if (!site.success) problems.push(...problemsOf(site.error, prefix));
    const id = site.success ? site.data.id : '';
    if (site.success && sites.some((other) => other.id === id))
      problems.push({ field: `${prefix}.id`, message: `"${id}" stands twice` });
    if (site.success) sites.push({ id, config: JSON.stringify(site.data) });
    const rows = readConnections({ list, prefix, site: id, env, stored, current, seal, now, problems, allowPrivate });
    connections.push(...rows);
    if (site.success) {
      for (const { connection } of Object.values(site.data.attribution.coupons)) {
        if (!rows.some((row) => row.id === connection))
          problems.push({
            field: `${prefix}.attribution.coupons`,
            message: `names the connection "${connection}", which this site does not have`,
          });
      }
    }
  });
  const named = new Set(sites.map(({ id }) => id));
  const removeConnections = current.connections.filter(
    ({ site, id }) => named.has(site) && !connections.some((row) => row.site === site && row.id === id),
  );
  problems.push(...(await lockedProblems({ before: current, after: connections, store, seal })));
  if (problems.length > 0) throw new ConfigurationError('The configuration was not applied:', problems);

  const detail = JSON.stringify({
    sites: [...named],
    connections: connections.map(({ site, id }) => `${site}/${id}`),
    removed: removeConnections.map(({ site, id }) => `${site}/${id}`),
  });
  const version = await store.configure({
    sites,
    connections,
    removeConnections,
    audit: { at: now, actor, action: action ?? 'apply', detail },
  });
  for (const { site, id } of removeConnections) await store.removeSync({ site, connection: id });
  await followSwitches(connections, { store, now });
  const left = removeConnections.flatMap(({ site, id, type }) => {
    const source = findSource(type);
    return (source && hooksLeft({ site, id, source })) ?? [];
  });
  return {
    sites: [...named],
    connections: connections.length,
    removed: removeConnections.map(({ site, id }) => `${site}/${id}`),
    ...(left.length > 0 ? { left } : {}),
    version,
  };
}

function readSites(text: string, problems: Problem[]): Record<string, unknown>[] {
  const document = parseDocument(text);
  for (const error of document.errors)
    problems.push({
      field: `line ${error.linePos?.[0].line ?? '?'}`,
      message: error.message.split('\n')[0] ?? 'is not YAML',
    });
  if (problems.length > 0) return [];
  const root = document.toJS() as unknown;
  const list = typeof root === 'object' && root !== null ? (root as { sites?: unknown }).sites : undefined;
  if (!Array.isArray(list) || list.length === 0) {
    problems.push({ field: 'sites', message: 'must be a list with at least one site' });
    return [];
  }
  for (const key of Object.keys(root as object))
    if (key !== 'sites') problems.push({ field: key, message: 'is not known here; the file holds "sites"' });
  return list.map((entry: unknown) =>
    typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>) : {},
  );
}

interface ConnectionsInput {
  allowPrivate: boolean;
  list: unknown;
  prefix: string;
  site: string;
  env: (name: string) => string | undefined;
  stored: Map<string, Settings>;
  current: Configuration;
  seal: Seal;
  now: number;
  problems: Problem[];
}

function readConnections(input: ConnectionsInput): ConnectionRow[] {
  const { list, prefix, site, current, seal, now, problems } = input;
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) {
    problems.push({ field: `${prefix}.connections`, message: 'must be a list' });
    return [];
  }
  const rows: ConnectionRow[] = [];
  list.forEach((entry: unknown, index) => {
    const at = `${prefix}.connections[${index}]`;
    const parsed = connectionSchema.safeParse(entry);
    if (!parsed.success) return void problems.push(...problemsOf(parsed.error, at));
    const { type, settings: raw, ...config } = parsed.data;
    if (rows.some(({ id }) => id === config.id))
      return void problems.push({ field: `${at}.id`, message: `"${config.id}" stands twice` });
    const definition = findDefinition(type);
    if (!definition)
      return void problems.push({
        field: `${at}.type`,
        message: `"${type}" is no destination or source that this version knows`,
      });
    const old = current.connections.find((row) => row.site === site && row.id === config.id);
    const known = old?.type === type ? input.stored.get(`${site}\n${config.id}`) : undefined;
    const opened = resolveReferences(raw, { ...input, at: `${at}.settings`, known });
    const checked = checkConnection(definition, opened, { allowPrivate: input.allowPrivate });
    const found = checked.problems.map(({ field, message }) => ({ field: `${at}.settings.${field}`, message }));
    // A variable that is not set leaves its setting empty; saying "is required" too would hide the cause.
    problems.push(...found.filter(({ field }) => !problems.some((known) => known.field === field)));
    rows.push(
      toRow({ site, type, config, settings: checked.settings, definition, old, known, position: index, seal, now }),
    );
  });
  return rows;
}

function toRow(given: {
  site: string;
  type: string;
  config: Omit<ConnectionConfig, 'settings' | 'type'>;
  settings: Settings;
  definition: Definition;
  old: ConnectionRow | undefined;
  known: Settings | undefined;
  position: number;
  seal: Seal;
  now: number;
}): ConnectionRow {
  const { site, type, config, settings, definition, old, known, position, seal, now } = given;
  const isSecret = ([name]: [string, unknown]): boolean => definition.settings[name]?.secret === true;
  const entries = Object.entries(settings);
  const secrets = entries.filter(isSecret);
  const row = {
    site,
    id: config.id,
    type,
    config: JSON.stringify(config),
    settings: JSON.stringify(Object.fromEntries(entries.filter((entry) => !isSecret(entry)))),
    position,
  };
  const same = old && old.config === row.config && old.type === type && sameSettings(known, settings);
  const sealed = (): Buffer | null => {
    if (secrets.length === 0) return null;
    return same ? old.secrets : seal.seal(JSON.stringify(Object.fromEntries(secrets)));
  };
  return {
    ...row,
    secrets: sealed(),
    createdAt: old?.createdAt ?? now,
    updatedAt: same ? old.updatedAt : now,
  };
}

function sameSettings(a: Settings | undefined, b: Settings): boolean {
  const sorted = (settings: Settings): string =>
    JSON.stringify(Object.entries(settings).sort(([x], [y]) => (x < y ? -1 : 1)));
  return a !== undefined && sorted(a) === sorted(b);
}

/** `${NAME}` anywhere in a text; a reference that the environment lacks keeps the stored value of that setting. */
function resolveReferences(
  raw: Record<string, unknown>,
  given: { env: (name: string) => string | undefined; at: string; known: Settings | undefined; problems: Problem[] },
): Record<string, unknown> {
  const { env, at, known, problems } = given;
  const resolve = (value: unknown, field: string, stored: unknown): unknown => {
    if (typeof value === 'string') {
      const missing: string[] = [];
      const text = value.replace(/\$\{(\w+)\}/g, (_all, name: string) => env(name) ?? (missing.push(name), ''));
      if (missing.length === 0) return text;
      if (stored !== undefined) return stored;
      problems.push({ field, message: `refers to ${missing.join(' and ')}, which the environment does not set` });
      return undefined;
    }
    if (Array.isArray(value)) return value.map((entry, index) => resolve(entry, `${field}[${index}]`, undefined));
    if (typeof value !== 'object' || value === null) return value;
    const inner = (typeof stored === 'object' && stored !== null ? stored : {}) as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, resolve(entry, `${field}.${key}`, inner[key])]),
    );
  };
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [key, resolve(value, `${at}.${key}`, known?.[key])]),
  );
}

function storedSettings(current: Configuration, seal: Seal): Map<string, Settings> {
  const opened = [...buildSites(current, seal).byId.values()].flatMap(({ connections }) => connections);
  return new Map(opened.map(({ site, id, settings }) => [`${site}\n${id}`, settings]));
}
