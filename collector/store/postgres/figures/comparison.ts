/** SQL of remembered comparisons. Implements `ComparisonStore`. */
import { type Comparison, REMEMBERED_COMPARISONS } from '../../../model/upkeep/comparison.ts';
import type { ComparisonStore } from '../../figures-store.ts';
import type { Database } from '../database.ts';

const SUMMARY = 'site, connection, id, at, actor, summary';
const OF_CONNECTION = 'FROM comparison WHERE site = $1 AND connection = $2';
const INSERT = `INSERT INTO comparison (${SUMMARY}, differences) VALUES ($1, $2, $3, $4, $5, $6, $7)`;
const REMOVE_OLD = `
  DELETE ${OF_CONNECTION} AND id NOT IN (SELECT id ${OF_CONNECTION} ORDER BY id DESC LIMIT ${REMEMBERED_COMPARISONS})`;

export const postgresComparisonStore = (db: Database): ComparisonStore => ({
  keepComparison: ({ site, connection, id, at, actor, summary, differences }) =>
    db.transaction(async (sql) => {
      await sql.run(INSERT, [site, connection, id, at, actor, summary, differences]);
      await sql.run(REMOVE_OLD, [site, connection]);
    }),
  comparisons: (site, connection) =>
    db.rows<Omit<Comparison, 'differences'>>(`SELECT ${SUMMARY} ${OF_CONNECTION} ORDER BY id DESC`, [site, connection]),
  comparison: ({ site, connection, id }) =>
    db.row<Comparison>(`SELECT ${SUMMARY}, differences ${OF_CONNECTION} AND id = $3`, [site, connection, id]),
});
