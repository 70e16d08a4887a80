/** A second PostgreSQL that follows a running one, until it is promoted: started by a test, gone with it. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openTemporaryFolder } from './folder.ts';
import { childrenOf, freePort, noPostgres, programs, WATCH } from './postgres.ts';
import { until } from './until.ts';

/** Why none can be made here; the npm package has the server alone. */
export const noStandby: string | undefined =
  noPostgres ??
  (existsSync(join(programs() ?? '', 'pg_basebackup'))
    ? undefined
    : 'not run: no pg_basebackup here (install postgresql)');

export interface Standby {
  /** Address of the same database there. */
  url: string;
  /** Freezes all of it; what it returns lets it go on. */
  freeze(): () => void;
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/** `primary` is the address of a database of the running one, `pid` its process: the standby runs as the same user. */
export async function startStandby(primary: string, pid: number): Promise<Standby> {
  const bin = programs()!;
  const { uid, gid } = statSync(`/proc/${pid}`);
  const isOurs = uid === process.getuid?.();
  const folder = mkdtempSync(join(isOurs ? tmpdir() : openTemporaryFolder(), 'clickthread-standby-'));
  if (!isOurs) chownSync(folder, uid, gid);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const owner = { ...(isOurs ? {} : { uid, gid }), env: { PATH: process.env.PATH, HOME: folder } };
  const from = `${primary.replace(/[^/]+$/, 'postgres')}?application_name=standby`;
  execFileSync(join(bin, 'pg_basebackup'), ['-d', from, '-D', data, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'], {
    ...{ ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  });
  const port = await freePort();
  const flags = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'fsync=off'];
  const command = [join(bin, 'postgres'), '-D', data, ...flags.flatMap((flag) => ['-c', flag])];
  const watch = spawn('/bin/sh', ['-c', WATCH, 'watch', folder, ...command], {
    ...{ ...owner, cwd: '/', stdio: ['pipe', 'ignore', 'ignore'] },
  });
  const at = new URL(primary);
  at.port = String(port);
  const ask = async (sql: string): Promise<unknown> => {
    const client = new pg.Client({ connectionString: at.href, connectionTimeoutMillis: 5000 });
    await client.connect();
    try {
      return (await client.query<{ answer: unknown }>({ text: sql })).rows[0]?.answer;
    } finally {
      await client.end();
    }
  };
  const isThere = (): Promise<boolean> => ask('SELECT 1 AS answer').then(Boolean, () => false);
  await until(isThere, { what: 'the standby to take connections', timeout: 60_000 });
  return {
    url: at.href,
    freeze() {
      const own = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
      const all = [own, ...childrenOf(own)];
      for (const one of all) process.kill(one, 'SIGSTOP');
      return () => {
        for (const one of all.splice(0)) process.kill(one, 'SIGCONT');
      };
    },
    promote: async () => void (await ask('SELECT pg_promote() AS answer')),
    async stop() {
      const gone = once(watch, 'close');
      watch.stdin!.end();
      await gone;
    },
  };
}
