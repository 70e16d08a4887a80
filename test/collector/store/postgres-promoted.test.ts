/** The primary is lost and its standby takes its place: what was acknowledged is there, where PostgreSQL was told to wait for it. */
import { afterEach, describe, expect, test } from 'vitest';
import { openPool } from '../../../collector/store/postgres/database.ts';
import { openPostgresStore } from '../../../collector/store/postgres/store.ts';
import { manualClock } from '../../harness/clock.ts';
import { postgresServer } from '../../harness/postgres.ts';
import { noStandby, startStandby } from '../../harness/postgres-standby.ts';
import { until } from '../../harness/until.ts';
import { delivery, NOON, storedOrder, write } from './rows.ts';

const { now: clock } = manualClock(NOON);
/** The one that waits for a standby which does not answer need not wait long. */
const HASTY = { connection: 10_000, statement: 1500, lock: 1000, idle: 15_000 };

const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (let end = ends.pop(); end; end = ends.pop()) await end();
});

describe.skipIf(noStandby)(`a standby ${noStandby ?? ''}`, () => {
  const server = postgresServer({ settings: { wal_level: 'replica', max_wal_senders: '4' } });

  test('that commits wait for has every acknowledged order when it is promoted; what it does not answer for is not acknowledged', async () => {
    const url = await server.freshDatabase();
    const store = await openPostgresStore({ url, clock, patience: HASTY });
    ends.push(() => store.close().catch(() => undefined));
    const standby = await startStandby(url, server.pid());
    ends.push(() => standby.stop());
    const db = openPool({ url, size: 1 });
    await db.run("ALTER SYSTEM SET synchronous_standby_names = '*'");
    await db.run('SELECT pg_reload_conf()');
    const state = 'SELECT sync_state AS state FROM pg_stat_replication';
    await until(async () => (await db.row<{ state: string }>(state))?.state === 'sync', { what: 'it to follow' });
    await db.end();

    await write(store, { orders: [storedOrder('BEFORE')] });
    const thaw = standby.freeze();
    ends.push(thaw);
    await expect(write(store, { orders: [storedOrder('UNHEARD')] })).rejects.toThrow(/did not answer/);
    thaw();
    const kept = ['BEFORE', 'UNHEARD', ...Array.from({ length: 20 }, (_, n) => `O${n}`)];
    for (const id of kept.slice(1)) await write(store, { orders: [storedOrder(id)] });
    for (const pid of server.processes()) process.kill(pid, 'SIGKILL');
    await expect(write(store, { orders: [storedOrder('LOST')] })).rejects.toThrow();

    await standby.promote();
    const after = await openPostgresStore({ url: standby.url, clock });
    ends.push(() => after.close());
    expect((await after.findOrders({})).map(({ order }) => order.orderId).toSorted()).toEqual(kept.toSorted());
    // It alone counts from now on, and waits for nobody.
    const alone = openPool({ url: standby.url, size: 1 });
    ends.push(() => alone.end());
    await alone.run("ALTER SYSTEM SET synchronous_standby_names = ''");
    await alone.run('SELECT pg_reload_conf()');
    await write(after, { orders: [storedOrder('LOST')] });
    expect((await after.order('shop', 'LOST'))?.order.orderId).toBe('LOST');
  }, 90_000);
});

describe.skipIf(noStandby)(`a standby that no commit waits for ${noStandby ?? ''}`, () => {
  const server = postgresServer({ settings: { wal_level: 'replica', max_wal_senders: '4' } });

  test('lacks exactly what it had not received when it is promoted: the rest is whole, and what is reported again counts once', async () => {
    const url = await server.freshDatabase();
    const store = await openPostgresStore({ url, clock, patience: HASTY });
    ends.push(() => store.close().catch(() => undefined));
    const standby = await startStandby(url, server.pid());
    ends.push(() => standby.stop());
    const report = async (name: string): Promise<string[]> => {
      const ids = Array.from({ length: 20 }, (_, n) => `${name}${n}`);
      for (const id of ids) await write(store, { orders: [storedOrder(id)], deliveries: [delivery({ orderId: id })] });
      return ids;
    };
    const db = openPool({ url, size: 1 });
    const received = await report('HEARD');
    const sender = 'SELECT pid FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_lsn()';
    await until(async () => (await db.row(sender)) !== undefined, { what: 'it to have all of it' });
    const { pid } = (await db.row<{ pid: number }>('SELECT pid FROM pg_stat_replication'))!;
    await db.end();

    // The way to it is cut: what is acknowledged from here on is on the primary alone.
    process.kill(pid, 'SIGSTOP');
    const unheard = await report('UNHEARD');
    await store.close();
    for (const one of server.processes()) process.kill(one, 'SIGKILL');
    await standby.promote();

    const after = await openPostgresStore({ url: standby.url, clock });
    ends.push(() => after.close());
    const kept = (await after.findOrders({})).map(({ order }) => order.orderId);
    expect(kept.toSorted()).toEqual(received.toSorted());
    for (const id of received) expect(await after.deliveriesOf('shop', id)).toHaveLength(1);
    for (const id of [...unheard, ...received.slice(0, 3)]) await write(after, { orders: [storedOrder(id)] });
    expect(await after.findOrders({})).toHaveLength(40);
  }, 90_000);
});
