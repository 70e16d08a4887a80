/** SQL of remembered comparisons. Implements `ComparisonStore`. */
import type Database from 'better-sqlite3';
import { type Comparison, REMEMBERED_COMPARISONS } from '../../../model/upkeep/comparison.ts';
import type { ComparisonStore } from '../../figures-store.ts';

const SUMMARY = 'site, connection, id, at, actor, summary';

export function sqliteComparisonStore(db: Database.Database): ComparisonStore {
  const insert = db.prepare<[Comparison]>(
    `INSERT INTO comparison (${SUMMARY}, differences) VALUES (@site, @connection, @id, @at, @actor, @summary, @differences)`,
  );
  const removeOld = db.prepare<[string, string, string, string]>(
    `DELETE FROM comparison WHERE site = ? AND connection = ? AND id NOT IN
       (SELECT id FROM comparison WHERE site = ? AND connection = ? ORDER BY id DESC LIMIT ${REMEMBERED_COMPARISONS})`,
  );
  const selectAll = db.prepare<[string, string], Omit<Comparison, 'differences'>>(
    `SELECT ${SUMMARY} FROM comparison WHERE site = ? AND connection = ? ORDER BY id DESC`,
  );
  const selectOne = db.prepare<[string, string, string], Comparison>(
    `SELECT ${SUMMARY}, differences FROM comparison WHERE site = ? AND connection = ? AND id = ?`,
  );
  const keep = db.transaction((comparison: Comparison) => {
    const { site, connection } = comparison;
    insert.run(comparison);
    removeOld.run(site, connection, site, connection);
  });
  return {
    keepComparison: async (comparison) => keep.immediate(comparison),
    comparisons: async (site, connection) => selectAll.all(site, connection),
    comparison: async ({ site, connection, id }) => selectOne.get(site, connection, id),
  };
}
