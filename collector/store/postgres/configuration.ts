/** SQL of sites, connections, API keys and the configuration's version. */
import type { ApiKeyRow } from '../../model/api-key.ts';
import type { Configuration, ConnectionRow, SiteRow } from '../configuration-store.ts';
import type { Store } from '../store.ts';
import { alertChannels, putAlertChannel, removeAlertChannel } from './alert.ts';
import { addAuditEntry } from './audit.ts';
import { columnsOf, lastOf } from './columns.ts';
import type { Sql } from './database.ts';

const CONNECTION = `site, id, type, config, settings, secrets, position, created_at AS "createdAt", updated_at AS "updatedAt"`;
const KEY = `id, kind, hash, secret, sites, label, created_at AS "createdAt", revoked_at AS "revokedAt"`;
/** What replicas listen to; those that can't look at the version every now and then. */
export const CHANGED = 'clickthread_configuration';

export const readVersion = async (sql: Sql): Promise<number> =>
  (await sql.row<{ version: number }>('SELECT version FROM configuration'))!.version;

/** Its version is read first: what is read after it is at least as new, and read again where it is newer. */
export async function readConfiguration(sql: Sql): Promise<Configuration> {
  const version = await readVersion(sql);
  const orderKeys = await sql.rows<{ sites: string; secret: Buffer }>(
    `SELECT sites, secret FROM api_key WHERE kind = 'order' AND revoked_at IS NULL ORDER BY id`,
  );
  const plugins = await sql.rows<{ module: string }>('SELECT module FROM plugin ORDER BY position');
  return {
    version,
    orderKeys: orderKeys.map(({ sites, secret }) => ({ sites: JSON.parse(sites) as string[], secret })),
    sites: await sql.rows<SiteRow>('SELECT id, config FROM site ORDER BY id'),
    connections: await sql.rows<ConnectionRow>(`SELECT ${CONNECTION} FROM connection ORDER BY site, position, id`),
    plugins: plugins.map(({ module }) => module),
    alerts: await alertChannels(sql),
  };
}

/** Whoever changes the configuration holds its row: changes come one after the other. Every replica is told with the commit. */
export async function bumpVersion(sql: Sql): Promise<number> {
  const row = await sql.row<{ version: number }>('UPDATE configuration SET version = version + 1 RETURNING version');
  await sql.row('SELECT pg_notify($1, $2)', [CHANGED, String(row!.version)]);
  return row!.version;
}

export async function writeConfiguration(
  sql: Sql,
  change: Parameters<Store['configure']>[0],
  now: number,
): Promise<number> {
  const version = await bumpVersion(sql);
  for (const id of change.alertChannels?.remove ?? []) await removeAlertChannel(sql, id);
  for (const channel of change.alertChannels?.put ?? []) await putAlertChannel(sql, channel);
  if (change.plugins) await replacePlugins(sql, change.plugins);
  if (change.sites.length > 0)
    await sql.run(
      `INSERT INTO site (id, config) SELECT * FROM unnest($1::text[], $2::text[])
       ON CONFLICT (id) DO UPDATE SET config = excluded.config`,
      columnsOf(
        lastOf(change.sites, ({ id }) => id),
        ({ id, config }) => [id, config],
      ),
    );
  for (const { site, id } of change.removeConnections)
    await sql.run('DELETE FROM connection WHERE site = $1 AND id = $2', [site, id]);
  for (const site of change.removeSites ?? []) {
    await sql.run('DELETE FROM connection WHERE site = $1', [site]);
    await sql.run('DELETE FROM site WHERE id = $1', [site]);
  }
  await putConnections(sql, change.connections);
  await addAuditEntry(sql, change.audit, now);
  return version;
}

async function putConnections(sql: Sql, connections: readonly ConnectionRow[]): Promise<void> {
  if (connections.length === 0) return;
  await sql.run(
    `INSERT INTO connection (site, id, type, config, settings, secrets, position, created_at, updated_at)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::bigint[], $8::bigint[], $9::bigint[])
     ON CONFLICT (site, id) DO UPDATE SET type = excluded.type, config = excluded.config, settings = excluded.settings,
       secrets = excluded.secrets, position = excluded.position, updated_at = excluded.updated_at`,
    columnsOf(
      lastOf(connections, ({ site, id }) => `${site}\n${id}`),
      (c) => [...[c.site, c.id, c.type, c.config, c.settings, c.secrets, c.position, c.createdAt, c.updatedAt]],
    ),
  );
}

async function replacePlugins(sql: Sql, modules: readonly string[]): Promise<void> {
  await sql.run('DELETE FROM plugin');
  if (modules.length > 0)
    await sql.run('INSERT INTO plugin (position, module) SELECT * FROM unnest($1::bigint[], $2::text[])', [
      modules.map((_, position) => position),
      modules,
    ]);
}

export async function connectionToken(sql: Sql, site: string, id: string): Promise<Buffer | null> {
  const row = await sql.row<{ token: Buffer | null }>('SELECT token FROM connection WHERE site = $1 AND id = $2', [
    ...[site, id],
  ]);
  return row?.token ?? null;
}

export async function keepConnectionToken(sql: Sql, site: string, id: string, sealed: Buffer): Promise<void> {
  await sql.run('UPDATE connection SET token = $3 WHERE site = $1 AND id = $2', [site, id, sealed]);
}

export async function listApiKeys(sql: Sql): Promise<ApiKeyRow[]> {
  const rows = await sql.rows<Omit<ApiKeyRow, 'sites'> & { sites: string }>(`SELECT ${KEY} FROM api_key ORDER BY id`);
  return rows.map((row) => ({ ...row, sites: JSON.parse(row.sites) as string[] }));
}

export async function insertApiKey(sql: Sql, key: ApiKeyRow): Promise<void> {
  await sql.run(
    `INSERT INTO api_key (id, kind, hash, secret, sites, label, created_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)`,
    [key.id, key.kind, key.hash, key.secret, JSON.stringify(key.sites), key.label, key.createdAt],
  );
  await bumpVersion(sql);
}

/** False where it is unknown or was revoked before. */
export async function endApiKey(sql: Sql, id: string, at: number): Promise<boolean> {
  const changed = await sql.run('UPDATE api_key SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL', [at, id]);
  if (changed > 0) await bumpVersion(sql);
  return changed > 0;
}
