// graphile-worker with what its documentation names for throughput: a queue in the process, and jobs completed in batches.
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { AT_ONCE, serveQueue } from './serve-queue.mjs';

const connectionString = process.env.DATABASE_URL;
const logger = new Logger(() => () => undefined);
const utils = await makeWorkerUtils({ connectionString, logger });
await utils.migrate();
let runner;

await serveQueue({
  add: (jobs) => utils.addJobs(jobs.map((payload) => ({ identifier: 'order', payload }))),
  async begin(tell) {
    runner = await run({
      ...{ connectionString, logger, noHandleSignals: true },
      taskList: { order: (payload) => tell(payload) },
      preset: {
        worker: {
          concurrentJobs: AT_ONCE,
          maxPoolSize: 8,
          pollInterval: 20,
          localQueue: { size: 500 },
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
        },
      },
    });
  },
  async end() {
    await runner?.stop();
    await utils.release();
  },
});
