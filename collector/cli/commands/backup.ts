/** `clickthread backup`, `restore` and `migrate`: care for the data file. */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { backUp, checkBackup, restoreBackup } from '../../store/sqlite/backup.ts';
import { databaseFile, presentKey, readEnvironment } from '../../environment.ts';
import type { Clock } from '../../lib/clock.ts';
import { countOf } from '../../lib/text/count.ts';
import { placeOf } from '../../store/postgres/fault.ts';
import { labelOf, migrations } from '../../store/migrations/index.ts';
import { migrateTables } from '../../store/sqlite/migrate.ts';
import { openDatabase } from '../../store/sqlite/open.ts';
import { explainEmptyFile, explainFileFault } from '../../store/start-error.ts';
import { CommandError } from '../command-error.ts';
import { type CommandContext, noData } from '../open-store.ts';
import { print, printJson } from '../terminal/print.ts';

const KEY_NOTE =
  'The key that seals it is not inside: keep CLICKTHREAD_KEY, or the file "key" of the data folder, elsewhere.';

export function backupCommand({ env }: CommandContext): Command {
  return new Command('backup')
    .argument('<file>')
    .option('--json', 'print as JSON')
    .action(async (file: string, options: { json?: boolean }) => {
      const { data, databaseUrl: url } = readEnvironment(env, { makes: false });
      const { bytes } = await (url === undefined ? copyFile(databaseFile(data), file) : copyDatabase(url, file, env));
      if (options.json) return printJson({ file, bytes });
      print(`Written: ${file} (${Math.ceil(bytes / 1024)} kB)\n${KEY_NOTE}`);
    });
}

function copyFile(from: string, to: string): { bytes: number } {
  if (!existsSync(from)) throw new CommandError(noData(dirname(from)));
  if (statSync(from).size === 0) throw explainEmptyFile(from);
  try {
    return backUp({ from, to });
  } catch (error) {
    // What can't be read here is the data itself, no copy of it.
    const { cause } = error as { cause?: { code?: unknown } };
    throw /^SQLITE_(CORRUPT|NOTADB)/.test(String(cause?.code)) ? explainFileFault(from, cause) : error;
  }
}

/** PostgreSQL's driver is loaded only where it is used. */
async function copyDatabase(url: string, to: string, env: CommandContext['env']): Promise<{ bytes: number }> {
  const { dumpDatabase } = await import('../../store/postgres/dump.ts');
  return dumpDatabase({ url, env, to });
}

export function restoreCommand({ env }: CommandContext): Command {
  return new Command('restore')
    .argument('<file>')
    .option('--force', 'replace the data that is there; it is kept beside it')
    .option('--json', 'print as JSON')
    .action(async (file: string, options: { force?: boolean; json?: boolean }) => {
      const key = presentKey(env);
      if (isOnPostgres(env)) return restoreToPostgres(file, { key, env, asJson: options.json ?? false });
      // Asked before the environment is read, which makes a key where there is none: beside sealed data it would open nothing.
      checkBackup(file, key);
      const { data } = readEnvironment(env);
      const to = databaseFile(data);
      const restored = restoreBackup({ from: file, to, force: options.force ?? false, key });
      if (options.json) return printJson({ file: to, ...restored });
      print(`Restored: ${to} with ${countOf(restored.orders, 'order')}.`);
      if (restored.kept !== null) print(`What was there before: ${restored.kept}`);
    });
}

/** Asked of the variables alone: reading the environment makes a key where there is none. */
const isOnPostgres = (env: CommandContext['env']): boolean =>
  (env.DATABASE_URL ?? '') !== '' || (env.DATABASE_URL_FILE ?? '') !== '';

async function restoreToPostgres(
  from: string,
  { key, env, asJson }: { key: string | undefined; env: CommandContext['env']; asJson: boolean },
): Promise<void> {
  if (key === undefined)
    throw new CommandError(
      'Here is no key yet, and the copy is sealed: set CLICKTHREAD_KEY to the one that was in force then, or put its "key" file into the data folder. Nothing was changed.',
    );
  const url = readEnvironment(env).databaseUrl!;
  const { restoreDump } = await import('../../store/postgres/dump.ts');
  const { orders } = await restoreDump({ url, env, from, key });
  const place = placeOf(url);
  if (asJson) return printJson({ database: place, orders, kept: null });
  print(`Restored: ${place} with ${countOf(orders, 'order')}.`);
}

export function migrateCommand({ env, clock }: CommandContext): Command {
  return new Command('migrate')
    .option('--dry-run', 'only say what would be done')
    .option('--json', 'print as JSON')
    .action(async (options: { dryRun?: boolean; json?: boolean }) => {
      const dryRun = options.dryRun ?? false;
      const { data, databaseUrl } = readEnvironment(env, { makes: !dryRun });
      const where = databaseUrl === undefined ? { file: databaseFile(data) } : { database: placeOf(databaseUrl) };
      const done =
        databaseUrl === undefined
          ? migrateFile({ file: databaseFile(data), dryRun, now: clock() })
          : await migratePostgres({ url: databaseUrl, dryRun, clock });
      const known = databaseUrl === undefined ? migrations : [];
      const changes = known
        .filter((one) => one.tells !== undefined && done.includes(labelOf(one)))
        .map((one) => ({ migration: labelOf(one), tells: one.tells! }));
      if (options.json) return printJson({ ...where, dryRun, migrations: done, changes });
      if (done.length === 0) return print('Nothing to do: the data is of this version.');
      print(`${dryRun ? 'Would apply' : 'Applied'}: ${done.join(', ')}`);
      for (const { migration, tells } of changes) print(`  ${migration}: ${tells}`);
    });
}

async function migratePostgres(options: { url: string; dryRun: boolean; clock: Clock }): Promise<string[]> {
  const { migrateDatabaseAt } = await import('../../store/postgres/examine.ts');
  return migrateDatabaseAt(options);
}

function migrateFile({ file, dryRun, now }: { file: string; dryRun: boolean; now: number }): string[] {
  if (dryRun && !existsSync(file)) return migrations.map(({ name }) => name);
  if (existsSync(file) && statSync(file).size === 0) throw explainEmptyFile(file);
  try {
    const db = openDatabase(file, { readonly: dryRun });
    try {
      return migrateTables({ db, file, now, dryRun });
    } finally {
      db.close();
    }
  } catch (error) {
    throw explainFileFault(file, error);
  }
}
