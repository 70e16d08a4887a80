/** Documents that name the test which proves a row: the rows of their tables, and whether a name leads to a test. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = new URL('../..', import.meta.url).pathname;

export interface ProvedRow {
  /** The first cell. */
  what: string;
  /** Names of tests or commands in the last cell. */
  names: string[];
}

/** Tests and their folders, without their endings: `test/collector/ingest/contested`. */
const known = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .flatMap((path) => {
    const parts = path.replace(/\.test\.ts$/, '').split('/');
    return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
  });

const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> })
  .scripts;

/** Rows of the tables that begin with this line of names. */
export function provedRows(page: string, heading: string): ProvedRow[] {
  return page
    .split('\n## ')
    .filter((section) => section.split('\n').includes(heading))
    .flatMap((section) =>
      section
        .split('\n')
        .filter((line) => line.startsWith('| '))
        .slice(1),
    )
    .filter((line) => !line.startsWith('|---'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .map((cells) => ({
      what: cells[1] ?? '',
      names: [...(cells.at(-2) ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
    }));
}

/** Whether a name is that of a test, a folder of tests or a command. */
export function leadsToTest(name: string): boolean {
  const [, script] = /^npm run (\S+)/.exec(name) ?? [];
  if (script !== undefined) return script in scripts;
  return known.some((path) => path.endsWith(`/${name.replace(/\/$/, '')}`));
}

/** The test files that a name means: `ingest/baits` is `test/collector/ingest/baits.test.ts`. */
export const filesOf = (name: string): string[] =>
  known
    .filter((path) => path.endsWith(`/${name}`))
    .map((path) => join(root, 'test', `${path}.test.ts`))
    .filter((path) => existsSync(path));
