/** Makes the stored configuration match a YAML file: everything is checked first, every problem listed, then one transaction. */
import type { Catalogue } from '../catalogue.ts';
import type { Settings } from '../kit/setting.ts';
import type { Seal } from '../lib/seal.ts';
import { ConfigurationError } from '../model/configuration-error.ts';
import type { AlertChannelRow, Configuration, ConnectionRow, SiteRow } from '../store/configuration-store.ts';
import type { Store } from '../store/store.ts';
import type { SyncStore } from '../store/sync-store.ts';
import { readChannels } from './alerts/read-channels.ts';
import { compareSite, type OpenedRow, type SiteChange } from './file/compare.ts';
import { followSwitches } from './follow-switches.ts';
import { lockedProblems } from './locked-settings.ts';
import { readSites } from './file/read-sites.ts';
import type { FileProblem } from './file/read-yaml.ts';
import { loadCatalogue } from './plugins.ts';
import { hooksLeft } from './removal.ts';
import { sharedHosts } from './site-pages.ts';
import type { SiteConfig } from './site-schema.ts';
import { buildSites } from './sites.ts';

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

export interface ApplyInput {
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
}

/** `env` resolves `${NAME}`; throws `ConfigurationError` with everything that is wrong, and then nothing has changed. */
export async function applyConfiguration(input: ApplyInput): Promise<Applied> {
  const planned = await planChange(input);
  const result = describePlan(planned, input);
  if (input.dryRun) return { ...result, version: null };
  const { connections, catalogue, removeConnections } = planned;
  const { store, now } = input;
  const version = await store.configure(configurationChange(planned, result, input));
  for (const { site, id } of removeConnections) await store.removeSync({ site, connection: id });
  await followSwitches(connections, { store, catalogue, now });
  const left = removeConnections.flatMap(({ site, id, type }) => {
    const source = catalogue.findSource(type);
    return (source && hooksLeft({ site, id, source })) ?? [];
  });
  return { ...result, ...(left.length > 0 ? { left } : {}), version };
}

/** What a file without a fault asks for, beside what is stored. */
interface Planned {
  current: Configuration;
  catalogue: Catalogue;
  /** Settings that are in force, opened. */
  stored: Map<string, Settings>;
  sites: SiteRow[];
  connections: ConnectionRow[];
  /** Undefined where the file does not speak of them. */
  plugins: string[] | undefined;
  channels: AlertChannelRow[] | undefined;
  /** Stored connections of the file's sites that it does not name; removed only by `prune`. */
  absent: ConnectionRow[];
  removeConnections: ConnectionRow[];
  /** Ids of the stored channels that the file, which speaks of channels, does not name. */
  strayChannels: string[];
}

async function planChange(input: ApplyInput): Promise<Planned> {
  const { env, store, seal, now, allowPrivate, prune = false } = input;
  // The reader of YAML is dear to load, and a collector that starts reads no file.
  const [{ readYaml }, { readPlugins }] = await Promise.all([
    import('./file/read-yaml.ts'),
    import('./file/read-plugins.ts'),
  ]);
  const file = readYaml(input.text);
  const problems: FileProblem[] = [...file.problems];
  const current = await store.configuration();
  const plugins = readPlugins(file.plugins, { folder: input.folder, problems });
  const catalogue = await loadCatalogue(plugins ?? current.plugins);
  const stored = storedSettings(current, seal, catalogue);
  const given = { env, stored, current, seal, now, problems, allowPrivate, catalogue, prune };
  const { sites, connections } = readSites(file.sites, given);
  const named = new Set(sites.map(({ id }) => id));
  const absent = current.connections.filter(
    ({ site, id }) => named.has(site) && !connections.some((row) => row.site === site && row.id === id),
  );
  const channels = readChannels({
    ...{ list: file.alerts, current: current.alerts, env, seal, now, allowPrivate, problems },
    sites: new Set([...named, ...current.sites.map(({ id }) => id)]),
  });
  problems.push(...(await lockedProblems({ before: current, after: connections, store, seal, catalogue })));
  if (problems.length > 0)
    throw new ConfigurationError(
      'The configuration was not applied:',
      problems.map((one) => placed(one, file.lineOf)),
    );
  return {
    ...{ current, catalogue, stored, sites, connections, plugins, channels, absent },
    removeConnections: prune ? absent : [],
    strayChannels: channels ? missingFrom(channels, current.alerts) : [],
  };
}

/** In words and ids, for whoever asked. */
function describePlan(planned: Planned, { seal, prune = false }: ApplyInput): Omit<Applied, 'version'> {
  const { current, sites, connections, channels, absent, removeConnections, strayChannels } = planned;
  const named = new Set(sites.map(({ id }) => id));
  const strays = strayChannels.map((id) => `alert ${id}`);
  return {
    sites: [...named],
    connections: connections.length,
    removed: [...removeConnections.map(pathOf), ...(prune ? strays : [])],
    leftOut: prune ? [] : [...absent.map(pathOf), ...strays],
    changes: changesOf(planned, { seal, prune }),
    warnings: warningsOf([...current.sites.filter(({ id }) => !named.has(id)), ...sites]),
    alerts: (channels ?? current.alerts).map(({ id }) => id),
  };
}

const pathOf = ({ site, id }: ConnectionRow): string => `${site}/${id}`;

/** As the store writes it, with its entry of the audit log. */
function configurationChange(
  planned: Planned,
  { removed }: Pick<Applied, 'removed'>,
  { now, actor, action = 'apply', prune = false }: ApplyInput,
): Parameters<Store['configure']>[0] {
  const { current, sites, connections, plugins, channels, removeConnections, strayChannels } = planned;
  const detail = JSON.stringify({
    sites: [...new Set(sites.map(({ id }) => id))],
    connections: connections.map(pathOf),
    ...gpcIgnored(current.sites, sites),
    ...(channels ? { alerts: channels.map(({ id }) => id) } : {}),
    removed,
  });
  return {
    sites,
    connections,
    removeConnections,
    ...(plugins ? { plugins } : {}),
    ...(channels ? { alertChannels: { put: channels, remove: prune ? strayChannels : [] } } : {}),
    audit: { at: now, actor, action, detail },
  };
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

function changesOf(
  { current, sites, connections, stored, catalogue }: Planned,
  { seal, prune }: { seal: Seal; prune: boolean },
): SiteChange[] {
  const next = storedSettings({ ...current, sites, connections }, seal, catalogue);
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

function storedSettings(current: Configuration, seal: Seal, catalogue: Catalogue): Map<string, Settings> {
  const opened = [...buildSites(current, seal, catalogue).byId.values()].flatMap(({ connections }) => connections);
  return new Map(opened.map(({ site, id, settings }) => [`${site}\n${id}`, settings]));
}
