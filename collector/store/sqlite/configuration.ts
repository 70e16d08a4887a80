/** SQL of sites, connections, API keys and the audit log. */
import type Database from 'better-sqlite3';
import type { ApiKeyRow } from '../../model/api-key.ts';
import type { Configuration, ConnectionRow, SiteRow } from '../configuration-store.ts';
import type { Store } from '../store.ts';
import { alertChannelTable } from './alert.ts';
import { auditTable } from './audit.ts';

export interface ConfigurationTable {
  version(): number;
  read(): Configuration;
  write(change: Parameters<Store['configure']>[0], now: number): number;
  keys(): ApiKeyRow[];
  addKey(key: ApiKeyRow): void;
  revokeKey(id: string, at: number): boolean;
  token(site: string, id: string): Buffer | null;
  keepToken(site: string, id: string, sealed: Buffer): void;
}

export function configurationTable(db: Database.Database): ConfigurationTable {
  const selectVersion = db.prepare<[], number>('SELECT version FROM configuration').pluck();
  const selectSites = db.prepare<[], SiteRow>('SELECT id, config FROM site ORDER BY id');
  const selectConnections = db.prepare<[], ConnectionRow>(`
    SELECT site, id, type, config, settings, secrets, position, created_at AS createdAt, updated_at AS updatedAt
    FROM connection ORDER BY site, position, id`);
  const upsertSite = db.prepare(`
    INSERT INTO site (id, config) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET config = excluded.config`);
  const upsertConnection = db.prepare(`
    INSERT INTO connection (site, id, type, config, settings, secrets, position, created_at, updated_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (site, id) DO UPDATE SET type = excluded.type, config = excluded.config, settings = excluded.settings,
      secrets = excluded.secrets, position = excluded.position, updated_at = excluded.updated_at`);
  const selectToken = db
    .prepare<[string, string], Buffer | null>('SELECT token FROM connection WHERE site = ? AND id = ?')
    .pluck();
  const updateToken = db.prepare('UPDATE connection SET token = ? WHERE site = ? AND id = ?');
  const deleteConnection = db.prepare('DELETE FROM connection WHERE site = ? AND id = ?');
  const deleteConnections = db.prepare('DELETE FROM connection WHERE site = ?');
  const deleteSite = db.prepare('DELETE FROM site WHERE id = ?');
  const selectPlugins = db.prepare<[], string>('SELECT module FROM plugin ORDER BY position').pluck();
  const deletePlugins = db.prepare('DELETE FROM plugin');
  const insertPlugin = db.prepare('INSERT INTO plugin (position, module) VALUES (?, ?)');
  const alertChannels = alertChannelTable(db);
  const auditLog = auditTable(db);
  const bump = db.prepare<[], number>('UPDATE configuration SET version = version + 1 RETURNING version').pluck();
  const selectOrderKeys = db.prepare<[], { sites: string; secret: Buffer }>(
    `SELECT sites, secret FROM api_key WHERE kind = 'order' AND revoked_at IS NULL ORDER BY id`,
  );
  const selectKeys = db.prepare<[], Omit<ApiKeyRow, 'sites'> & { sites: string }>(
    'SELECT id, kind, hash, secret, sites, label, created_at AS createdAt, revoked_at AS revokedAt FROM api_key ORDER BY id',
  );
  const insertKey = db.prepare(
    'INSERT INTO api_key (id, kind, hash, secret, sites, label, created_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?, NULL)',
  );
  const revoke = db.prepare('UPDATE api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL');

  return {
    token: (site, id) => selectToken.get(site, id) ?? null,
    keepToken: (site, id, sealed) => void updateToken.run(sealed, site, id),
    version: () => selectVersion.get() as number,
    read: () => ({
      version: selectVersion.get() as number,
      orderKeys: selectOrderKeys.all().map(({ sites, secret }) => ({ sites: JSON.parse(sites) as string[], secret })),
      sites: selectSites.all(),
      connections: selectConnections.all(),
      plugins: selectPlugins.all(),
      alerts: alertChannels.all(),
    }),
    write({ sites, connections, removeConnections, removeSites, plugins, alertChannels: channels, audit }, now) {
      for (const id of channels?.remove ?? []) alertChannels.remove(id);
      for (const channel of channels?.put ?? []) alertChannels.put(channel);
      if (plugins) {
        deletePlugins.run();
        plugins.forEach((module, position) => insertPlugin.run(position, module));
      }
      for (const site of sites) upsertSite.run(site.id, site.config);
      for (const { site, id } of removeConnections) deleteConnection.run(site, id);
      for (const site of removeSites ?? []) {
        deleteConnections.run(site);
        deleteSite.run(site);
      }
      for (const c of connections) {
        upsertConnection.run(
          c.site,
          c.id,
          c.type,
          c.config,
          c.settings,
          c.secrets,
          c.position,
          c.createdAt,
          c.updatedAt,
        );
      }
      auditLog.add(audit, now);
      return bump.get() as number;
    },
    keys: () => selectKeys.all().map((row) => ({ ...row, sites: JSON.parse(row.sites) as string[] })),
    addKey(key) {
      insertKey.run(key.id, key.kind, key.hash, key.secret, JSON.stringify(key.sites), key.label, key.createdAt);
      bump.get();
    },
    revokeKey(id, at) {
      const changed = revoke.run(at, id).changes > 0;
      if (changed) bump.get();
      return changed;
    },
  };
}
