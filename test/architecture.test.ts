/** Keeps the shape of the house: who may import whom, how long a file may be, where clock and environment are read. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { destinations } from '../collector/destinations/index.ts';
import { ConfigurationError } from '../collector/environment.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['tag', 'collector', 'sandbox', 'gtm', 'test', 'bench', 'scripts', 'bin'];
const LONGEST = 400;

interface Source {
  /** From the root: `collector/relay.ts`. */
  path: string;
  text: string;
  /** Files of ours that it imports; `types` where only types come along. */
  imports: { path: string; types: boolean }[];
}

function sourcesIn(folder: string): Source[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|mjs|js)$/.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
    .map((file) => {
      const path = join(folder, file);
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, imports: importsOf(path, text) };
    });
}

function importsOf(path: string, text: string): Source['imports'] {
  const statements = text.matchAll(/^(import|export)\s+(type\s+)?([^'";]*?\sfrom\s+)?['"](\.{1,2}\/[^'"]+)['"]/gm);
  return [...statements].map(([, , type, names = '', target]) => {
    const listed =
      /\{([^}]*)\}/
        .exec(names)?.[1]
        ?.split(',')
        .filter((name) => name.trim() !== '') ?? [];
    const onlyTypes = type !== undefined || (listed.length > 0 && listed.every((name) => /^\s*type\s/.test(name)));
    return { path: relative(root, resolve(root, dirname(path), target!)), types: onlyTypes };
  });
}

const sources = FOLDERS.flatMap(sourcesIn);
const collector = sources.filter(({ path }) => path.startsWith('collector/'));
const tag = sources.filter(({ path }) => path.startsWith('tag/'));
const offences = (list: readonly string[]) => expect([...list].sort()).toEqual([]);

describe('every file', () => {
  test(`has at most ${LONGEST} lines`, () => {
    offences(sources.filter(({ text }) => text.split('\n').length - 1 > LONGEST).map(({ path }) => path));
  });

  test('is named after its subject, in kebab-case', () => {
    const vague = /^(utils?|helpers?|common|constants?|types?|misc|shared|lib)(\.|$)/;
    offences(sources.filter(({ path }) => vague.test(basename(path))).map(({ path }) => path));
    offences(sources.filter(({ path }) => !/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(basename(path))).map(({ path }) => path));
  });

  test('of the product says in its first line what it is', () => {
    const products = sources.filter(({ path }) => /^(tag|collector|sandbox|gtm|scripts|bin)\//.test(path));
    const silent = products.filter(({ path, text }) => {
      // What Tag Manager runs is read by it alone, and its own format begins otherwise.
      if (path === 'gtm/template/code.js') return false;
      const [first = ''] = text.replace(/^#!.*\n/, '').split('\n');
      return !/^(\/\*\*|\/\/)/.test(first);
    });
    offences(silent.map(({ path }) => path));
  });

  test('that helps tests says in its first line what for', () => {
    const shared = sources.filter(({ path }) => /^test\/.*(?<!\.test)\.(ts|mjs)$/.test(path));
    offences(shared.filter(({ text }) => !/^(\/\*\*|\/\/)/.test(text)).map(({ path }) => path));
  });

  test('leaves nothing for later: no TODO, no skipped or lonely test', () => {
    const unfinished = /\b(TODO|FIXME|XXX:)|\b(test|describe|it)\.(skip|only|todo)\b/;
    offences(
      sources
        .filter(({ path, text }) => path !== 'test/architecture.test.ts' && unfinished.test(text))
        .map(({ path }) => path),
    );
  });
});

describe('the collector', () => {
  /** Lower may not know higher. `cli` and `main` compose and may know all. */
  const layerOf = (path: string): number => {
    const name = path.replace(/^collector\//, '');
    if (/^(main|writer)\.ts$|^cli\//.test(name)) return 6;
    if (name === 'serve.ts') return 5;
    if (/^server\.ts$/.test(name)) return 4;
    if (/^http\//.test(name)) return 3;
    if (/^lib\/|^event\.ts$/.test(name)) return 0;
    if (/^(destinations|sources|store|lists)\//.test(name)) return 1;
    return 2;
  };

  test('imports downwards: event and lib, then definitions and store, then steps, then http, then server, then the commands', () => {
    offences(
      collector.flatMap(({ path, imports }) =>
        imports
          .filter(
            (target) => target.path.startsWith('collector/') && !target.types && layerOf(target.path) > layerOf(path),
          )
          .map((target) => `${path} → ${target.path}`),
      ),
    );
  });

  test('keeps definitions, sources and the store apart from each other', () => {
    const folders = ['destinations', 'sources', 'store'];
    const folderOf = (path: string) => folders.find((folder) => path.startsWith(`collector/${folder}/`));
    offences(
      collector.flatMap(({ path, imports }) => {
        const own = folderOf(path);
        const strange = imports.filter(
          (target) => !target.types && folderOf(target.path) && folderOf(target.path) !== own,
        );
        return own === undefined ? [] : strange.map((target) => `${path} → ${target.path}`);
      }),
    );
  });

  test('lets the words of the product depend on nothing', () => {
    expect(collector.find(({ path }) => path === 'collector/event.ts')?.imports).toEqual([]);
    offences(
      collector
        .filter(({ path }) => path.startsWith('collector/lib/'))
        .flatMap(({ path, imports }) =>
          imports
            .filter((target) => !/^collector\/(lib\/|event\.ts)/.test(target.path))
            .map((target) => `${path} → ${target.path}`),
        ),
    );
  });

  test('takes the codecs of journey and hand-over from the tag, and nothing else', () => {
    offences(
      collector.flatMap(({ path, imports }) =>
        imports
          .filter((target) => target.path.startsWith('tag/') && !/^tag\/(journey|handover)\.ts$/.test(target.path))
          .map((target) => `${path} → ${target.path}`),
      ),
    );
  });

  test('knows the sandbox only in the commands that start it', () => {
    const allowed = /^collector\/cli\/(demo|sandbox)\.ts$/;
    offences(
      collector
        .filter(
          ({ path, imports }) => !allowed.test(path) && imports.some((target) => target.path.startsWith('sandbox/')),
        )
        .map(({ path }) => path),
    );
  });

  test('reads environment and clock where it is composed, and nowhere else', () => {
    const composed = /^collector\/(main|writer|lib\/clock)\.ts$|^collector\/cli\//;
    offences(
      collector
        .filter(({ path, text }) => !composed.test(path) && /process\.env\b|Date\.now\(|new Date\(\)/.test(code(text)))
        .map(({ path }) => path),
    );
  });

  test('registers every destination under the name of its file', () => {
    const files = readdirSync(join(root, 'collector/destinations'));
    const defined = files.filter((file) =>
      /export default defineDestination\(/.test(readFileSync(join(root, 'collector/destinations', file), 'utf8')),
    );
    expect(destinations.map(({ name }) => `${name}.ts`).sort()).toEqual(defined.sort());
  });
});

describe('the tag', () => {
  test('takes only types from the collector', () => {
    offences(
      tag.flatMap(({ path, imports }) =>
        imports
          .filter((target) => target.path.startsWith('collector/') && !target.types)
          .map((target) => `${path} → ${target.path}`),
      ),
    );
  });

  test('knows no network by name, and click parameters only as the defaults of the files that work alone', () => {
    const names = destinations.map(({ name }) => name).filter((name) => !/^(sale-|postback$)/.test(name));
    const network = RegExp(`\\b(${[...names, 'awin'].join('|')})\\b`, 'i');
    const alone = /^tag\/(static|capture)\.ts$/;
    offences(tag.filter(({ text }) => network.test(code(text))).map(({ path }) => path));
    offences(
      tag.filter(({ path, text }) => !alone.test(path) && /irclickid|im_ref/.test(code(text))).map(({ path }) => path),
    );
  });
});

test('the sandbox needs nothing of the collector but its words and the clock', () => {
  const allowed = /^collector\/(event|wire|lib\/[\w-]+)\.ts$/;
  offences(
    sources
      .filter(({ path }) => path.startsWith('sandbox/'))
      .flatMap(({ path, imports }) =>
        imports
          .filter((target) => target.path.startsWith('collector/') && !target.types && !allowed.test(target.path))
          .map((target) => `${path} → ${target.path}`),
      ),
  );
});

test("a configuration's faults are said all together, each with its place", () => {
  const error = new ConfigurationError('It does not fit:', [
    { field: 'PORT', message: 'must be a whole number' },
    { field: 'sites[0].id', message: 'stands twice' },
  ]);
  expect(error.message).toBe('It does not fit:\n  PORT: must be a whole number\n  sites[0].id: stands twice');
});

/** A text without its comments. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1');
}
