/** Copies of the database by PostgreSQL's own programs: taken while collectors serve, looked through, put back into an empty database. */
import { execFile } from 'node:child_process';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { BackupError } from '../backup-error.ts';
import { openPool } from './database.ts';
import { explainDatabaseFault, placeOf } from './fault.ts';
import { agreeOnKey, readDatabaseSeal } from './keys/sealed.ts';
import { LONG } from './patience.ts';

const run = promisify(execFile);

/** Whatever it prints is a list of what a copy holds, a line each. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/** Where the database is, and in which environment its programs run. */
interface Where {
  url: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** Writes a consistent copy to a new file, and reads its list of contents. Collectors go on reading and writing. */
export async function dumpDatabase({ to, ...where }: Where & { to: string }): Promise<{ bytes: number }> {
  if (existsSync(to)) throw new BackupError(`${to} exists already: name another file or move it away.`);
  const part = `${to}.part`;
  rmSync(part, { force: true });
  try {
    // What replicas hold only until their commits is no data.
    const how = ['--format=custom', '--no-unlogged-table-data', '--no-owner'];
    await runProgram('pg_dump', (address) => [...how, `--file=${part}`, `--dbname=${address}`], where);
    await tablesIn(part, where);
    sync(part);
    renameSync(part, to);
    sync(dirname(to));
  } finally {
    rmSync(part, { force: true });
  }
  return { bytes: statSync(to).size };
}

/** Puts a copy into a database without tables, all of it or nothing. Throws in words where the key opens nothing of it. */
export async function restoreDump(given: Where & { from: string; key: string }): Promise<{ orders: number }> {
  const { from, key, ...where } = given;
  const place = placeOf(where.url);
  if (!existsSync(from)) throw new BackupError(`${from} does not exist.`);
  const tables = await tablesIn(from, where);
  if (!tables.includes('migration')) throw new BackupError(`${from} is not a backup of Clickthread.`);
  const db = openPool({ url: where.url, size: 1, patience: LONG });
  try {
    const used = await db.row('SELECT 1 FROM pg_tables WHERE schemaname = current_schema() LIMIT 1');
    if (used)
      throw new BackupError(
        `${place} has tables already. Make an empty database (createdb NAME), name it in DATABASE_URL and repeat. Nothing was changed.`,
      );
    const how = ['--exit-on-error', '--single-transaction', '--no-owner'];
    await runProgram('pg_restore', (address) => [...how, `--dbname=${address}`, from], where);
    await agreeOnKey(db, place, await readDatabaseSeal(db, place, key));
    return { orders: (await db.row<{ orders: number }>('SELECT count(*) AS orders FROM orders'))!.orders };
  } catch (error) {
    throw error instanceof BackupError ? error : explainDatabaseFault(place, error);
  } finally {
    await db.end();
  }
}

/** Names of the tables whose rows a copy holds; throws where it can't be read as one. */
async function tablesIn(file: string, where: Where): Promise<string[]> {
  const { stdout } = await runProgram('pg_restore', () => ['--list', file], where);
  return [...stdout.matchAll(/ TABLE DATA \S+ (\S+) /g)].map(([, name]) => name!);
}

/** `args` is given the address without its password, which travels in the environment: everybody on the machine can read arguments. */
async function runProgram(
  name: string,
  args: (address: string) => string[],
  { url, env }: Where,
): Promise<{ stdout: string }> {
  const bare = new URL(url);
  const { password } = bare;
  bare.password = '';
  const secret = password === '' ? {} : { PGPASSWORD: decodeURIComponent(password) };
  try {
    return await run(name, args(bare.href), { env: { ...env, ...secret }, maxBuffer: MOST_OUTPUT });
  } catch (cause) {
    const { code, stderr = '' } = cause as { code?: unknown; stderr?: string };
    if (code === 'ENOENT')
      throw new BackupError(
        `${name} is not installed here, and a copy of PostgreSQL is made by it. Install PostgreSQL's client programs (Debian: postgresql-client) of the server's version or newer, or run ${name} where they are: docs/scaling.md says how.`,
        { cause },
      );
    throw new BackupError(`${name} failed: ${stderr.trim().split('\n').at(-1) ?? String(code)}`, { cause });
  }
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
