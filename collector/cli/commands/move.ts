/** `clickthread move`: carries the data over to PostgreSQL or back, with a progress bar; collectors serve until the last step. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { progress as bar } from '@clack/prompts';
import { Command } from 'commander';
import type { MoveProgress, MoveStep } from '../../admin/move/move-data.ts';
import { type MovedToFile, moveToFile } from '../../admin/move/move-to-file.ts';
import { type MovedToPostgres, moveToPostgres } from '../../admin/move/move-to-postgres.ts';
import type { MovedData, MoveWant } from '../../admin/move/move-want.ts';
import { databaseFile, namedDatabase, readEnvironment } from '../../environment.ts';
import { monotonicClock } from '../../lib/clock.ts';
import { countOf } from '../../lib/text/count.ts';
import { CommandError } from '../command-error.ts';
import { COMMAND_LINE, type CommandContext, noData } from '../open-store.ts';
import { print, printJson } from '../terminal/print.ts';

/** Seconds that somebody gets to stop the collectors. */
const WAIT = '600';

export function moveCommand(context: CommandContext): Command {
  return new Command('move')
    .requiredOption(
      '--to <place>',
      'an empty database, such as postgres://user@host/clickthread (PGPASSWORD may give the password); or, with DATABASE_URL set, a folder without data',
    )
    .option('--wait <seconds>', 'how long to wait for collectors to end, once everything so far is copied', WAIT)
    .option('--json', 'print the result as JSON, no bar')
    .action(async ({ to, wait, json = false }: { to: string; wait: string; json?: boolean }) => {
      if (!/^\d{1,6}$/.test(wait)) throw new CommandError('--wait must be a whole number of seconds.');
      const move = namesDatabase(to) ? toPostgres(context, to) : toFile(context, to);
      const shown = json || !process.stdout.isTTY ? undefined : createBar();
      const { moved, words } = await move({
        clock: context.clock,
        monotonic: monotonicClock,
        wait: Number(wait) * 1000,
        actor: COMMAND_LINE,
        onProgress: (progress) => shown?.move(progress),
        askToStop(who) {
          shown?.end();
          if (!json) print(`Everything so far is copied. Stop ${who} now: the rest follows as soon as it has ended.`);
        },
      }).finally(() => shown?.end());
      if (json) printJson(moved);
      else print(words);
    });
}

type Given = Omit<MoveWant, 'file' | 'folder' | 'url' | 'askToStop'> & { askToStop: (who: string) => void };
type Move = (given: Given) => Promise<{ moved: MovedData; words: string }>;

function namesDatabase(to: string): boolean {
  const isAddress = /^[a-z][a-z+.-]*:\/\//i.test(to);
  if (isAddress && !(/^postgres(ql)?:\/\//.test(to) && URL.canParse(to)))
    throw new CommandError(
      '--to must be the address of a database, such as postgres://user@host/clickthread, or a folder.',
    );
  return isAddress;
}

function toPostgres({ env }: CommandContext, url: string): Move {
  if (namedDatabase(env) !== undefined)
    throw new CommandError(
      'DATABASE_URL is set: the data is in PostgreSQL already. To move a data folder, leave it unset; to move back, name a folder.',
    );
  const { data: folder } = readEnvironment(env, { makes: false });
  const file = databaseFile(folder);
  if (!existsSync(file)) throw new CommandError(noData(folder));
  return async (given) => {
    const moved = await moveToPostgres({
      ...given,
      file,
      folder,
      url,
      askToStop: () => given.askToStop('the collector'),
    });
    return { moved, words: wordsOfPostgres(moved, folder) };
  };
}

function toFile({ env }: CommandContext, to: string): Move {
  if (namedDatabase(env) === undefined)
    throw new CommandError(
      'DATABASE_URL is not set: to move back to a folder, name with it the database that holds the data. To move to PostgreSQL, name its address.',
    );
  const { databaseUrl: url, key, data } = readEnvironment(env, { makes: false });
  const folder = resolve(to);
  const file = databaseFile(folder);
  return async (given) => {
    const askToStop = (): void => given.askToStop('every collector');
    const moved = await moveToFile({ ...given, file, folder, url: url!, key, askToStop });
    return { moved, words: wordsOfFile(moved, { folder, keyFolder: data }) };
  };
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

function beginning({ place, tables }: MovedData): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return `Moved: ${countOf(rows, 'row')} of ${countOf(tables.length, 'table')} to ${place}; counts and checksums of each table agree.`;
}

const wordsOfPostgres = (moved: MovedToPostgres, folder: string): string =>
  [
    beginning(moved),
    `Set DATABASE_URL to that address and start the collector. Every replica needs the same key: CLICKTHREAD_KEY, or the file "key" of ${folder}.`,
    `The data file that was is kept as ${moved.kept}: remove it once all is well.`,
  ].join('\n');

const wordsOfFile = (moved: MovedToFile, { folder, keyFolder }: { folder: string; keyFolder: string }): string =>
  [
    beginning(moved),
    `Unset DATABASE_URL, set CLICKTHREAD_DATA to ${folder} and start one collector. It needs the same key: CLICKTHREAD_KEY, or the file "key" of ${keyFolder}${folder === keyFolder ? '' : `, copied to ${join(folder, 'key')}`}.`,
    `${moved.left} is as it was, and no collector begins on it any more: remove it once all is well.`,
  ].join('\n');
