/** Makes the stored configuration match a YAML file: everything is checked first, every problem listed, then one transaction. */
import type { Problem } from '../../wire/problem.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Settings } from '../kit/setting.ts';
import type { Seal } from '../lib/seal.ts';
import { ConfigurationError } from '../model/configuration-error.ts';
import type { AlertChannelRow, Configuration, ConnectionRow, SiteRow } from '../store/configuration-store.ts';
import type { Store } from '../store/store.ts';
import type { SyncStore } from '../store/sync-store.ts';
import { readChannels } from './alerts/read-channels.ts';
import { checkConnection } from './check-connection.ts';
import { compareSite, type OpenedRow, type SiteChange } from './file/compare.ts';
import { followSwitches } from './follow-switches.ts';
import { lockedProblems } from './locked-settings.ts';
import { problemsOf } from './file/problem-words.ts';
import type { FileProblem } from './file/read-yaml.ts';
import { loadCatalogue } from './plugins.ts';
import { hooksLeft } from './removal.ts';
import { resolveReferences } from './file/resolve-references.ts';
import { storeSettings } from './file/store-settings.ts';
import { sharedHosts } from './site-pages.ts';
import { connectionSchema, type SiteConfig, siteSchema } from './site-schema.ts';
import { buildSites } from './sites.ts';
import { unknownType } from './file/unknown-type.ts';

export interface Applied {
  sites: string[];
  connections: number;
  removed: string[];
  /** Connections and alert channels that are stored and not in the file; they stay unless it is applied with `prune`. */
  leftOut: string[];
  /** Ids of the alert channels that there are, or would be. */
  alerts: string[];
  /** What it changes, or would change, site by site. */
  changes: SiteChange[];
  /** What the removed ones leave at their shops, in words; absent where nothing. */
  left?: string[];
  /** What is taken as it stands and may be a slip, in words. */
  warnings: string[];
  /** Of the configuration, afterwards; null where nothing was to be changed. */
  version: number | null;
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
  /** Whether connections and alert channels that the file leaves out are removed, with their secrets. */
  prune?: boolean;
  /** Only says what would change. */
  dryRun?: boolean;
  /** Where the file lies: what its `plugins` are relative to. Without it the file names none. */
  folder?: string;
}): Promise<Applied> {
  const { text, env, store, seal, now, actor, allowPrivate, action, prune = false, dryRun = false } = input;
  // The reader of YAML is dear to load, and a collector that starts reads no file.
  const [{ readYaml }, { readPlugins }] = await Promise.all([
    import('./file/read-yaml.ts'),
    import('./file/read-plugins.ts'),
  ]);
  const file = readYaml(text);
  const problems: FileProblem[] = [...file.problems];
  const current = await store.configuration();
  const plugins = readPlugins(file.plugins, { folder: input.folder, problems });
  const catalogue = await loadCatalogue(plugins ?? current.plugins);
  const stored = storedSettings(current, seal, catalogue);
  const sites: SiteRow[] = [];
  const connections: ConnectionRow[] = [];
  file.sites.forEach((entry, index) => {
    const prefix = `sites[${index}]`;
    const { connections: list, ...rest } = entry;
    const site = siteSchema.safeParse(rest);
    if (!site.success)
      problems.push(...problemsOf(site.error, { prefix, schema: siteSchema, beside: ['connections'] }));
    const id = site.success ? site.data.id : '';
    if (site.success && sites.some((other) => other.id === id))
      problems.push({ field: `${prefix}.id`, message: `"${id}" stands twice` });
    if (site.success) sites.push({ id, config: JSON.stringify(site.data) });
    const rows = readConnections({
      list,
      prefix,
      site: id,
      env,
      stored,
      current,
      seal,
      now,
      problems,
      allowPrivate,
      catalogue,
    });
    connections.push(...rows);
    if (site.success) {
      for (const { connection } of Object.values(site.data.attribution.coupons)) {
        const stays = !prune && current.connections.some((row) => row.site === id && row.id === connection);
        if (!stays && !rows.some((row) => row.id === connection))
          problems.push({
            field: `${prefix}.attribution.coupons`,
            message: `names the connection "${connection}", which this site does not have`,
          });
      }
    }
  });
  const named = new Set(sites.map(({ id }) => id));
  const absent = current.connections.filter(
    ({ site, id }) => named.has(site) && !connections.some((row) => row.site === site && row.id === id),
  );
  const removeConnections = prune ? absent : [];
  const channels = readChannels({
    ...{ list: file.alerts, current: current.alerts, env, seal, now, allowPrivate, problems },
    sites: new Set([...named, ...current.sites.map(({ id }) => id)]),
  });
  const strayChannels = channels ? missingFrom(channels, current.alerts) : [];
  problems.push(...(await lockedProblems({ before: current, after: connections, store, seal, catalogue })));
  if (problems.length > 0)
    throw new ConfigurationError(
      'The configuration was not applied:',
      problems.map((one) => placed(one, file.lineOf)),
    );
  const changes = changesOf({ current, sites, connections, stored, seal, catalogue, prune });
  const result = {
    sites: [...named],
    connections: connections.length,
    removed: [
      ...removeConnections.map(({ site, id }) => `${site}/${id}`),
      ...(prune ? strayChannels.map((id) => `alert ${id}`) : []),
    ],
    leftOut: prune
      ? []
      : [...absent.map(({ site, id }) => `${site}/${id}`), ...strayChannels.map((id) => `alert ${id}`)],
    changes,
    warnings: warningsOf([...current.sites.filter(({ id }) => !named.has(id)), ...sites]),
    alerts: (channels ?? current.alerts).map(({ id }) => id),
  };
  if (dryRun) return { ...result, version: null };

  const detail = JSON.stringify({
    sites: [...named],
    connections: connections.map(({ site, id }) => `${site}/${id}`),
    ...gpcIgnored(current.sites, sites),
    ...(channels ? { alerts: channels.map(({ id }) => id) } : {}),
    removed: result.removed,
  });
  const version = await store.configure({
    sites,
    connections,
    removeConnections,
    ...(plugins ? { plugins } : {}),
    ...(channels ? { alertChannels: { put: channels, remove: prune ? strayChannels : [] } } : {}),
    audit: { at: now, actor, action: action ?? 'apply', detail },
  });
  for (const { site, id } of removeConnections) await store.removeSync({ site, connection: id });
  await followSwitches(connections, { store, catalogue, now });
  const left = removeConnections.flatMap(({ site, id, type }) => {
    const source = catalogue.findSource(type);
    return (source && hooksLeft({ site, id, source })) ?? [];
  });
  return { ...result, ...(left.length > 0 ? { left } : {}), version };
}

const warningsOf = (sites: readonly SiteRow[]): string[] =>
  sharedHosts(sites.map(({ config }) => JSON.parse(config) as SiteConfig)).map(
    ({ site, message }) => `site ${site}: ${message}`,
  );

/** Sites that no longer take Global Privacy Control for a no: somebody may have to answer for that. */
function gpcIgnored(before: readonly SiteRow[], after: readonly SiteRow[]): { gpcIgnored?: string[] } {
  const ignores = (row: SiteRow | undefined): boolean =>
    row !== undefined && (JSON.parse(row.config) as Partial<SiteConfig>).gpc === 'ignore';
  const found = after.filter((row) => ignores(row) && !ignores(before.find(({ id }) => id === row.id)));
  return found.length > 0 ? { gpcIgnored: found.map(({ id }) => id) } : {};
}

/** Ids of the channels that are stored and not in the file. */
function missingFrom(channels: readonly AlertChannelRow[], current: readonly AlertChannelRow[]): string[] {
  return current.filter(({ id }) => !channels.some((one) => one.id === id)).map(({ id }) => id);
}

/** With its line, where the file shows one. */
function placed(problem: FileProblem, lineOf: (field: string) => number | undefined): FileProblem {
  const line = problem.line ?? lineOf(problem.field);
  return line === undefined ? problem : { ...problem, line };
}

function changesOf(given: {
  current: Configuration;
  sites: readonly SiteRow[];
  connections: readonly ConnectionRow[];
  stored: Map<string, Settings>;
  seal: Seal;
  catalogue: Catalogue;
  prune: boolean;
}): SiteChange[] {
  const { current, sites, connections, stored, seal, catalogue, prune } = given;
  const next = storedSettings({ ...current, sites: [...sites], connections: [...connections] }, seal, catalogue);
  return sites.map((after) => {
    const own = (rows: readonly ConnectionRow[]): ConnectionRow[] => rows.filter(({ site }) => site === after.id);
    const opened = (row: ConnectionRow | undefined, settings: Map<string, Settings>): OpenedRow | undefined =>
      row && {
        row,
        settings: settings.get(`${row.site}\n${row.id}`) ?? {},
        definition: catalogue.find(row.type),
      };
    const [old, fresh] = [own(current.connections), own(connections)];
    const ids = new Set([...fresh, ...old].map(({ id }) => id));
    return compareSite({
      before: current.sites.find(({ id }) => id === after.id),
      after,
      connections: [...ids].map((id) => ({
        before: opened(
          old.find((row) => row.id === id),
          stored,
        ),
        after: opened(
          fresh.find((row) => row.id === id),
          next,
        ),
        stays: !prune,
      })),
    });
  });
}

interface ConnectionsInput {
  catalogue: Catalogue;
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
    if (!parsed.success)
      return void problems.push(...problemsOf(parsed.error, { prefix: at, schema: connectionSchema }));
    const { type, settings: raw, ...config } = parsed.data;
    if (rows.some(({ id }) => id === config.id))
      return void problems.push({ field: `${at}.id`, message: `"${config.id}" stands twice` });
    const definition = input.catalogue.find(type);
    if (!definition) return void problems.push({ field: `${at}.type`, message: unknownType(type, input.catalogue) });
    const old = current.connections.find((row) => row.site === site && row.id === config.id);
    const known = old?.type === type ? input.stored.get(`${site}\n${config.id}`) : undefined;
    const opened = resolveReferences(raw, { ...input, at: `${at}.settings`, known });
    const checked = checkConnection(definition, opened, { allowPrivate: input.allowPrivate });
    const found = checked.problems.map(({ field, message }) => ({ field: `${at}.settings.${field}`, message }));
    // A variable that is not set leaves its setting empty; saying "is required" too would hide the cause.
    problems.push(...found.filter(({ field }) => !problems.some((known) => known.field === field)));
    const kept = storeSettings({ config, settings: checked.settings, definition, old, known, seal, now });
    rows.push({ site, id: config.id, type, position: index, ...kept });
  });
  return rows;
}

function storedSettings(current: Configuration, seal: Seal, catalogue: Catalogue): Map<string, Settings> {
  const opened = [...buildSites(current, seal, catalogue).byId.values()].flatMap(({ connections }) => connections);
  return new Map(opened.map(({ site, id, settings }) => [`${site}\n${id}`, settings]));
}
