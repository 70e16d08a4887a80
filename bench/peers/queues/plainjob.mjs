// plainjob on a SQLite file: it sets `synchronous = NORMAL` itself, and so a job or its end can be gone after a power cut.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { better, defineQueue, defineWorker } from 'plainjob';
import { AT_ONCE, serveQueue } from './serve-queue.mjs';

const silent = { error() {}, warn() {}, info() {}, debug() {} };
const folder = mkdtempSync(join(tmpdir(), 'clickthread-bench-plainjob-'));
const connection = better(new Database(join(folder, 'jobs.db')));
const queue = defineQueue({ connection, logger: silent });
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

await serveQueue({
  add: async (jobs) => void queue.addMany('order', jobs),
  begin(tell) {
    // A worker does one job after the other.
    for (let n = 0; n < AT_ONCE; n += 1)
      void defineWorker('order', ({ data }) => tell(JSON.parse(data)), {
        ...{ queue, logger: silent, pollIntervall: 20 },
      }).start();
  },
});
