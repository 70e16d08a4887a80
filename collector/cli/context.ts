/** What commands share: the environment, the store opened for one command, and how things are printed. */
import { createSeal, type Seal } from '../lib/seal.ts';
import { systemClock } from '../lib/clock.ts';
import type { EditDeps } from '../edit-configuration.ts';
import { readEnvironment, type Environment } from '../environment.ts';
import { databaseFile } from '../environment.ts';
import { cachedSites, type Sites } from '../sites.ts';
import { openSqliteStore, type Stores } from '../store/sqlite/store.ts';
import type { Prompts } from './prompts.ts';

export interface CommandContext {
  env: Readonly<Record<string, string | undefined>>;
  /** Who answers questions; the terminal, if there is one, unless given. */
  prompts?: Prompts;
  /** Folder of the built tag; beside the running code unless given. */
  tagFolder?: string;
}

export interface OpenStore {
  environment: Environment;
  store: Stores;
  seal: Seal;
  sites: () => Promise<Sites>;
  now: number;
}

/** Opens the store for one command and closes it whatever happens. */
export async function withStore<T>({ env }: CommandContext, work: (open: OpenStore) => Promise<T>): Promise<T> {
  const environment = readEnvironment(env);
  const seal = createSeal(environment.key);
  const store = openSqliteStore({ file: databaseFile(environment.data), clock: systemClock });
  try {
    return await work({ environment, store, seal, sites: cachedSites({ store, seal }), now: systemClock() });
  } finally {
    await store.close();
  }
}

/** What editing the configuration needs, in the name of whoever sits at the command line. */
export function editing({ environment, store, seal, now }: OpenStore): EditDeps {
  return { store, seal, now, allowPrivate: environment.allowPrivate, actor: 'command line' };
}

/** A fault that a person caused and can mend: printed without a stack. */
export class CommandError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommandError';
  }
}

export const print = (text: string): void => void process.stdout.write(`${text}\n`);

export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** Columns as wide as their longest cell; the last one runs free. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
