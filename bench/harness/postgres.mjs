// A PostgreSQL of its own for a run: on disk with fsync, as it must be run; another user's where this one is root.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const NOBODY = 65534;
const DEBIAN = '/usr/lib/postgresql';
const START_WITHIN = 30_000;

/** Folder of the programs; undefined where there are none. */
export function postgresPrograms() {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(DEBIAN, version, 'bin')).find((folder) => existsSync(join(folder, 'initdb')));
}

/** Resolves with `database()`, the address of an empty one, and `cpu()`, milliseconds that the server and what it started have used. */
export async function startPostgres() {
  const bin = postgresPrograms();
  const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const folder = mkdtempSync(join(tmpdir(), 'clickthread-bench-postgres-'));
  const password = join(folder, 'password');
  writeFileSync(password, 'a-password-of-benchmarks');
  if (owner.uid !== undefined) for (const path of [folder, password]) chownSync(path, NOBODY, NOBODY);
  const env = { PATH: process.env.PATH, HOME: folder };
  const data = join(folder, 'data');
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '--encoding=UTF8', '--locale=C', '--username=clickthread', '--auth=password', `--pwfile=${password}`],
    { ...owner, cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const port = await freePort();
  const flags = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories='];
  const child = spawn(join(bin, 'postgres'), ['-D', data, ...flags.flatMap((flag) => ['-c', flag])], {
    ...{ ...owner, cwd: '/', env, stdio: 'ignore' },
  });
  const base = `postgres://clickthread:a-password-of-benchmarks@127.0.0.1:${port}`;
  const ask = async (sql) => {
    const client = new pg.Client({ connectionString: `${base}/postgres` });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  const until = performance.now() + START_WITHIN;
  for (let started = false; !started;) {
    started = await ask('SELECT 1').then(
      () => true,
      () => false,
    );
    if (!started && performance.now() > until) throw new Error('PostgreSQL did not start.');
    if (!started) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  let databases = 0;
  return {
    pid: child.pid,
    async database() {
      const name = `bench_${(databases += 1)}`;
      await ask(`CREATE DATABASE ${name}`);
      return `${base}/${name}`;
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await ended;
      execFileSync('rm', ['-rf', folder]);
    },
    version: () => readFileSync(join(data, 'PG_VERSION'), 'utf8').trim(),
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
