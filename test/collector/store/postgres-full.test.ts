/** What PostgreSQL and its neighbours can do to a collector that serves: a disk without room, and a newer version beside it. */
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { openPool } from '../../../collector/store/postgres/database.ts';
import { openPostgresStore } from '../../../collector/store/postgres/store.ts';
import type { Stores } from '../../../collector/store/store.ts';
import { manualClock } from '../../harness/clock.ts';
import { noPostgres, postgresServer } from '../../harness/postgres.ts';
import { NOON, storedOrder, touch, write } from './rows.ts';

const { now: clock } = manualClock(NOON);
const PRLIMIT = '/usr/bin/prlimit';
const noLimit =
  noPostgres ?? (existsSync(PRLIMIT) ? undefined : "not run: no prlimit here (install Debian's util-linux)");
/** A segment of PostgreSQL's own log must fit into a file. */
const LARGEST_FILE = 17 * 1024 * 1024;

/** It fits into no page that the rows before have left. */
const LONG = `https://shop.example/${'landing/'.repeat(75)}`;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (let end = ends.pop(); end; end = ends.pop()) await end();
});

describe.skipIf(noLimit)(`a disk of PostgreSQL without room ${noLimit ?? ''}`, () => {
  // A server of its own: its processes get a limit on the size of files, which stands for the full disk.
  const server = postgresServer({ settings: { autovacuum: 'off' } });
  const limit = (bytes: string): void => {
    // In the name of the server's own user: whoever runs the tests may not be allowed to change it for others.
    const { uid, gid } = statSync(`/proc/${server.pid()}`);
    for (const pid of server.processes())
      execFileSync(PRLIMIT, [`--pid=${pid}`, `--fsize=${bytes}:`], { uid, gid, stdio: ['ignore', 'ignore', 'pipe'] });
  };

  test('refuses what it can’t keep and nothing else; what was acknowledged is there, and it goes on when there is room', async () => {
    const url = await server.freshDatabase();
    const store = await openPostgresStore({ url, clock });
    ends.push(() => store.close());
    const db = openPool({ url, size: 1 });
    ends.push(() => db.end());
    await db.run(
      `INSERT INTO touch (site, visitor, at, param, value, id, kind, url)
       SELECT 'other', 'v' || n, n, 'p', 'v', n::text, 'partner', repeat(md5(n::text), 12) FROM generate_series(1, 45000) n`,
    );
    limit(String(LARGEST_FILE));
    ends.push(() => Promise.resolve(limit('unlimited')));
    const kept: string[] = [];
    const both = (id: string) =>
      write(store, { orders: [storedOrder(id)], touches: [touch({ visitor: `of-${id}`, url: LONG })] });
    let refused: unknown;
    for (let n = 1; n <= 300 && refused === undefined; n += 1)
      await both(`O${n}`).then(
        () => kept.push(`O${n}`),
        (error: unknown) => (refused = error),
      );
    expect(String(refused)).toMatch(/could not extend file.*File too large|No space left/);
    const last = `O${kept.length + 1}`;
    expect(await store.order('shop', last)).toBeUndefined();
    // What only reads goes on.
    for (const id of kept.slice(-3)) expect((await store.order('shop', id))?.order.orderId).toBe(id);
    limit('unlimited');
    await both(last);
    expect(await db.row('SELECT count(*) AS many FROM orders')).toEqual({ many: kept.length + 1 });
  }, 60_000);
});

describe.skipIf(noPostgres)(`a newer version beside an older one ${noPostgres ?? ''}`, () => {
  const server = postgresServer();

  test('the older goes on with what it knows while the newer has added to the tables; started anew it is refused in words', async () => {
    const url = await server.freshDatabase();
    const older: Stores = await openPostgresStore({ url, clock });
    ends.push(() => older.close());
    await write(older, { orders: [storedOrder('BEFORE')] });
    const db = openPool({ url, size: 1 });
    ends.push(() => db.end());
    // As migrations of a release do: something is added, nothing is taken away.
    for (const table of ['orders', 'touch', 'delivery', 'attempt'])
      await db.run(`ALTER TABLE ${table} ADD COLUMN of_tomorrow text`);
    await db.run("INSERT INTO migration (id, name, at) VALUES (9999, 'tomorrow', 1)");
    await write(older, {
      orders: [storedOrder('BEFORE', { updatedAt: NOON + 1 }), storedOrder('AFTER')],
      touches: [touch()],
    });
    expect((await older.order('shop', 'BEFORE'))?.updatedAt).toBe(NOON + 1);
    expect((await older.findOrders({})).map(({ order }) => order.orderId).toSorted()).toEqual(['AFTER', 'BEFORE']);
    await expect(openPostgresStore({ url, clock })).rejects.toThrow(/written by a newer Clickthread.*Start the newer/);
  });
});
