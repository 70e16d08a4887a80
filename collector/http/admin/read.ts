/** What the admin routes share in reading a request: objects, texts of a query, and names that must exist. */
import type { Request } from 'express';
import type { Connection, Site, Sites } from '../../configuration/sites.ts';
import { isFields } from '../../intake/validate-order.ts';
import type { AdminDeps } from './deps.ts';
import type { SettingsDefinition } from '../../kit/validate-settings.ts';
import { ConfigurationError, UnknownName } from '../../model/configuration-error.ts';

/** The body as an object; refused where it is none. */
export function bodyOf(request: Request): Record<string, unknown> {
  const body: unknown = request.body;
  if (isFields(body)) return body;
  throw new ConfigurationError('The request was not understood:', [
    { field: 'body', message: 'must be a JSON object' },
  ]);
}

/** A body that may be missing. */
export function optionalBody(request: Request): Record<string, unknown> {
  return request.body === undefined ? {} : bodyOf(request);
}

/** A text of the query; undefined where it is missing or given twice. */
export function queryText(request: Request, name: string): string | undefined {
  const value = request.query[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Texts of a list in the body, such as ids. */
export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];

/** Sites that are configured or have data, by name. */
export async function knownSites({ sites, read }: Pick<AdminDeps, 'sites' | 'read'>): Promise<string[]> {
  const known = new Set([...(await sites()).byId.keys(), ...(await read.sitesWithData())]);
  return [...known].toSorted();
}

export async function siteOf(request: Request, sites: () => Promise<Sites>): Promise<Site> {
  const id = String(request.params.site);
  const site = (await sites()).byId.get(id);
  if (!site) throw new UnknownName('site', `there is no site "${id.slice(0, 64)}"`);
  return site;
}

export async function connectionOf(request: Request, sites: () => Promise<Sites>): Promise<Connection> {
  const site = await siteOf(request, sites);
  const id = String(request.params.id);
  const connection = site.connections.find((one) => one.id === id);
  if (!connection) throw new UnknownName('connection', `site ${site.config.id} has no connection "${id.slice(0, 64)}"`);
  return connection;
}

/** What a form needs to know: settings as data, patterns as text. */
export const viewDefinition = ({ title, settings }: Pick<SettingsDefinition, 'title' | 'settings'>) => ({
  title,
  settings: Object.entries(settings).map(([name, { pattern, ...setting }]) => ({
    ...{ name, kind: 'text' as const, ...setting },
    ...(pattern ? { pattern: pattern.source } : {}),
  })),
});
