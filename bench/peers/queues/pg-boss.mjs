// pg-boss by hand-written loops over `fetch` and `complete`: its own workers wait half a second between batches.
import PgBoss from 'pg-boss';
import { AT_ONCE, serveQueue } from './serve-queue.mjs';

const QUEUE = 'orders';
/** Two batches under way: one is written down while the other's requests are out. */
const LOOPS = 2;
const boss = new PgBoss({ connectionString: process.env.DATABASE_URL, max: 8 });
boss.on('error', () => undefined);
await boss.start();
await boss.createQueue(QUEUE);

async function work(tell) {
  for (;;) {
    const jobs = await boss.fetch(QUEUE, { batchSize: AT_ONCE / LOOPS });
    if (jobs.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await Promise.all(jobs.map(({ data }) => tell(data)));
    if (jobs.length > 0)
      await boss.complete(
        QUEUE,
        jobs.map(({ id }) => id),
      );
  }
}

await serveQueue({
  add: (jobs) => boss.insert(jobs.map((data) => ({ name: QUEUE, data }))),
  begin: (tell) => {
    for (let n = 0; n < LOOPS; n += 1) void work(tell).catch(() => undefined);
  },
  end: () => boss.stop({ graceful: false }),
});
