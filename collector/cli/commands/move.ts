/** `clickthread move`: carries the data over to PostgreSQL, with a progress bar; the collector serves until the last step. */
import { existsSync } from 'node:fs';
import { progress as bar } from '@clack/prompts';
import { Command } from 'commander';
import type { MoveProgress, MoveStep } from '../../admin/move/move-data.ts';
import { type Moved, moveToPostgres } from '../../admin/move/move-to-postgres.ts';
import { databaseFile, readEnvironment } from '../../environment.ts';
import { monotonicClock } from '../../lib/clock.ts';
import { countOf } from '../../lib/text/count.ts';
import { CommandError } from '../command-error.ts';
import { COMMAND_LINE, type CommandContext, noData } from '../open-store.ts';
import { print, printJson } from '../terminal/print.ts';

/** Seconds that somebody gets to stop the collector. */
const WAIT = '600';

export function moveCommand({ env, clock }: CommandContext): Command {
  return new Command('move')
    .requiredOption(
      '--to <address>',
      'an empty database, such as postgres://user@host/clickthread; PGPASSWORD may give the password',
    )
    .option('--wait <seconds>', 'how long to wait for the collector to end, once everything so far is copied', WAIT)
    .option('--json', 'print the result as JSON, no bar')
    .action(async (options: { to: string; wait: string; json?: boolean }) => {
      const url = readAddress(options.to);
      if (!/^\d{1,6}$/.test(options.wait)) throw new CommandError('--wait must be a whole number of seconds.');
      if ((env.DATABASE_URL ?? '') !== '' || (env.DATABASE_URL_FILE ?? '') !== '')
        throw new CommandError(
          'DATABASE_URL is set: the data is in PostgreSQL already. To move a data folder, leave it unset.',
        );
      const { data: folder } = readEnvironment(env, { makes: false });
      const file = databaseFile(folder);
      if (!existsSync(file)) throw new CommandError(noData(folder));
      const shown = options.json || !process.stdout.isTTY ? undefined : createBar();
      const moved = await moveToPostgres({
        ...{
          file,
          folder,
          url,
          clock,
          monotonic: monotonicClock,
          wait: Number(options.wait) * 1000,
          actor: COMMAND_LINE,
        },
        onProgress: (progress) => shown?.move(progress),
        askToStop() {
          shown?.end();
          if (!options.json)
            print('Everything so far is copied. Stop the collector now: the rest follows as soon as it has ended.');
        },
      }).finally(() => shown?.end());
      if (options.json) printJson(moved);
      else print(wordsOf(moved, folder));
    });
}

function readAddress(text: string): string {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text))
    throw new CommandError('--to must be the address of a database, such as postgres://user@host/clickthread.');
  return text;
}

const STEPS: Readonly<Record<MoveStep, string>> = {
  copy: 'Copying',
  'catch up': 'Carrying over what is left',
  check: 'Checking',
};

/** A bar for each step. */
function createBar(): { move(progress: MoveProgress): void; end(): void } {
  let shown: { step: MoveStep; bar: ReturnType<typeof bar>; reached: number } | undefined;
  const end = (): void => {
    shown?.bar.stop(`${STEPS[shown.step]}: done.`);
    shown = undefined;
  };
  return {
    end,
    move({ step, table, done, total }) {
      if (shown?.step !== step) {
        end();
        shown = { step, bar: bar({ max: 1000 }), reached: 0 };
        shown.bar.start(`${STEPS[step]} …`);
      }
      const target = total === 0 ? 1000 : Math.floor((done / total) * 1000);
      shown.bar.advance(Math.max(0, target - shown.reached), `${STEPS[step]}: ${table}, ${done} of ${total} rows`);
      shown.reached = Math.max(shown.reached, target);
    },
  };
}

function wordsOf({ place, tables, kept }: Moved, folder: string): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return [
    `Moved: ${countOf(rows, 'row')} of ${countOf(tables.length, 'table')} to ${place}; counts and checksums of each table agree.`,
    `Set DATABASE_URL to that address and start the collector. Every replica needs the same key: CLICKTHREAD_KEY, or the file "key" of ${folder}.`,
    `The data file that was is kept as ${kept}: remove it once all is well.`,
  ].join('\n');
}
