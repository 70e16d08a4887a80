import { describe, expect, test, vi } from 'vitest';
import { createSeal } from '../../../collector/lib/seal.ts';
import { openPool, type Database } from '../../../collector/store/postgres/database.ts';
import { resealDatabase } from '../../../collector/store/postgres/keys/reseal.ts';
import { agreeOnKey, readDatabaseSeal } from '../../../collector/store/postgres/keys/sealed.ts';
import { migrateDatabase } from '../../../collector/store/postgres/migrate.ts';
import { postgresMigrations } from '../../../collector/store/postgres/migrations/index.ts';
import { openPostgresStore } from '../../../collector/store/postgres/store.ts';
import { SEALED_COLUMNS } from '../../../collector/store/rows/sealed-columns.ts';
import { manualClock } from '../../harness/clock.ts';
import { noPostgres, postgresServer } from '../../harness/postgres.ts';
import { until } from '../../harness/until.ts';
import { storeContract } from './contract.ts';
import { NOON, storedOrder, write } from './rows.ts';

const clock = manualClock(NOON);

describe.skipIf(noPostgres)(`PostgreSQL ${noPostgres ?? ''}`, () => {
  const server = postgresServer();
  let url = '';

  storeContract({
    name: 'PostgreSQL',
    clock,
    async open() {
      url = await server.migratedDatabase();
      return openPostgresStore({ url, clock: clock.now });
    },
    openAgain: () => openPostgresStore({ url, clock: clock.now }),
    async otherProcess() {
      vi.resetModules();
      const { newId } = await import('../../../collector/lib/id.ts');
      const { openPostgresStore: open } = await import('../../../collector/store/postgres/store.ts');
      return { store: await open({ url, clock: clock.now }), newId };
    },
  });

  /** A pool over a database of its own, ended with the test. */
  const withDatabase = async (
    work: (db: Database, url: string) => Promise<void>,
    given = server.freshDatabase(),
  ): Promise<void> => {
    const at = await given;
    const db = openPool({ url: at });
    try {
      await work(db, at);
    } finally {
      await db.end();
    }
  };

  test('a connection that is ended between two statements fails its transaction and nothing else', () =>
    withDatabase(async (db) => {
      const pidOf = 'SELECT pid FROM pg_stat_activity WHERE pid = $1';
      const broken = db.transaction(async (sql) => {
        const { pid } = (await sql.row<{ pid: number }>('SELECT pg_backend_pid() AS pid'))!;
        await db.row('SELECT pg_terminate_backend($1)', [pid]);
        await until(async () => (await db.row(pidOf, [pid])) === undefined, { what: 'it to end' });
        // The news of it has arrived when another connection's answer has.
        await db.row('SELECT 1 AS one');
        return sql.row('SELECT 1 AS one');
      });
      await expect(broken).rejects.toThrow();
      expect(await db.transaction((sql) => sql.row('SELECT 1 AS one'))).toEqual({ one: 1 });
    }));

  describe('migrations', () => {
    const names = postgresMigrations.map(({ id, name }) => `${String(id).padStart(4, '0')}-${name}`);
    const tables = async (db: Database) =>
      (await db.row<{ many: number }>("SELECT count(*) AS many FROM pg_tables WHERE schemaname = 'public'"))!.many;

    test('a dry run names what is missing and changes nothing', () =>
      withDatabase(async (db) => {
        expect(await migrateDatabase({ db, clock: clock.now, dryRun: true })).toEqual(names);
        expect(await tables(db)).toBe(0);
      }));

    test('of several that migrate at once one does it, the others wait and find it done', () =>
      withDatabase(async (db) => {
        const done = await Promise.all([1, 2, 3, 4].map(() => migrateDatabase({ db, clock: clock.now })));
        expect(done.flat()).toEqual(names);
        expect(await migrateDatabase({ db, clock: clock.now })).toEqual([]);
      }));

    test('data of a newer version is refused in words', () =>
      withDatabase(async (db, at) => {
        await migrateDatabase({ db, clock: clock.now });
        await db.run("INSERT INTO migration (id, name, at) VALUES (9999, 'future', 1)");
        await expect(openPostgresStore({ url: at, clock: clock.now })).rejects.toThrow(
          /written by a newer Clickthread.*Start the newer/,
        );
      }));
  });

  describe('what is sealed', () => {
    const [OLD, NEW] = ['the key until today, long enough', 'the key from now on, long enough'];
    const ORDERS = 1203;

    /** Orders whose personal fields are sealed: more than are read at once. */
    const withSealed = (work: (db: Database, url: string) => Promise<void>): Promise<void> =>
      withDatabase(async (db, at) => {
        const seal = createSeal(OLD);
        const store = await openPostgresStore({ url: at, clock: clock.now });
        await agreeOnKey(db, 'here', seal);
        const orders = Array.from({ length: ORDERS }, (_, n) =>
          storedOrder(`O${n}`, { personal: seal.seal(`person ${n}`) }),
        );
        await write(store, { orders });
        await store.close();
        await work(db, at);
      }, server.migratedDatabase());

    const reseal = (db: Database, from: string, to: string) =>
      resealDatabase({ db, place: 'here', from, to, now: NOON, actor: 'test' });

    test('stands in columns that are all known: a new one would be left behind by a rotation', () =>
      withSealed(async (db) => {
        const columns = await db.rows<{ name: string }>(
          `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
           WHERE table_schema = 'public' AND data_type = 'bytea'`,
        );
        const known = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`);
        expect(columns.map(({ name }) => name).toSorted()).toEqual(known.toSorted());
      }));

    test('is opened by the new key alone after a rotation; hashes are what they were', () =>
      withSealed(async (db, at) => {
        // The check and the key of the hashes are sealed, too.
        expect(await reseal(db, OLD, NEW)).toBe(ORDERS + 2);
        await expect(agreeOnKey(db, 'the database', createSeal(OLD))).rejects.toThrow(
          /the database was sealed with another key/,
        );
        const seal = await readDatabaseSeal(db, 'here', NEW);
        await agreeOnKey(db, 'here', seal);
        expect(seal.hash('jane@example.com')).toBe(createSeal(OLD).hash('jane@example.com'));
        const store = await openPostgresStore({ url: at, clock: clock.now });
        for (const n of [0, 499, 500, ORDERS - 1])
          expect(seal.open((await store.order('shop', `O${n}`))!.personal!)).toBe(`person ${n}`);
        expect((await store.auditLog({ limit: 1 }))[0]).toMatchObject({ action: 'key rotate' });
        await store.close();
      }));

    test('stays sealed with the old key where a rotation ends in its middle', () =>
      withSealed(async (db) => {
        const foreign = createSeal('a third key, from nowhere').seal('x');
        await db.run("UPDATE orders SET personal = $1 WHERE order_id = 'O999'", [foreign]);
        await expect(reseal(db, OLD, NEW)).rejects.toThrow(/does not open/);
        await agreeOnKey(db, 'here', createSeal(OLD));
      }));

    test('is refused to a second replica that begins with another key', () =>
      withDatabase(async (db) => {
        await migrateDatabase({ db, clock: clock.now });
        const replicas = [OLD, NEW].map((key) => agreeOnKey(db, 'here', createSeal(key)));
        const ends = await Promise.allSettled(replicas);
        expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      }));
  });
});
