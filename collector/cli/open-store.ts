/** What commands share: the environment, and the store opened for one command. */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import type { EditDeps } from '../configuration/edit.ts';
import { cachedSites, type Sites } from '../configuration/sites.ts';
import {
  databaseFile,
  dataFolder,
  type Environment,
  namedDatabase,
  placeOfData,
  readEnvironment,
} from '../environment.ts';
import type { Clock } from '../lib/clock.ts';
import type { Seal } from '../lib/seal.ts';
import { openData } from '../store/open-data.ts';
import { explainFileFault, isFileFault } from '../store/start-error.ts';
import type { Stores } from '../store/store.ts';
import { CommandError } from './command-error.ts';
import type { Look } from './terminal/look.ts';
import type { Prompts } from './terminal/prompts.ts';

export interface CommandContext {
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  /** Who answers questions; the terminal, if there is one, unless given. */
  prompts?: Prompts;
  /** How output looks; as standard output can show it unless given. */
  look?: Look;
  /** Folder of the built tag; beside the running code unless given. */
  tagFolder?: string;
}

export interface OpenStore {
  environment: Environment;
  store: Stores;
  seal: Seal;
  sites: () => Promise<Sites>;
  clock: Clock;
  /** When the command began. */
  now: number;
}

/** Opens the data that is there for one command and closes it whatever happens; where there is none, nothing is made. */
export async function withStore<T>(context: CommandContext, work: (open: OpenStore) => Promise<T>): Promise<T> {
  const folder = dataFolder(context.env);
  if (
    namedDatabase(context.env) === undefined &&
    folder !== undefined &&
    !existsSync(databaseFile(folder)) &&
    mayRead(folder)
  )
    throw new CommandError(noData(folder));
  return withNewStore(context, work);
}

/** As {@link withStore}, for the commands that an installation begins with: makes the data that is missing. */
export async function withNewStore<T>(context: CommandContext, work: (open: OpenStore) => Promise<T>): Promise<T> {
  const { clock } = context;
  const { environment, seal, store } = await openOwnData(context);
  try {
    return await work({ environment, store, seal, sites: cachedSites({ store, seal }), clock, now: clock() });
  } catch (error) {
    throw isFileFault(error) ? explainFileFault(databaseFile(environment.data), error) : error;
  } finally {
    await store.close();
  }
}

/** Whether there is no data yet where this command would put it. */
export function isFirstUse({ env }: CommandContext): boolean {
  const folder = dataFolder(env);
  return namedDatabase(env) === undefined && folder !== undefined && !existsSync(databaseFile(folder));
}

/** As {@link withNewStore}, on data that is thrown away: what is only tried, asked for or refused leaves nothing behind. */
export async function withTrialStore<T>(context: CommandContext, work: (open: OpenStore) => Promise<T>): Promise<T> {
  const trial = mkdtempSync(join(tmpdir(), 'clickthread-trial-'));
  const env = { ...context.env, CLICKTHREAD_DATA: trial, CLICKTHREAD_DATA_FILE: undefined };
  try {
    return await withNewStore({ ...context, env }, work);
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
}

/** In whose name the audit log keeps what is done here. */
export const COMMAND_LINE = 'command line';

/** What editing the configuration needs, in the name of whoever sits at the command line. */
export function editAsCommandLine({ environment, store, seal, now }: OpenStore): EditDeps {
  return { store, seal, now, allowPrivate: environment.allowPrivate, actor: COMMAND_LINE };
}

async function openOwnData({ env, clock }: CommandContext): Promise<Pick<OpenStore, 'environment' | 'seal' | 'store'>> {
  try {
    const environment = readEnvironment(env);
    const given = { ...placeOfData(environment), key: environment.key, clock, isCommand: true };
    return { environment, ...(await openData(given)) };
  } catch (error) {
    throw forbidden(error as NodeJS.ErrnoException, dataFolder(env)) ?? error;
  }
}

/** A file of somebody else's is the likeliest fault of a command that is run beside a service. */
function forbidden({ code, message }: NodeJS.ErrnoException, folder: string | undefined): CommandError | undefined {
  const isForbidden = code === 'EACCES' || code === 'EPERM' || /^SQLITE_(CANTOPEN|READONLY|PERM)/.test(code ?? '');
  if (!isForbidden || folder === undefined) return undefined;
  const owner = existsSync(folder) ? ownerOf(folder) : 'another user';
  return new CommandError(`${folder} can't be used: ${message}. It belongs to ${owner}: run the command as that user.`);
}

function ownerOf(folder: string): string {
  const { uid } = statSync(folder);
  return uid === 0 ? 'root' : `the user with number ${uid}`;
}

function mayRead(folder: string): boolean {
  try {
    return !existsSync(folder) || readdirSync(folder) !== undefined;
  } catch {
    // Whatever is in it is not ours to see: opening it tells whose it is.
    return false;
  }
}

/** Says where the data may lie instead: in a folder beside, or above. */
export function noData(folder: string): string {
  const shown = relative('.', folder);
  const named = shown === '' || shown.startsWith('..') ? folder : `./${shown}`;
  const [other] = nearbyData(folder);
  if (other !== undefined) return `No data in ${named}; did you mean CLICKTHREAD_DATA=${other}?`;
  return `No data in ${named}. Name the folder with CLICKTHREAD_DATA, or begin with "clickthread init" or "clickthread apply FILE".`;
}

function nearbyData(folder: string): string[] {
  const above = ['..', '../..'].flatMap((up) => [resolve(folder, up), resolve(folder, up, 'data')]);
  const beside = foldersIn(resolve(folder, '..'));
  return [...above, ...beside, '/var/lib/clickthread'].filter(
    (place) => place !== folder && existsSync(databaseFile(place)),
  );
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
}
