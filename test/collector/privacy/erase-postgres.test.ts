/** The same person in PostgreSQL, carried over from a data folder: what goes there is what goes here, and no row holds them in any spelling. */
import { describe, expect, test } from 'vitest';
import { checkMoved, copyTables, type MovedTableSum } from '../../../collector/admin/move/move-data.ts';
import { databaseFile } from '../../../collector/environment.ts';
import { openPool } from '../../../collector/store/postgres/database.ts';
import { type PostgresRows, postgresRows } from '../../../collector/store/postgres/moving/rows.ts';
import { openPostgresStore } from '../../../collector/store/postgres/store.ts';
import { openSqliteSource } from '../../../collector/store/sqlite/moving/source.ts';
import { noPostgres, postgresServer } from '../../harness/postgres.ts';
import { NOON } from '../cli/commands/setup.ts';
import {
  contact,
  CONTACTS,
  CUSTOMER,
  erase,
  fill,
  NEW,
  OLD,
  PHONE,
  spellings,
  VISITOR,
  type World,
} from './person-everywhere.ts';

const clock = () => NOON;

describe.skipIf(noPostgres)(`on PostgreSQL ${noPostgres ?? ''}`, () => {
  const server = postgresServer();

  /** The world twice: in its file, and in a database. */
  async function withBoth(work: (sides: Both) => Promise<void>): Promise<void> {
    const world = await fill();
    const url = await server.migratedDatabase();
    const db = openPool({ url });
    const source = openSqliteSource(databaseFile(world.folder));
    const target = postgresRows(db);
    const sums = await copyTables({ source, target, onProgress: () => undefined }, 'copy');
    const store = await openPostgresStore({ url, clock });
    try {
      const unchanged = () => checkMoved(sums, { source, target, onProgress: () => undefined });
      await work({ world, there: { store, seal: world.seal }, sums, target, unchanged });
    } finally {
      source.close();
      await Promise.all([store.close(), db.end()]);
    }
  }

  interface Both {
    world: World;
    there: Pick<World, 'store' | 'seal'>;
    sums: MovedTableSum[];
    target: PostgresRows;
    unchanged: () => Promise<void>;
  }

  /** Spellings that stand in any row. */
  async function foundIn(target: PostgresRows): Promise<string[]> {
    const texts: string[] = [];
    for (const table of await target.tables())
      for await (const rows of target.pages(table)) texts.push(...rows.flat().map(String));
    const all = texts.join('\n');
    return spellings().filter((spelling) => all.includes(spelling));
  }

  test.each([
    ['the address that the shop corrected', 'email', OLD.toUpperCase()],
    ['the address that it was corrected to', 'email', NEW],
    ['the phone', 'phone', '0030 6941234567'],
    ['the customer id', 'customer', CUSTOMER],
    ['the number of an account', 'customer', '77'],
    ['the visitor', 'visitor', VISITOR],
  ] as const)('by %s the same goes as from a file; a rehearsal changes nothing', (_, by, value) =>
    withBoth(async ({ world, there, unchanged }) => {
      const would = await erase(there, by, value, true);
      expect(would).toEqual(await erase(world, by, value, true));
      await unchanged();
      expect(await erase(there, by, value)).toEqual(would);
      await erase(world, by, value);
      for (const id of ['O1234567', 'JOE-1', 'BY-ID']) {
        expect(await there.store.order('shop', id)).toEqual(await world.store.order('shop', id));
        expect(await there.store.deliveriesOf('shop', id)).toEqual(await world.store.deliveriesOf('shop', id));
        expect(await there.store.eventsOf('shop', id)).toEqual(await world.store.eventsOf('shop', id));
      }
      const [entry] = await there.store.auditLog({ limit: 1 });
      expect(entry).toMatchObject({ actor: 'test', action: `erase by ${by}` });
    }),
  );

  test('no row holds them in any spelling, once erased by both addresses', () =>
    withBoth(async ({ there, target }) => {
      expect(await foundIn(target)).toEqual(expect.arrayContaining([OLD, NEW, CUSTOMER, VISITOR, OLD.toUpperCase()]));
      await erase(there, 'email', NEW);
      await erase(there, 'email', OLD);
      expect(await foundIn(target)).toEqual([]);
    }));

  test.each([
    ['its earlier address', 'email', OLD],
    ['its phone', 'phone', PHONE],
    ['its customer id', 'customer', '77'],
  ] as const)('a contact leaves the list by %s, and no synchronization brings it back', (_, by, value) =>
    withBoth(async ({ there }) => {
      expect(await erase(there, by, value)).toMatchObject([{ contacts: 1 }]);
      await contact(there, NEW, 'third');
      const rule = { now: NOON, lapsedAfter: 1 };
      expect(await there.store.contacts(CONTACTS, { segment: 'all', rule, after: '', limit: 10 })).toEqual([]);
    }),
  );

  test('an address that is corrected there is known by the one before it', () =>
    withBoth(async ({ there }) => {
      await contact(there, 'jane.newest@work.example', 'third');
      expect(await erase(there, 'email', NEW, true)).toMatchObject([{ contacts: 1 }]);
      expect(await erase(there, 'email', 'jane.newest@work.example')).toMatchObject([{ contacts: 1 }]);
      expect(await erase(there, 'email', NEW, true)).toMatchObject([{ contacts: 0 }]);
    }));
});
