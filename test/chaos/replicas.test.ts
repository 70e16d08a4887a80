/**
 * Two collectors on one PostgreSQL under load, and one fault after the other at random moments: a collector is killed, or frozen past its right
 * to tell, every connection to the database is ended, the database falls over and recovers. `CHAOS_SEED` repeats a run.
 */
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { temporaryFolders } from '../harness/folder.ts';
import { noPostgres, postgresServer } from '../harness/postgres.ts';
import { collectorProcess } from './collector-process.ts';
import { expectEachToldOnce } from './oracle.ts';
import { randomOf } from './random.ts';
import { chaosShop, deliveriesAt, startVendor } from './shop.ts';
import { startShoppers } from './shoppers.ts';

const TIMEOUT = 1;
const CONCURRENCY = 16;
/** Longer than a lane lasts; in the full run every third time longer than what is on its way is leased for. */
const PAST_THE_LANE = 5_800;
const PAST_THE_LEASE = (3 * TIMEOUT + 5.5) * 1_000;
const ROUNDS = Number(process.env.CHAOS_ROUNDS ?? 1);
const SEED = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 1e6));

const folder = temporaryFolders();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(noPostgres)(`chaos on PostgreSQL ${noPostgres ?? ''}`, () => {
  const server = postgresServer();

  test(
    'every acknowledged order is with impact.com exactly once, whichever of two collectors and whatever of the database was away',
    { timeout: 120_000 + ROUNDS * 60_000 },
    async () => {
      console.log(`chaos: repeat this run with CHAOS_SEED=${SEED} CHAOS_ROUNDS=${ROUNDS}`);
      const random = randomOf(SEED);
      const address = await server.freshDatabase();
      const vendor = await startVendor();
      const env = { DATABASE_URL: address, CLICKTHREAD_KEY: 'an invented key of two collectors' };
      const replicas = [collectorProcess(folder(), env), collectorProcess(folder(), env)];
      const [one] = replicas as [(typeof replicas)[number]];
      const database = new URL(address).pathname.slice(1);
      /** On a connection of its own each time: the server falls over, and this with it. */
      const ask = async (sql: string): Promise<{ pid: number }[]> => {
        const client = new pg.Client({ connectionString: address.replace(/[^/]+$/, 'postgres') });
        client.on('error', () => undefined);
        await client.connect();
        try {
          return (await client.query<{ pid: number }>(sql, [database])).rows;
        } finally {
          await client.end();
        }
      };
      let kills = 0;
      let freezes = 0;
      try {
        await one.apply(chaosShop(vendor.url, TIMEOUT));
        const urls = await Promise.all(replicas.map((replica) => replica.spawn().ready));
        const any = (): number => Math.floor(random() * 2);
        const shoppers = startShoppers({ count: 8, seed: SEED, url: () => urls[any()]! });

        for (let round = 1; round <= ROUNDS; round += 1) {
          const frozen = any();
          freezes += 1;
          const freeze = replicas[frozen]!.freeze(round % 3 === 0 ? PAST_THE_LEASE : PAST_THE_LANE);
          await pause(800 * random());
          await ask('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1');
          await pause(800 * random());
          const other = replicas[1 - frozen]!;
          await other.kill();
          kills += 1;
          urls[1 - frozen] = await other.spawn().ready;
          // One of its processes killed makes the server end all others and recover from its log, as after a crash.
          const [backend] = await ask('SELECT pid FROM pg_stat_activity WHERE datname = $1');
          process.kill(backend!.pid, 'SIGKILL');
          await freeze;
          await pause(500 * random());
          const dead = any();
          await replicas[dead]!.kill();
          kills += 1;
          urls[dead] = await replicas[dead]!.spawn().ready;
        }
        await shoppers.finish();
        const repeated = await expectEachToldOnce({ shoppers, deliveries: () => deliveriesAt(address), vendor });
        expect(repeated).toBeLessThanOrEqual((kills + freezes) * CONCURRENCY);
        console.log(
          `chaos: ${shoppers.tried.size} orders, ${kills} kills, ${freezes} freezes, ${repeated} repeats recognised by the vendor`,
        );
      } finally {
        await Promise.all(replicas.map((replica) => replica.kill()));
        await vendor.stop();
      }
    },
  );
});
