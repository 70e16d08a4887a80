/** Sites that lie on two servers: the whole suite of the store through a router that finds a row by its site alone. */
import { afterAll, describe, expect, test, vi } from 'vitest';
import { type Database, openPool, type PoolOptions } from '../../../collector/store/postgres/database.ts';
import { migrateDatabase } from '../../../collector/store/postgres/migrate.ts';
import { openPostgresStore } from '../../../collector/store/postgres/store.ts';
import { manualClock } from '../../harness/clock.ts';
import { noPostgres, postgresServer } from '../../harness/postgres.ts';
import { joinShards, OF_NO_SITE, placeIn, routedPool, type Routing, SHARDS } from '../../harness/shards.ts';
import { storeContract } from './contract.ts';
import { NOON } from './rows.ts';

const used = new Set<number>();
let routing: Routing | undefined;
const connect = (options: PoolOptions): Database => routedPool(options, { ...routing!, openPool });

const clock = manualClock(NOON);
/** What names no site asks every server: told in docs/scaling.md, and never on the way of one report. */
const EVERYWHERE: Routing['everywhere'] = [
  [/^SELECT \* FROM \(SELECT c\.site AS site, c\.id AS connection/, 'when any connection is due'],
  [/^SELECT \(SELECT max\(id\) FROM delivery\)/, 'new ids come after all that are there'],
  [/^SELECT max\(at\) AS at FROM/, 'the newest time that anything was written'],
  [/^SELECT count\(\*\) AS rows FROM \w+$/, 'how full the store is'],
  [
    / FROM (connection|sync|breaker|site_fact|refused_page|usage WHERE day = \$1 GROUP BY site)\b(?!.*JOIN)/,
    'the state of all sites',
  ],
  [/^DELETE FROM (usage|message|sighting|handover|turn) WHERE/, 'age, not a site, decides'],
  [/^SELECT site, order_id AS "orderId" FROM read_again/, 'an upgrade goes through all orders'],
  [/^\(SELECT site FROM orders WHERE order_id = \$1/, 'which sites have an order of that number'],
  [/^SELECT min\(site\) AS site FROM/, 'the next site that retention looks at'],
  [/^SELECT site, (connection, |count|'contested' ).* GROUP BY/, 'counts for monitoring'],
  [/^UPDATE delivery SET (next_at|confirm_at) =/, 'leases of a collector that begins, and a clock that was wrong'],
  [
    /^SELECT (\*|id, site, at, .*) FROM (orders|touch|delivery|quarantine) WHERE .* (ORDER BY|FOR UPDATE)/,
    'what a person lists or replays',
  ],
  [/^DELETE FROM quarantine WHERE id = ANY/, 'refused orders that a person named'],
];

describe.skipIf(noPostgres)(`sites on two servers ${noPostgres ?? ''}`, () => {
  const server = postgresServer();
  let url = '';

  let made: Promise<{ at: string; spread: string[]; empty: () => Promise<void> }> | undefined;
  let admin: Database | undefined;
  afterAll(() => admin?.end());

  /** Both servers with their tables, made once and emptied for each test. */
  async function makeShards(): Promise<{ at: string; spread: string[]; empty: () => Promise<void> }> {
    const at = await server.freshDatabase();
    const db = openPool({ url: at, size: 1 });
    admin = db;
    for (const shard of SHARDS) {
      await db.run(`CREATE SCHEMA ${shard}`);
      const one = openPool({ url: placeIn(at, shard), size: 1 });
      await migrateDatabase({ db: one, clock: clock.now });
      await one.end();
    }
    const names = await db.rows<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'one'::regnamespace`,
    );
    const spread = names.map(({ name }) => name).filter((name) => !OF_NO_SITE.includes(name));
    await joinShards(db, spread);
    const tables = [...names.map(({ name }) => `one."${name}"`), ...spread.map((name) => `two."${name}"`)];
    const holding = tables.map((name) => `SELECT '${name}' AS name WHERE EXISTS (SELECT 1 FROM ${name})`);
    const filled = () => db.rows<{ name: string }>(holding.join(' UNION ALL '));
    const first: { name: string; rows: string }[] = [];
    for (const { name } of await filled())
      first.push({ name, ...(await db.row<{ rows: string }>(`SELECT json_agg(t)::text AS rows FROM ${name} t`))! });
    return {
      ...{ at, spread },
      async empty() {
        for (const { name } of await filled()) await db.run(`DELETE FROM ${name}`);
        for (const { name, rows } of first)
          await db.run(`INSERT INTO ${name} SELECT * FROM json_populate_recordset(NULL::${name}, $1::json)`, [rows]);
      },
    };
  }

  async function freshShards(): Promise<string> {
    const { at, spread, empty } = await (made ??= makeShards());
    await empty();
    routing = {
      spread,
      shardOf: (site) => (site === 'shop' ? 'one' : 'two'),
      everywhere: EVERYWHERE,
      onEverywhere: (place) => void used.add(place),
    };
    return at;
  }

  storeContract({
    name: 'two servers',
    clock,
    async open() {
      url = await freshShards();
      return openPostgresStore({ url, clock: clock.now, connect });
    },
    openAgain: () => openPostgresStore({ url, clock: clock.now, connect }),
    async otherProcess() {
      vi.resetModules();
      const { newId } = await import('../../../collector/lib/id.ts');
      const { openPostgresStore: open } = await import('../../../collector/store/postgres/store.ts');
      return { store: await open({ url, clock: clock.now, connect }), newId };
    },
  });

  test('asks every server only where it must: an exception that nothing needs is gone', () => {
    expect(EVERYWHERE.filter((_, place) => !used.has(place))).toEqual([]);
  });

  test('fails where a statement forgets its site', async () => {
    const db = connect({ url: await freshShards() });
    await expect(db.rows("SELECT order_id FROM orders WHERE order_id = 'O1'")).rejects.toThrow(/without its site/);
    await expect(db.run('UPDATE orders SET total = 0 WHERE order_id = $1', ['O1'])).rejects.toThrow(/without its site/);
    await db.end();
  });
});
