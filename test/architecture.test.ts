/** Keeps the shape of the house: who may import whom, how full a room may be, how long a file, where clock and environment are read. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { destinations } from '../collector/destinations/index.ts';
import { ConfigurationError } from '../collector/model/configuration-error.ts';
import { longFunctionsIn, LONGEST_FUNCTION, TABLES } from './harness/long-functions.ts';
import { floorOf, mostFilesIn, ROOMS, roomOf } from './harness/rooms.ts';
import { circlesIn, commentsOf, root, sourcesIn, withoutComments } from './harness/source-files.ts';

const PRODUCT = ['wire', 'tag', 'dashboard', 'collector', 'middleware', 'sandbox', 'gtm'];
const LONGEST = 400;

const product = PRODUCT.flatMap(sourcesIn);
const sources = [...product, ...['test', 'bench', 'scripts', 'bin'].flatMap(sourcesIn)];
const collector = product.filter(({ path }) => path.startsWith('collector/'));
const tag = product.filter(({ path }) => path.startsWith('tag/'));
const offences = (list: readonly string[]) => expect([...list].sort()).toEqual([]);

/** What changes data: methods of the store that are no question. What a message's sender repeats is remembered by its own door. */
const WRITES = new Set(
  (
    'addApiKey addAudit addHints addLink addPerson addStoryLink agreeOnTime boundNextTimes changePerson changeSync claim claimConfirm clearBreaker configure createSync ' +
    'dropQuarantine endSession endStoryLink erase eraseContacts finishByHand finishSync keepConnectionToken keepLanes keepSession leaveLanes noteAlerts noteAsked notePause noteSiteFacts releaseLeases rememberMessages remapOrders ' +
    'removePerson removeSync replay revokeApiKey rotateSession saveSubscribers saveSync setBreaker setRemoteList settle settleAlertMessages signIn sweep ' +
    'sweepTokens takeLanes transact'
  ).split(' '),
);

describe('every file', () => {
  test(`has at most ${LONGEST} lines`, () => {
    offences(sources.filter(({ text }) => text.split('\n').length - 1 > LONGEST).map(({ path }) => path));
  });

  test(`holds no function of more than ${LONGEST_FUNCTION} lines that is no table, and no table grows`, () => {
    const long = sources.filter(({ path }) => !path.startsWith('test/')).flatMap(longFunctionsIn);
    offences(
      long.filter(({ name, lines }) => lines > (TABLES[name] ?? 0)).map(({ name, lines }) => `${name}: ${lines}`),
    );
    const names = new Set(long.map(({ name }) => name));
    offences(Object.keys(TABLES).filter((name) => !names.has(name)));
  });

  test('is named after its subject, in kebab-case', () => {
    const vague = /^(utils?|helpers?|common|constants?|types?|misc|shared|lib)(\.|$)/;
    offences(sources.filter(({ path }) => vague.test(basename(path))).map(({ path }) => path));
    offences(sources.filter(({ path }) => !/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(basename(path))).map(({ path }) => path));
  });

  test('of the product says in its first line what it is', () => {
    const products = sources.filter(({ path }) => !/^(test|bench)\//.test(path));
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

describe('the rooms', () => {
  test('hold every file of the product', () => {
    offences(product.filter(({ path }) => roomOf(path) === undefined).map(({ path }) => path));
  });

  test('import from above in the list of rooms, types included', () => {
    const climbs = product.flatMap(({ path, imports }) =>
      imports.filter((target) => floorOf(target) > floorOf(path)).map((target) => `${path} → ${target}`),
    );
    offences(climbs);
  });

  test('have no circles of files, types counted', () => {
    expect(circlesIn(product)).toEqual([]);
  });

  test('are not overfull', () => {
    const folders = new Map<string, number>();
    for (const { path } of product) folders.set(dirname(path), (folders.get(dirname(path)) ?? 0) + 1);
    offences(
      [...folders]
        .filter(([folder, files]) => files > mostFilesIn(folder))
        .map(([folder, files]) => `${folder}: ${files}`),
    );
  });

  test('leave only what composes at the top of the collector', () => {
    const top = collector.filter(({ path }) => dirname(path) === 'collector').map(({ path }) => basename(path));
    const composing = ['main.ts', 'serve.ts', 'environment.ts', 'catalogue.ts'];
    offences(top.filter((file) => !composing.includes(file)));
  });
});

describe('a name', () => {
  test('that the collector exports has one meaning', () => {
    const meanings = new Map<string, string[]>();
    for (const { path, text } of collector.filter(({ path }) => !path.startsWith('collector/kit/index')))
      for (const [, name = ''] of withoutComments(text).matchAll(
        /^export (?:async )?(?:function\*?|const|class|interface|type|enum) (\w+)/gm,
      ))
        meanings.set(name, [...new Set([...(meanings.get(name) ?? []), path])]);
    offences(
      [...meanings].filter(([, files]) => files.length > 1).map(([name, files]) => `${name}: ${files.join(', ')}`),
    );
  });

  test('that the collector and the tag give a function says verb and object', () => {
    // Units, what a page or a shell calls, and two words of every line.
    const known = new Set([
      'days',
      'hours',
      'minutes',
      'seconds',
      'init',
      'main',
      'print',
      'guard',
      'later',
      'storage',
    ]);
    const named =
      /^export (?:(?:async )?function\*? ([a-z]+)[(<]|const ([a-z]+) = (?:(?:async )?(?:<[^>]+>)?\(|guard\())/gm;
    offences(
      [...collector, ...tag].flatMap(({ path, text }) =>
        [...withoutComments(text).matchAll(named)]
          .map(([, declared, assigned]) => declared ?? assigned!)
          .filter((name) => !known.has(name))
          .map((name) => `${path}: ${name}`),
      ),
    );
  });

  test('of a file that a comment gives is the name of a file', () => {
    const known = new Set(sources.flatMap(({ path }) => [path, basename(path)]));
    const cited = /(?<![\w/.:-])((?:[\w-]+\/)*[\w-]+\.(?:ts|mjs))\b/g;
    offences(
      product.flatMap(({ path, text }) =>
        commentsOf(text)
          .flatMap((comment) => [...comment.matchAll(cited)].map(([, file]) => file!))
          .filter((file) => ![...known].some((name) => name === file || name.endsWith(`/${file}`)))
          .map((file) => `${path}: ${file}`),
      ),
    );
  });
});

test("a folder of a room's tests is a folder of the room", () => {
  const rooms = PRODUCT.filter((room) => existsSync(join(root, 'test', room)));
  const folders = rooms.flatMap((room) =>
    readdirSync(join(root, 'test', room), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => relative(join(root, 'test'), join(entry.parentPath, entry.name))),
  );
  offences(folders.filter((folder) => !existsSync(join(root, folder))));
});

test('no line of a comment is longer than 160 characters', () => {
  offences(
    product.flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          /^\s*(\/\/|\*|\/\*)/.test(line) && line.length > 160 ? [`${path}:${index + 1}`] : [],
        ),
    ),
  );
});

describe('ARCHITECTURE.md', () => {
  test('shows the rooms as this table has them, in this order', () => {
    const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
    const shown = [...text.matchAll(/^\| `([\w/-]+)` \| (.+) \|$/gm)].map(([, room, what]) => [room, what]);
    expect(shown).toEqual(ROOMS.map(([room, what]) => [room, what]));
  });

  test('names only files that there are', () => {
    const known = sources.map(({ path }) => `/${path}`);
    const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
    const named = [...text.matchAll(/`((?:[\w-]+\/)*[\w-]+\.(?:tsx?|mjs))`/g)].map(([, file]) => file!);
    offences(named.filter((file) => !known.some((path) => path.endsWith(`/${file}`))));
  });
});

describe('a definition', () => {
  const KINDS = /^collector\/(destinations|sources|platforms)\//;
  test('imports the kit, tools, words and its own folder, nothing else', () => {
    offences(
      collector
        .filter(({ path }) => KINDS.test(path))
        .flatMap(({ path, imports }) =>
          imports
            .filter((target) => !/^(wire|collector\/(lib|model|kit))\//.test(target) && roomOf(target) !== roomOf(path))
            .map((target) => `${path} → ${target}`),
        ),
    );
  });
});

describe('an engine', () => {
  test('is asked for every method of the store by the contract suite', () => {
    const contract = readdirSync(join(root, 'test/collector/store'))
      .filter((name) => name.startsWith('contract'))
      .map((name) => readFileSync(join(root, 'test/collector/store', name), 'utf8'))
      .join('\n');
    offences(
      collector
        .filter(({ path }) => /^collector\/store\/(\w+-)?store\.ts$/.test(path))
        .flatMap(({ path, text }) =>
          [...text.matchAll(/^  (\w+)(?:<[^>]*>)?\(/gm)]
            .map(([, method]) => method!)
            .filter((method) => method !== 'constructor' && !new RegExp(`\\.${method}\\(`).test(contract))
            .map((method) => `${path}: ${method}`),
        ),
    );
  });

  test('is the only place that knows its driver', () => {
    const drivers = [
      ['better-sqlite3', 'collector/store/sqlite/'],
      ['pg', 'collector/store/postgres/'],
    ] as const;
    offences(
      product.flatMap(({ path, packages }) =>
        drivers
          .filter(([driver, folder]) => packages.includes(driver) && !path.startsWith(folder))
          .map(([driver]) => `${path} → ${driver}`),
      ),
    );
  });
});

describe('the collector', () => {
  test('knows the sandbox only in the commands that start it', () => {
    const allowed = /^collector\/cli\/commands\/(demo\/demo|sandbox)\.ts$/;
    offences(
      collector
        .filter(({ path, imports }) => !allowed.test(path) && imports.some((target) => target.startsWith('sandbox/')))
        .map(({ path }) => path),
    );
  });

  test('changes data by the deeds of its rooms, never from the faces themselves', () => {
    const faces = /^collector\/(cli|http)\//;
    // The demo plays what networks answered to ninety days of sales.
    const played = 'collector/cli/commands/demo/invented-sales.ts';
    offences(
      collector
        .filter(({ path }) => faces.test(path) && path !== played)
        .flatMap(({ path, text }) =>
          [...withoutComments(text).matchAll(/\b(?:store|write)\.(\w+)\(/g)]
            .filter(([, method]) => WRITES.has(method!))
            .map(([, method]) => `${path}: ${method}`),
        ),
    );
  });

  test('reads environment and clock where it is composed, and nowhere else', () => {
    const composed = /^collector\/(main|lib\/clock)\.ts$/;
    offences(
      collector
        .filter(
          ({ path, text }) =>
            !composed.test(path) && /process\.env\b|Date\.now\(|new Date\(\)/.test(withoutComments(text)),
        )
        .map(({ path }) => path),
    );
  });
});

describe('the tag', () => {
  test('knows the collector by the wire alone', () => {
    offences(
      tag.flatMap(({ path, imports }) =>
        imports.filter((target) => !/^(tag|wire)\//.test(target)).map((target) => `${path} → ${target}`),
      ),
    );
  });

  test('loads its late part only from itself and from the files that are built', () => {
    offences(
      tag
        .filter(({ path }) => !/^tag\/(late|entries)\//.test(path))
        .flatMap(({ path, loads }) =>
          loads.filter((target) => target.startsWith('tag/late/')).map((target) => `${path} → ${target}`),
        ),
    );
  });

  test('knows no network by name, and click parameters only as the defaults of the files that work alone', () => {
    const names = destinations.map(({ name }) => name).filter((name) => !/^(sale-|postback$)/.test(name));
    const network = RegExp(`\\b(${[...names, 'awin'].join('|')})\\b`, 'i');
    const alone = /^tag\/entries\/(static|capture)\.ts$/;
    offences(tag.filter(({ text }) => network.test(withoutComments(text))).map(({ path }) => path));
    offences(
      tag
        .filter(({ path, text }) => !alone.test(path) && /irclickid|im_ref/.test(withoutComments(text)))
        .map(({ path }) => path),
    );
  });
});

test('the dashboard knows the collector by the wire alone', () => {
  offences(
    product
      .filter(({ path }) => path.startsWith('dashboard/'))
      .flatMap(({ path, imports }) =>
        imports.filter((target) => !/^(dashboard|wire)\//.test(target)).map((target) => `${path} → ${target}`),
      ),
  );
});

test('middleware and sandbox need nothing of the collector but its tools', () => {
  offences(
    product
      .filter(({ path }) => /^(sandbox|middleware)\//.test(path))
      .flatMap(({ path, imports }) =>
        imports
          .filter((target) => target.startsWith('collector/') && !target.startsWith('collector/lib/'))
          .map((target) => `${path} → ${target}`),
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
