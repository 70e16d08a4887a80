/** `clickthread backup`, `restore` and `migrate`: care for the data file. */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { backUp, BackupError, restore } from '../backup.ts';
import { readEnvironment } from '../environment.ts';
import { systemClock } from '../lib/clock.ts';
import { createSeal } from '../lib/seal.ts';
import { databaseFile } from '../environment.ts';
import { migrations } from '../store/migrations/index.ts';
import { migrate } from '../store/sqlite/migrate.ts';
import { openDatabase } from '../store/sqlite/open.ts';
import { CommandError, print, printJson, type CommandContext } from './context.ts';

const KEY_NOTE =
  'The key that seals it is not inside: keep CLICKTHREAD_KEY, or the file "key" of the data folder, elsewhere.';

export function backupCommand({ env }: CommandContext): Command {
  return new Command('backup')
    .description('copy the data into a new file, also while the collector serves')
    .argument('<file>')
    .option('--json', 'print as JSON')
    .action((file: string, options: { json?: boolean }) => {
      const from = databaseFile(readEnvironment(env).data);
      if (!existsSync(from)) throw new CommandError(`There is no data in ${from} yet.`);
      const { bytes } = backUp({ from, to: file });
      if (options.json) return printJson({ file, bytes });
      print(`Written: ${file} (${Math.ceil(bytes / 1024)} kB)\n${KEY_NOTE}`);
    });
}

export function restoreCommand({ env }: CommandContext): Command {
  return new Command('restore')
    .description('put a backup in place of the data; not while the collector serves')
    .argument('<file>')
    .option('--force', 'replace the data that is there; it is kept beside it')
    .option('--json', 'print as JSON')
    .action((file: string, options: { force?: boolean; json?: boolean }) => {
      const { data, key } = readEnvironment(env);
      const to = databaseFile(data);
      const restored = restore({ from: file, to, force: options.force ?? false, seal: createSeal(key) });
      if (options.json) return printJson({ file: to, ...restored });
      print(`Restored: ${to} with ${restored.orders} order${restored.orders === 1 ? '' : 's'}.`);
      if (restored.kept !== null) print(`What was there before: ${restored.kept}`);
    });
}

export function migrateCommand({ env }: CommandContext): Command {
  return new Command('migrate')
    .description('bring the data file to this version; serve does it by itself. A copy is kept beside it')
    .option('--dry-run', 'only say what would be done')
    .option('--json', 'print as JSON')
    .action((options: { dryRun?: boolean; json?: boolean }) => {
      const file = databaseFile(readEnvironment(env).data);
      const dryRun = options.dryRun ?? false;
      const done = dryRun && !existsSync(file) ? migrations.map(({ name }) => name) : run(file, dryRun);
      if (options.json) return printJson({ file, dryRun, migrations: done });
      if (done.length === 0) return print('Nothing to do: the data is of this version.');
      print(`${dryRun ? 'Would apply' : 'Applied'}: ${done.join(', ')}`);
    });
}

function run(file: string, dryRun: boolean): string[] {
  const db = openDatabase(file, { readonly: dryRun });
  try {
    return migrate({ db, file, now: systemClock(), dryRun });
  } catch (error) {
    throw new BackupError((error as Error).message, { cause: error });
  } finally {
    db.close();
  }
}
