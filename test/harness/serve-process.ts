/** The built command as a process that may fail to start: what it prints, and how and when it ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

const COMMAND = fileURLToPath(new URL('./clickthread.mjs', import.meta.url));

export interface Started {
  child: ChildProcess;
  /** What it has printed and logged so far. */
  out(): string;
  err(): string;
  /** Resolves with the exit code; fails the test where it does not end. */
  ended(timeout?: number): Promise<number | null>;
  /** The address that it says it listens on. */
  listens(): Promise<string>;
  /** Ends it whatever its state. */
  kill(): Promise<void>;
}

/** `shell` stands before the command: limits that only a shell can set. `uid` runs it as another user. */
export function startCommand(
  args: string[],
  env: Record<string, string>,
  { shell, uid }: { shell?: string; uid?: number } = {},
): Started {
  const all = { PATH: process.env.PATH ?? '', PORT: '0', CLICKTHREAD_LOG: 'info', ...env };
  const options = {
    env: all,
    stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  };
  const child =
    shell === undefined
      ? spawn(process.execPath, [COMMAND, ...args], options)
      : spawn('/bin/sh', ['-c', `${shell}; exec "$@"`, 'sh', process.execPath, COMMAND, ...args], options);
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  return {
    child,
    out: () => out,
    err: () => err,
    async ended(timeout = 30_000) {
      const late = new Promise<never>((_resolve, reject) => {
        setTimeout(() => reject(new Error(`It did not end. It printed: ${out}${err}`)), timeout).unref();
      });
      const [code] = await Promise.race([closed, late]);
      return code;
    },
    listens: () =>
      until(() => /listens on (http:\S+)/.exec(out)?.[1], { what: `it to listen (${err})`, timeout: 30_000 }),
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await closed;
    },
  };
}
