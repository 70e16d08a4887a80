// The queues that people would put before a vendor instead, and walkerOS's collector.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { installPeers } from '../harness/install-peers.mjs';

const folder = fileURLToPath(new URL('queues/', import.meta.url));
const WHAT = 'queues and a collector (about 60 MB)';

/** Each at what it promises by itself; `engine` is what it stands on. */
const QUEUES = [
  { name: 'pg-boss', engine: 'PostgreSQL', durable: 'fsync a batch' },
  { name: 'graphile-worker', engine: 'PostgreSQL', durable: 'fsync a batch' },
  { name: 'plainjob', engine: 'SQLite', durable: 'no fsync (NORMAL)' },
  { name: 'bullmq', engine: 'Redis', durable: 'fsync (appendfsync always)' },
];

/** Those that can run here, with the `file` to start; `notRun` has the others with why. */
export function queuePeers({ hasPostgres }) {
  const { versions, installed } = installPeers(folder, WHAT);
  const why = ({ engine }) => {
    if (!installed) return 'not installed here: npm ci in bench/peers/queues';
    if (engine === 'PostgreSQL' && !hasPostgres) return 'no PostgreSQL is installed here';
    if (engine === 'Redis' && spawnSync('redis-server', ['--version']).status !== 0)
      return 'no redis-server is installed here';
    return undefined;
  };
  const named = QUEUES.map((queue) => ({ ...queue, title: `${queue.name} ${versions[queue.name]}` }));
  return {
    peers: named.filter((queue) => !why(queue)).map((queue) => ({ ...queue, file: `${folder}${queue.name}.mjs` })),
    notRun: named.filter(why).map((queue) => `${queue.title} (${why(queue)})`),
  };
}

export function walkerPeer() {
  const { versions, installed } = installPeers(folder, WHAT);
  const title = `walkerOS's collector ${versions['@walkeros/collector']}`;
  return installed
    ? { title, file: `${folder}walkeros.mjs` }
    : { title, notRun: `${title} (not installed here: npm ci in bench/peers/queues)` };
}
