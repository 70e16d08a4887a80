/** What lists and totals ask of SQLite is answered by an index: no scan of a whole table, however much a shop has sold. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  clueQuestion,
  listQuestion,
  QUEUED,
  STUCK,
  SUMS,
  sumsWant,
} from '../../../collector/store/sqlite/figures/figures.ts';
import { migrateTables } from '../../../collector/store/sqlite/migrate.ts';
import { openDatabase } from '../../../collector/store/sqlite/open.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { NOON } from './rows.ts';

const folder = temporaryFolders();

const period = { site: 'shop', since: 0, until: NOON, limit: 50 };
const QUESTIONS = [
  ['a period', listQuestion(period), 'orders_by_time'],
  ['a partner', listQuestion({ ...period, partner: 'impact' }), 'orders_by_time'],
  ['nobody', listQuestion({ ...period, partner: null }), 'orders_by_time'],
  ['a status and an amount', listQuestion({ ...period, status: 'approved', totals: [1, 100] }), 'orders_by_time'],
  ['contested ones', listQuestion({ ...period, contested: true }), 'orders_'],
  ['the beginning of a number', clueQuestion('shop', { by: 'id', beginsWith: 'O' }, 9), 'orders_by_key'],
  ['an e-mail', clueQuestion('shop', { by: 'email', hash: 'x' }, 9), 'orders_by_email'],
  ['a customer', clueQuestion('shop', { by: 'customer', id: 'x' }, 9), 'orders_of_visitor'],
  ['marks', clueQuestion('shop', { by: 'mark', marks: ['x', 'y'] }, 9), 'sighting'],
  ['a click', clueQuestion('shop', { by: 'click', value: 'x', among: 100 }, 9), 'orders_by_time'],
  ['states', clueQuestion('shop', { by: 'state', states: ['held', 'rejected'] }, 9), 'delivery_by_state'],
  ['what is stuck', { sql: STUCK, values: [] }, 'delivery_by_state'],
  ['what is owed', { sql: QUEUED, values: [] }, 'delivery_by_state'],
  ['totals', { sql: SUMS, values: [sumsWant('shop', 0, 99)] }, 'PRIMARY KEY'],
] as const;

test.each(QUESTIONS)('orders by %s', (_name, { sql, values }, index) => {
  const db = openDatabase(join(folder(), 'clickthread.db'));
  migrateTables({ db, file: join(folder(), 'other.db'), now: NOON });
  const plan = db
    .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...values)
    .map(({ detail }) => detail);
  db.close();
  expect(plan.join('\n')).toContain(index);
  expect(plan.filter((line) => /^SCAN (?!\(subquery|o$)/.test(line) && !/USING (COVERING )?INDEX/.test(line))).toEqual(
    [],
  );
});
