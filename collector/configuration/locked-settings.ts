/** What of a synchronized connection may not change any more: its list's name and its shop's address, and nothing at all while it syncs. */
import type { Problem } from '../../wire/problem.ts';
import { sameJson } from '../lib/text/same-json.ts';
import type { Seal } from '../lib/seal.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Configuration, ConnectionRow } from '../store/configuration-store.ts';
import type { SyncStore } from '../store/sync-store.ts';
import { editProblems } from './removal.ts';
import { buildSites } from './sites.ts';

/** Problems of replacing `before` by `after`, named by site and connection. */
export async function lockedProblems(change: {
  before: Configuration;
  after: readonly ConnectionRow[];
  store: Pick<SyncStore, 'sync'>;
  seal: Seal;
  catalogue: Catalogue;
}): Promise<Problem[]> {
  const { before, after, store, seal, catalogue } = change;
  const known = [...buildSites(before, seal, catalogue).byId.values()].flatMap(({ connections }) => connections);
  const next = [...buildSites({ ...before, connections: [...after] }, seal, catalogue).byId.values()].flatMap(
    ({ connections }) => connections,
  );
  const problems: Problem[] = [];
  for (const connection of next) {
    const old = known.find(({ site, id }) => site === connection.site && id === connection.id);
    const { source } = connection;
    if (!source?.sync || !old || old.type !== connection.type || sameJson(old.settings, connection.settings)) continue;
    const row = await store.sync({ site: connection.site, connection: connection.id });
    // A wrong address must be correctable: what never passed its test has no list and no history yet.
    if (!row || (row.tested === null && row.progress === null && row.succeededAt === null)) continue;
    const found = editProblems(source, { before: old.settings, after: connection.settings, state: row.state });
    problems.push(
      ...found.map(({ field, message }) => ({
        field: [connection.site, connection.id, field].filter(Boolean).join('.'),
        message,
      })),
    );
  }
  return problems;
}
