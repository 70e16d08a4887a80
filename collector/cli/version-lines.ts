/** What `clickthread --version` says: this version, the Node that runs it, and of which version the data is. */
import { existsSync } from 'node:fs';
import { databaseFile, dataFolder, namedDatabase } from '../environment.ts';
import { migrations } from '../store/migrations/index.ts';
import { dataVersion } from '../store/sqlite/migrate.ts';
import { packageVersion } from '../lib/package-root.ts';
import type { CommandContext } from './open-store.ts';

export function versionLines({ env }: CommandContext, asJson: boolean): string {
  const knows = migrations.at(-1)?.id ?? 0;
  const has = versionOfData(env);
  const facts = { clickthread: packageVersion(), node: process.versions.node, dataVersion: knows, data: has };
  if (asJson) return JSON.stringify(facts, null, 2);
  const state =
    namedDatabase(env) === undefined ? wordsOf(knows, has) : 'of files; "clickthread doctor" looks at the database';
  return [`clickthread ${facts.clickthread}`, `node ${facts.node}`, `data version ${knows} (${state})`].join('\n');
}

function wordsOf(knows: number, has: number | null): string {
  if (has === null) return 'there is no data here yet';
  if (has === knows) return 'as the data here';
  return has < knows
    ? `the data here is of version ${has}: serve brings it up to date`
    : `the data here is of version ${has}: a newer Clickthread wrote it`;
}

/** Null where there is no data, or none that we may read. */
function versionOfData(env: CommandContext['env']): number | null {
  const folder = dataFolder(env);
  if (namedDatabase(env) !== undefined || folder === undefined || !existsSync(databaseFile(folder))) return null;
  try {
    return dataVersion(databaseFile(folder));
  } catch {
    return null;
  }
}
