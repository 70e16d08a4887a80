/** A database that does not answer, or whose rows somebody holds, costs whoever asks a bounded time and says so in words. */
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { type Database, openPool } from '../../../collector/store/postgres/database.ts';
import { openPostgresStore } from '../../../collector/store/postgres/store.ts';
import { manualClock } from '../../harness/clock.ts';
import { noPostgres, postgresServer } from '../../harness/postgres.ts';
import { until } from '../../harness/until.ts';
import { NOON, storedOrder, write } from './rows.ts';

const HASTY = { connection: 1000, statement: 600, lock: 300, idle: 600 };
const LONG = 60_000;

describe.skipIf(noPostgres)(`waiting for PostgreSQL ${noPostgres ?? ''}`, () => {
  const server = postgresServer();
  const ends: (() => Promise<unknown> | void)[] = [];
  afterEach(async () => {
    for (let end = ends.pop(); end; end = ends.pop()) await end();
  });

  const open = (url: string, more: Partial<Parameters<typeof openPool>[0]> = {}): Database => {
    const db = openPool({ url, ...more });
    ends.push(() => db.end());
    return db;
  };
  /** A table with a row, a pool in haste, and one that sees what the server does. */
  async function given(more: { size?: number } = {}) {
    const url = await server.freshDatabase();
    const watcher = open(url);
    await watcher.run('CREATE TABLE thing (id int PRIMARY KEY, n int)');
    await watcher.run('INSERT INTO thing VALUES (1, 0)');
    return { url, watcher, db: open(url, { patience: HASTY, ...more }) };
  }
  /** Somebody who holds the row and does nothing. */
  async function holdRow(url: string): Promise<() => Promise<unknown>> {
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    ends.push(() => other.end());
    await other.query('BEGIN');
    await other.query('UPDATE thing SET n = 1 WHERE id = 1');
    return () => other.query('ROLLBACK');
  }
  const waitingForLocks = async (db: Database): Promise<number> =>
    (await db.row<{ many: number }>(
      `SELECT count(*) AS many FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    ))!.many;
  const BUMP = 'UPDATE thing SET n = n + 10 WHERE id = 1';

  test(
    'that is frozen: what is asked and whoever connects are given up in words; afterwards all goes on, and what was acknowledged is there',
    async () => {
      const url = await server.freshDatabase();
      const clock = manualClock(NOON);
      const store = await openPostgresStore({ url, clock: clock.now, patience: HASTY, size: 2 });
      ends.push(() => store.close());
      await write(store, { orders: [storedOrder('before')] });
      const thaw = server.freeze();
      ends.push(thaw);
      const asked = await Promise.allSettled([
        write(store, { orders: [storedOrder('meanwhile')] }),
        store.order('shop', 'before'),
        store.takeLanes('me', ['a lane']),
        store.keepLanes('me'),
        store.probe(NOON),
      ]);
      const words = asked.map((one) =>
        one.status === 'rejected' ? String((one.reason as Error).message) : 'answered',
      );
      for (const said of words)
        expect(said).toMatch(
          /PostgreSQL (did not answer|took no connection) within|connections to PostgreSQL came free/,
        );
      expect(words.join()).toMatch(/did not answer within 0.6 seconds/);
      await expect(store.order('shop', 'before')).rejects.toThrow(/took no connection within 1 seconds/);
      thaw();
      await until(() => store.order('shop', 'before'), { what: 'it to go on' });
      await write(store, { orders: [storedOrder('after')] });
      expect(await store.order('shop', 'after')).toBeDefined();
    },
    LONG,
  );

  test('whose connections are all in use: the next one is told so', async () => {
    const { db } = await given({ size: 1 });
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    let begun = false;
    const busy = db.transaction(async (sql) => {
      await sql.run(BUMP);
      begun = true;
      while (await Promise.race([gate.then(() => false), sql.run('SELECT 1').then(() => true)])) continue;
    });
    await until(() => begun, { what: 'the only connection to be in use' });
    await expect(db.row('SELECT 1 AS one')).rejects.toThrow(
      /none of the 1 connections to PostgreSQL came free within 1 seconds/,
    );
    go();
    await busy;
    expect(await db.row('SELECT n FROM thing')).toEqual({ n: 10 });
  });

  test('of which somebody holds a row and idles: a transaction and a single statement are given up, and nothing of theirs waits on', async () => {
    const { url, watcher, db } = await given();
    const letGo = await holdRow(url);
    await expect(db.transaction((sql) => sql.run(BUMP))).rejects.toMatchObject({ code: '55P03' });
    await expect(db.run(BUMP)).rejects.toThrow(/PostgreSQL did not answer within 0.6 seconds/);
    await until(async () => (await waitingForLocks(watcher)) === 0, { what: 'the server to have given it up' });
    await letGo();
    expect(await watcher.row('SELECT n FROM thing')).toEqual({ n: 0 });
    expect(await db.run(BUMP)).toBe(1);
    expect(await watcher.row('SELECT n FROM thing')).toEqual({ n: 10 });
  });

  test('from a transaction that stopped in its middle: what it held is free, and nothing of it was kept', async () => {
    const { watcher, db } = await given();
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    let begun = false;
    const stopped = db
      .transaction(async (sql) => {
        await sql.run(BUMP);
        begun = true;
        await gate;
        await sql.run(BUMP);
      })
      .catch((error: unknown) => error);
    await until(() => begun, { what: 'the row to be held' });
    expect(await watcher.transaction((sql) => sql.run('UPDATE thing SET n = n + 1 WHERE id = 1'))).toBe(1);
    go();
    expect(await stopped).toBeInstanceOf(Error);
    expect(await watcher.row('SELECT n FROM thing')).toEqual({ n: 1 });
    expect(await db.run(BUMP)).toBe(1);
  });

  test('that thinks too long within a transaction is stopped by the server itself', async () => {
    const { watcher, db } = await given();
    await expect(db.transaction((sql) => sql.run('SELECT pg_sleep(60)'))).rejects.toMatchObject({ code: '57014' });
    const asleep = `SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'`;
    expect(await watcher.row(asleep)).toBeUndefined();
  });
});
