// BullMQ on a Redis of its own that writes and syncs its log before it answers (`appendfsync always`): what an acknowledgement means elsewhere here.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { AT_ONCE, serveQueue } from './serve-queue.mjs';

const NAME = 'orders';
const folder = mkdtempSync(join(tmpdir(), 'clickthread-bench-redis-'));
const port = await freePort();
const redis = spawn(
  'redis-server',
  ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes'].concat([
    ...['--appendfsync', process.env.BENCH_APPENDFSYNC ?? 'always'],
  ]),
  { stdio: 'ignore' },
);
process.once('exit', () => {
  redis.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
const connection = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null });
connection.on('error', () => undefined);
const queue = new Queue(NAME, { connection, defaultJobOptions: { removeOnComplete: true } });
queue.on('error', () => undefined);
await queue.waitUntilReady();
let worker;

await serveQueue({
  add: (jobs) => queue.addBulk(jobs.map((data) => ({ name: 'order', data }))),
  async begin(tell) {
    worker = new Worker(NAME, ({ data }) => tell(data), { connection, concurrency: AT_ONCE });
    worker.on('error', () => undefined);
    await worker.waitUntilReady();
  },
  end: () => worker?.close(true),
});

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const free = server.address().port;
  await new Promise((resolve) => server.close(resolve));
  return free;
}
