/** Behind a pooler that hands a connection on with each transaction: nothing is kept for a session, and a statement is never another one's. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openPool } from '../../../collector/store/postgres/database.ts';
import { openPostgresStore } from '../../../collector/store/postgres/store.ts';
import { manualClock } from '../../harness/clock.ts';
import { openTemporaryFolder } from '../../harness/folder.ts';
import { noPostgres, postgresServer } from '../../harness/postgres.ts';
import { until } from '../../harness/until.ts';
import { changes, claimAll, delivery, NOON, nothingWanted, storedOrder } from './rows.ts';

const { now: clock } = manualClock(NOON);
const program = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  .map((folder) => join(folder, 'pgbouncer'))
  .find((path) => existsSync(path));
const noPooler =
  noPostgres ?? (program === undefined ? "not run: no PgBouncer here (install Debian's pgbouncer)" : undefined);

describe.skipIf(noPostgres)(`statements ${noPostgres ?? ''}`, () => {
  const server = postgresServer();

  test('that the server has forgotten are asked without names from then on: nothing fails, alone or in a transaction', async () => {
    const url = await server.freshDatabase();
    for (const alone of [true, false]) {
      const db = openPool({ url, size: 1 });
      const ask = (): Promise<unknown> =>
        alone ? db.row('SELECT 1 AS one') : db.transaction((sql) => sql.row('SELECT 1 AS one'));
      const prepared = async (): Promise<number> => {
        const row = await db.row<{ many: number }>(
          "SELECT count(*) AS many FROM pg_prepared_statements WHERE statement LIKE '%AS one'",
        );
        return row!.many;
      };
      expect(await ask()).toEqual({ one: 1 });
      expect(await prepared()).toBe(1);
      // What a pooler does between two clients, and what the next connection of one looks like.
      await db.run('DEALLOCATE ALL');
      expect(await ask()).toEqual({ one: 1 });
      expect(await ask()).toEqual({ one: 1 });
      expect(await prepared()).toBe(0);
      await db.end();
    }
  });

  test('have a name that says their text, so that two collectors never mean two things by one', async () => {
    const url = await server.freshDatabase();
    const named = async (texts: readonly string[]) => {
      const db = openPool({ url, size: 1 });
      for (const text of texts) await db.row(text);
      const rows = await db.rows<{ name: string; statement: string }>(
        'SELECT name, statement FROM pg_prepared_statements',
      );
      await db.end();
      return new Map(rows.map(({ name, statement }) => [statement, name]));
    };
    const [one, other] = [await named(['SELECT 1', 'SELECT 2']), await named(['SELECT 3', 'SELECT 2', 'SELECT 1'])];
    for (const text of ['SELECT 1', 'SELECT 2']) expect(one.get(text)).toBe(other.get(text));
    expect(new Set(other.values()).size).toBe(other.size);
  });
});

describe.skipIf(noPooler)(`PgBouncer in transaction mode ${noPooler ?? ''}`, () => {
  const server = postgresServer();
  const ends: (() => Promise<unknown> | void)[] = [];
  afterEach(async () => {
    for (let end = ends.pop(); end; end = ends.pop()) await end();
  });

  /** In front of two connections for everybody. */
  async function pooled(url: string): Promise<string> {
    const { hostname, port, username, password } = new URL(url);
    const folder = openTemporaryFolder();
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const own = (listener.address() as AddressInfo).port;
    listener.close();
    await once(listener, 'close');
    writeFileSync(join(folder, 'users'), `"${username}" "${password}"\n`);
    writeFileSync(
      join(folder, 'pgbouncer.ini'),
      `[databases]\n* = host=${hostname} port=${port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${own}\nunix_socket_dir =\nauth_type = plain
auth_file = ${join(folder, 'users')}\npool_mode = transaction\ndefault_pool_size = 2\nignore_startup_parameters = extra_float_digits\n`,
    );
    execFileSync('chmod', ['-R', 'a+rX', folder]);
    chmodSync(folder, 0o755);
    const owner = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const pooler = spawn(program!, [join(folder, 'pgbouncer.ini')], { ...owner, cwd: '/', stdio: 'ignore' });
    ends.push(async () => {
      const gone = once(pooler, 'close');
      pooler.kill('SIGTERM');
      await gone;
    });
    const by = new URL(url);
    by.port = String(own);
    const db = openPool({ url: by.href, size: 1 });
    await until(() => db.row('SELECT 1').catch(() => undefined), { what: 'PgBouncer to answer' });
    await db.end();
    return by.href;
  }

  test('carries two collectors over two connections: each order and each claim is one', async () => {
    const url = await pooled(await server.freshDatabase());
    const stores = [await openPostgresStore({ url, clock }), await openPostgresStore({ url, clock })];
    ends.push(() => Promise.all(stores.map((store) => store.close())));
    const ids = Array.from({ length: 30 }, (_, n) => `O${n}`);
    await Promise.all(
      ids.flatMap((orderId) =>
        stores.map((store) =>
          store.transact({ ...nothingWanted(), orders: [{ site: 'shop', orderId }] }, ({ orders }) => ({
            changes: changes(
              orders.has(`shop\n${orderId}`)
                ? {}
                : { orders: [storedOrder(orderId)], deliveries: [delivery({ orderId, id: `of ${orderId}` })] },
            ),
            result: undefined,
          })),
        ),
      ),
    );
    const claims = await Promise.all([1, 2, 3, 4].map((n) => claimAll(stores[n % 2]!, NOON, { limit: 12 })));
    expect(
      claims
        .flat()
        .map(({ delivery: { orderId } }) => orderId)
        .toSorted(),
    ).toEqual(ids.toSorted());
  });
});
