/** The connections in force that are synchronized, and the lists that follow them. Pure. */
import type { Connection, Sites } from '../configuration/sites.ts';
import type { SyncConnection } from '../configuration/sync-connection.ts';
import type { ListConnection } from '../lists/push-context.ts';

const all = (sites: Sites): Connection[] => [...sites.byId.values()].flatMap(({ connections }) => connections);

/** Enabled sources that can be read. */
export function syncConnections(sites: Sites): SyncConnection[] {
  return all(sites).flatMap((connection) => {
    const found = connection.enabled ? asSync(connection) : undefined;
    return found ? [found] : [];
  });
}

/** One of them by name, enabled or not; undefined where it is no source that can be read. */
export function findSync(sites: Sites, site: string, id: string): SyncConnection | undefined {
  const connection = sites.byId.get(site)?.connections.find((known) => known.id === id);
  return connection && asSync(connection);
}

/** One by name whose shop posts unsigned hints, whether it is synchronized or asked. */
export function findHinted(sites: Sites, site: string, id: string): SyncConnection | undefined {
  const connection = sites.byId.get(site)?.connections.find((known) => known.id === id);
  if (connection?.source?.webhook?.kind !== 'hint') return undefined;
  const { source, settings, createdAt } = connection;
  return { site, id, source, settings, createdAt };
}

function asSync({ site, id, source, settings, createdAt }: Connection): SyncConnection | undefined {
  return source?.sync ? { site, id, source, settings, createdAt } : undefined;
}

/** Enabled lists whose source exists. */
export function listConnections(sites: Sites): ListConnection[] {
  const sources = syncConnections(sites);
  return all(sites).flatMap(({ site, id, enabled, settings, ...connection }) => {
    const platform = enabled ? connection.platform : undefined;
    const from = sources.find((source) => source.site === site && source.id === settings.from);
    if (!platform || !from) return [];
    const { listName, currency } = from.settings;
    return [
      { site, id, platform, settings, from: { id: from.id, listName: String(listName), currency: String(currency) } },
    ];
  });
}
