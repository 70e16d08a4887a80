/** A real collector as its own process on its own data folder, to be killed at any moment and started again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/clickthread.mjs', import.meta.url));
/** Building comes first where sources are newer than what was built; a slow machine needs its time for it. */
const START_LIMIT = 90_000;

export interface CollectorProcess {
  /** Makes the stored configuration match. Call it while nothing runs. */
  apply(yaml: string): Promise<void>;
  /** Spawns it; `ready` resolves with its address, or rejects when it ends first. The port stays the same from the first start on. */
  spawn(options?: { fileLimitKb?: number }): { ready: Promise<string> };
  /** SIGKILL to the process that was started last; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP, and SIGCONT after so long: what it would do between is late. */
  freeze(ms: number): Promise<void>;
  /** SIGTERM, and what was accepted is finished. */
  stop(): Promise<void>;
  /** The file of the store. */
  database: string;
}

/** `more` joins its environment: the address of a database, say. */
export function collectorProcess(data: string, more: Record<string, string> = {}): CollectorProcess {
  let child: ChildProcess | undefined;
  let port = 0;
  const environment = (): NodeJS.ProcessEnv => ({
    ...process.env,
    PORT: String(port),
    CLICKTHREAD_DATA: data,
    CLICKTHREAD_ALLOW_PRIVATE: '1',
    CLICKTHREAD_LOG: 'silent',
    ...more,
  });
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    const running = child;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    running.kill(signal);
    await gone;
  };

  return {
    database: join(data, 'clickthread.db'),
    async apply(yaml) {
      const file = join(data, 'chaos.yaml');
      writeFileSync(file, yaml);
      const run = spawn(process.execPath, [BIN, 'apply', file], {
        env: environment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const said = collect(run);
      const [code] = (await once(run, 'close')) as [number];
      if (code !== 0) throw new Error(`The configuration was not applied: ${said()}`);
    },
    spawn({ fileLimitKb } = {}) {
      // POSIX counts in blocks of 512 bytes. `exec` keeps the id, so that a kill reaches the collector itself.
      const [command, args] =
        fileLimitKb === undefined
          ? [process.execPath, [BIN, 'serve']]
          : ['/bin/sh', ['-c', `ulimit -f ${fileLimitKb * 2}; exec "$0" "$@"`, process.execPath, BIN, 'serve']];
      const started = spawn(command, args, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
      child = started;
      const said = collect(started);
      const ready = new Promise<string>((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error(`The collector did not start: ${said()}`)), START_LIMIT);
        started.stdout.on('data', () => {
          const url = /listens on (http:\/\/\S+)/.exec(said())?.[1];
          if (url === undefined) return;
          clearTimeout(limit);
          port = Number(new URL(url).port);
          resolve(url);
        });
        started.once('exit', (code, signal) => {
          clearTimeout(limit);
          reject(new Error(`The collector ended with ${code ?? signal}: ${said()}`));
        });
      });
      // Who kills it while it starts does not wait for it.
      ready.catch(() => undefined);
      return { ready };
    },
    async freeze(ms) {
      const frozen = child;
      frozen?.kill('SIGSTOP');
      try {
        await new Promise((resolve) => setTimeout(resolve, ms));
      } finally {
        frozen?.kill('SIGCONT');
      }
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

function collect(child: ChildProcess): () => string {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-10_000)));
  }
  return () => said;
}
