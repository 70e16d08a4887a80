/** Changes of one site or connection, for the command line and the admin API alike: each becomes a configuration file that `apply` reads. */
import { isObject } from '../kit/json.ts';
import type { Problem } from '../../wire/problem.ts';
import type { Catalogue } from '../catalogue.ts';
import { MASK } from '../kit/validate-settings.ts';
import type { Seal } from '../lib/seal.ts';
import { ConfigurationError, UnknownName } from '../model/configuration-error.ts';
import type { Store } from '../store/store.ts';
import type { SyncStore } from '../store/sync-store.ts';
import { applyConfiguration } from './apply.ts';
import { type ConnectionDocument, exportConfiguration, type SiteDocument } from './export.ts';
import { loadCatalogue } from './plugins.ts';

export interface EditDeps {
  store: Pick<Store, 'configuration' | 'configure' | 'clearBreaker'> &
    Pick<SyncStore, 'sync' | 'createSync' | 'changeSync' | 'removeSync'>;
  seal: Seal;
  allowPrivate: boolean;
  now: number;
  /** Who changes it, for the audit log. */
  actor: string;
}

type Fields = Record<string, unknown>;

/** Makes or replaces a site; its connections stay. Throws `ConfigurationError`, and then nothing has changed. */
export async function putSite(site: Fields & { id: string }, deps: EditDeps): Promise<void> {
  const current = await documentOf(site.id, deps);
  const { connections: _notHere, ...fields } = site;
  await applyDocument({ ...fields, id: site.id, connections: current?.connections ?? [] }, 'site put', deps);
}

/** Makes or replaces a connection. Secrets that are left out or masked stay as they are; null removes one. */
export async function putConnection(site: string, connection: Fields & { id: string }, deps: EditDeps): Promise<void> {
  const document = await requireSite(site, deps);
  const index = document.connections.findIndex(({ id }) => id === connection.id);
  const before = document.connections[index];
  const { plugins } = await deps.store.configuration();
  const next = withKeptSecrets(connection, before, await loadCatalogue(plugins));
  const connections = index < 0 ? [...document.connections, next] : document.connections.with(index, next);
  await applyDocument({ ...document, connections }, 'connection put', deps);
}

/** Changes the given settings of a connection; every other one stays. Null, or an empty text, goes back to the default. */
export async function changeSettings(
  site: string,
  id: string,
  change: { settings: Fields; deps: EditDeps },
): Promise<void> {
  const { settings, deps } = change;
  const document = await requireSite(site, deps);
  const before = document.connections.find((one) => one.id === id);
  if (!before) throw unknownConnection(document, id);
  await putConnection(site, { ...before, settings: { ...before.settings, ...settings } }, deps);
}

/** Switches a connection off or on. Off: nothing is sent, and orders reported meanwhile are not told to it. */
export async function setEnabled(site: string, id: string, given: { enabled: boolean; deps: EditDeps }): Promise<void> {
  const { enabled, deps } = given;
  const document = await requireSite(site, deps);
  const connections = document.connections.map((one) => (one.id === id ? { ...one, enabled } : one));
  if (!connections.some((one) => one.id === id)) throw unknownConnection(document, id);
  await applyDocument({ ...document, connections }, enabled ? 'connection resume' : 'connection pause', deps);
  // Whoever switches it on wants to see it work: what it failed at before holds nobody back.
  if (enabled) await deps.store.clearBreaker(site, id, deps.now, 0);
}

/** Removes a connection with its settings and secrets. What it was told stays on record. */
export async function removeConnection(site: string, id: string, deps: EditDeps): Promise<void> {
  const document = await requireSite(site, deps);
  const connections = document.connections.filter((one) => one.id !== id);
  if (connections.length === document.connections.length) throw unknownConnection(document, id);
  await applyDocument({ ...document, connections }, 'connection remove', deps);
}

/** Removes a site with its connections. Its orders, touches and deliveries stay until their retention ends. */
export async function removeSite(id: string, deps: EditDeps): Promise<void> {
  const document = await requireSite(id, deps);
  const { store, now, actor } = deps;
  const detail = JSON.stringify({ site: id, connections: document.connections.map((one) => one.id) });
  await store.configure({
    sites: [],
    connections: [],
    removeConnections: [],
    removeSites: [id],
    audit: { at: now, actor, action: 'site remove', detail },
  });
  for (const { id: connection } of document.connections) await store.removeSync({ site: id, connection });
}

async function documentOf(id: string, { store, seal }: EditDeps): Promise<SiteDocument | undefined> {
  const configuration = await store.configuration();
  const catalogue = await loadCatalogue(configuration.plugins);
  return exportConfiguration(configuration, { seal, catalogue, only: id }).sites[0];
}

async function requireSite(id: string, deps: EditDeps): Promise<SiteDocument> {
  const document = await documentOf(id, deps);
  if (document) return document;
  const known = (await deps.store.configuration()).sites.map((site) => site.id).join(', ');
  throw new UnknownName('site', `there is no site "${id}"; known: ${known === '' ? 'none yet' : known}`);
}

function unknownConnection({ id: site, connections }: SiteDocument, id: string): UnknownName {
  const known = connections.map((one) => one.id).join(', ');
  return new UnknownName(
    'connection',
    `site ${site} has no connection "${id}"; known: ${known === '' ? 'none yet' : known}`,
  );
}

/** JSON is YAML. References resolve to nothing here, which makes `apply` keep the stored secret. */
async function applyDocument(document: Fields & { id: string }, action: string, deps: EditDeps): Promise<void> {
  const { store, seal, allowPrivate, now, actor } = deps;
  const text = JSON.stringify({ sites: [document] });
  try {
    await applyConfiguration({
      text,
      env: () => undefined,
      store,
      seal,
      allowPrivate,
      now,
      actor,
      action,
      prune: true,
    });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const problems = error.problems.map(({ field, message }) => ({ field: shortField(field), message }));
    throw new ConfigurationError('Nothing was changed:', problems);
  }
}

/** `sites[0].connections[2].settings.url` → `settings.url`: whoever edits one thing knows which. */
const shortField = (field: Problem['field']): string =>
  field.replace(/^sites\[0\]\.?/, '').replace(/^connections\[\d+\]\./, '') || 'site';

function withKeptSecrets(
  connection: Fields & { id: string },
  before: ConnectionDocument | undefined,
  catalogue: Catalogue,
): ConnectionDocument {
  const type = String(connection.type ?? before?.type ?? '');
  const given = isObject(connection.settings) ? connection.settings : {};
  const settings: Fields = { ...given };
  for (const [name, setting] of Object.entries(catalogue.find(type)?.settings ?? {})) {
    const kept = before?.type === type ? before.settings[name] : undefined;
    if (setting.secret && kept !== undefined) settings[name] = keptSecret(given[name], kept);
  }
  return { ...connection, id: connection.id, type, settings };
}

function keptSecret(given: unknown, kept: unknown): unknown {
  if (given === undefined || given === MASK) return kept;
  if (!isObject(given) || !isObject(kept)) return given;
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, value === MASK ? kept[key] : value]));
}
