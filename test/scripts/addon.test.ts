import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import { expect, test, vi } from 'vitest';
import { temporaryFolders } from '../harness/folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DRIVER = 'node_modules/better-sqlite3';
const BUILT = `${DRIVER}/build/Release/better_sqlite3.node`;
const folder = temporaryFolders();
/** A driver is copied and processes are started: on a busy machine that takes its time. */
vi.setConfig({ testTimeout: 120_000 });

interface Tree {
  root: string;
  cache: string;
  /** What the stand-in for npm was asked to rebuild, a line a call: its arguments and where it was told to find headers. */
  asked(): string[];
  ensure(): { status: number | null; said: string };
  loads(): boolean;
}

/** A tree with the driver of this one, whose compiled half is another Node's, and an npm that installs `fetched`. */
function tree({ cached, fetched }: { cached?: string | Buffer; fetched?: string }): Tree {
  const root = folder();
  for (const part of ['package.json', 'lib'])
    cpSync(join(ROOT, DRIVER, part), join(root, DRIVER, part), { recursive: true });
  for (const name of ['bindings', 'file-uri-to-path'])
    symlinkSync(join(ROOT, 'node_modules', name), join(root, 'node_modules', name));
  mkdirSync(dirname(join(root, BUILT)), { recursive: true });
  writeFileSync(join(root, BUILT), 'made for another Node');
  const cache = join(root, 'cache');
  const env = { PATH: `${root}/bin:${process.env['PATH']}`, HOME: root, CLICKTHREAD_CACHE: cache };
  mkdirSync(join(root, 'bin'));
  writeFileSync(
    join(root, 'bin/npm'),
    `#!/bin/sh\necho "$* $npm_config_nodedir" >> asked\n${fetched === undefined ? 'exit 1' : `cp "${fetched}" ${BUILT}`}\n`,
  );
  chmodSync(join(root, 'bin/npm'), 0o755);
  const run = (script: string) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, env, encoding: 'utf8' });
  const module = JSON.stringify(new URL('../../scripts/addon.mjs', import.meta.url).href);
  if (cached !== undefined) {
    const { stdout } = run(
      `import { cachedAddon } from ${module}; process.stdout.write(cachedAddon({ root: ${JSON.stringify(root)} }))`,
    );
    mkdirSync(dirname(stdout), { recursive: true });
    writeFileSync(stdout, cached);
  }
  return {
    root,
    cache,
    asked: () =>
      existsSync(join(root, 'asked')) ? readFileSync(join(root, 'asked'), 'utf8').match(/^rebuild.*$/gm)! : [],
    ensure() {
      const { status, stderr } = run(`
        import { ensureAddon } from ${module};
        const say = (text) => process.stderr.write(text + '\\n');
        ensureAddon({ root: ${JSON.stringify(root)}, say, fail: (text) => { say(text); process.exit(1); } });`);
      return { status, said: stderr };
    },
    loads: () =>
      spawnSync(process.execPath, ['-e', "new (require('better-sqlite3'))(':memory:')"], { cwd: root }).status === 0,
  };
}

const good = readFileSync(join(ROOT, BUILT));

test('a driver that was made for another Node is replaced by the one in the cache, without npm', () => {
  const { ensure, loads, asked } = tree({ cached: good });
  expect(loads()).toBe(false);
  expect(ensure()).toEqual({ status: 0, said: '' });
  expect([loads(), asked()]).toEqual([true, []]);
  // And is looked at no more.
  expect(ensure()).toEqual({ status: 0, said: '' });
});

test.each([
  ['there is none', undefined],
  ['it does not load either', 'half a file'],
])('where %s in the cache, npm is asked once, and what it makes is kept', (_, cached) => {
  const first = tree({ fetched: join(ROOT, BUILT), ...(cached === undefined ? {} : { cached }) });
  expect(first.ensure()).toMatchObject({ status: 0, said: expect.stringContaining(process.versions.node) });
  expect(first.loads()).toBe(true);
  expect(first.asked()).toHaveLength(1);
  const folder = dirname(dirname(process.execPath));
  const [, told] = /^rebuild better-sqlite3 --foreground-scripts=false ?(.*)$/.exec(first.asked()[0]!)!;
  // Those beside the program, or, where they make the driver abort, the last that didn't.
  if (existsSync(`${folder}/include/node/node.h`)) expect(told === folder || told!.includes('24.19')).toBe(true);
  // Another file of another Node comes into the tree: the cache has this one's now.
  writeFileSync(join(first.root, BUILT), 'made for another Node');
  expect(first.ensure()).toEqual({ status: 0, said: '' });
  expect([first.loads(), first.asked().length]).toEqual([true, 1]);
});

test('where npm can not make it either, it is said, and nothing is kept', () => {
  const { ensure, cache } = tree({});
  expect(ensure()).toMatchObject({ status: 1, said: expect.stringContaining('could not be installed') });
  expect(existsSync(join(cache, 'addons'))).toBe(false);
});

test('a driver of the headers with which Node 24 aborts is told apart', () => {
  const root = folder();
  for (const [name, bytes] of [
    ['harmless', good],
    ['aborting', Buffer.concat([good, Buffer.from('RemoveEnvironmentCleanupHook')])],
  ] as const)
    writeFileSync(join(root, name), bytes);
  const { stdout } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { mayAbort } from ${JSON.stringify(new URL('../../scripts/addon.mjs', import.meta.url).href)};
       console.log(JSON.stringify([24, 22].map((major) => ['harmless', 'aborting'].map((name) => mayAbort(name, major)))));`,
    ],
    { cwd: root, encoding: 'utf8' },
  );
  expect(JSON.parse(stdout)).toEqual([
    [false, true],
    [false, false],
  ]);
});
