/** `clickthread key rotate`: seals everything with a new key, while nobody serves. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { databaseFile, promoteKey, readEnvironment } from '../environment.ts';
import { type Clock, monotonicClock } from '../lib/clock.ts';
import { resealFile } from '../store/sqlite/file/reseal.ts';
import { acquireServeLock } from '../store/sqlite/file/serve-lock.ts';
import { explainFileFault } from '../store/start-error.ts';
import { CommandError } from './command-error.ts';
import { COMMAND_LINE, type CommandContext, noData } from './open-store.ts';
import { print } from './terminal/print.ts';
import { countOf } from '../lib/text/count.ts';

export function keyRotateCommand({ env, clock }: CommandContext): Command {
  return new Command('rotate')
    .description('seal secrets and personal data with a new key; not while the collector serves')
    .option('--new-key-file <file>', 'file with the new key, needed where CLICKTHREAD_KEY gives the present one')
    .action(async (options: { newKeyFile?: string }) => {
      const { data, key: from, databaseUrl: url } = readEnvironment(env, { makes: false });
      const isOurs = (env.CLICKTHREAD_KEY ?? '') === '' && (env.CLICKTHREAD_KEY_FILE ?? '') === '';
      const to = (): string => {
        const key = newKey(options.newKeyFile, isOurs);
        if (key === from) throw new CommandError('The new key is the present one.');
        // Written first: if the process dies after the commit, the next command finds the key that opens the data.
        if (isOurs) writeFileSync(join(data, 'key.new'), `${key}\n`, { mode: 0o600 });
        return key;
      };
      const values = await (url === undefined
        ? rotateFile({ folder: data, from, to, now: clock() })
        : rotateDatabase({ url, from, to, clock }));
      if (isOurs) promoteKey(data, from);
      print(`${countOf(values, 'value')} sealed with the new key.`);
      print(afterwards(data, { isOurs, isShared: url !== undefined }));
    });
}

/** `to` is asked for once nobody else has the data. */
interface Rotation {
  from: string;
  to: () => string;
}

async function rotateFile({ folder, from, to, now }: Rotation & { folder: string; now: number }): Promise<number> {
  const file = databaseFile(folder);
  if (!existsSync(file)) throw new CommandError(noData(folder));
  const lock = await acquireServeLock({ folder, takeOver: 0, tell: () => undefined, monotonic: monotonicClock });
  try {
    return resealFile({ file, from, to: to(), now, actor: COMMAND_LINE });
  } catch (error) {
    throw error instanceof CommandError ? error : explainFileFault(file, error);
  } finally {
    lock.release();
  }
}

/** PostgreSQL's driver is loaded only where it is used. */
async function rotateDatabase({ url, from, to, clock }: Rotation & { url: string; clock: Clock }): Promise<number> {
  const { rotateDatabaseKey } = await import('../store/postgres/keys/rotate.ts');
  return rotateDatabaseKey({ url, from, to, clock, actor: COMMAND_LINE });
}

function afterwards(data: string, { isOurs, isShared }: { isOurs: boolean; isShared: boolean }): string {
  const others = isShared ? ' Give it to every replica before it is started.' : '';
  return isOurs
    ? `The new key is in ${join(data, 'key')}.${others} Copies made before open with the old one, kept in ${join(data, 'key.old')}: remove it when they are gone.`
    : `Set CLICKTHREAD_KEY to the new key before anything else is started.${others} Copies made before open with the old one.`;
}

function newKey(file: string | undefined, isOurs: boolean): string {
  if (file === undefined && !isOurs)
    throw new CommandError(
      'CLICKTHREAD_KEY gives the present key. Write the new one into a file (openssl rand -base64 32 > new-key) and name it with --new-key-file; afterwards set CLICKTHREAD_KEY to it.',
    );
  if (file === undefined) return randomBytes(32).toString('base64url');
  if (!existsSync(file)) throw new CommandError(`${file} does not exist.`);
  const key = readFileSync(file, 'utf8').trim();
  if (key.length < 16)
    throw new CommandError(`${file} must hold at least 16 characters; make one with: openssl rand -base64 32`);
  return key;
}
