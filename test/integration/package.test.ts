/** What is published, used as a stranger would: packed, installed into an empty folder, run, and compiled against. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../harness/until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let packed: string[];

function npm(args: string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stdout;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'clickthread-package-'));
  const [{ filename, files }] = JSON.parse(
    npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root),
  ) as [{ filename: string; files: { path: string }[] }];
  packed = files.map(({ path }) => path);
  writeFileSync(join(folder, 'package.json'), '{"name":"stranger","private":true,"type":"module"}');
  npm(['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', `./${filename}`], folder);
  // The one native part was compiled for this Node when the tree was installed; a stranger's npm does it by its install script.
  cpSync(join(root, 'node_modules/better-sqlite3/build'), join(folder, 'node_modules/better-sqlite3/build'), {
    recursive: true,
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('it holds what runs and what is read, and nothing that only tests need', () => {
  expect(packed).toEqual(expect.arrayContaining(['bin/clickthread.mjs', 'dist/collector/main.js', 'dist/tag/late.js']));
  expect(packed).toEqual(expect.arrayContaining(['dist/collector/LICENCES.txt', 'docs/reference.md', 'LICENSE']));
  const strange = packed.filter((path) =>
    /(^|\/)(test|check|bench|scripts|node_modules)\/|\.test\.|\.ts$(?<!\.d\.ts)/.test(path),
  );
  expect(strange).toEqual([]);
  const modules = packed.filter((path) => /^dist\/collector\/.*\.js$/.test(path));
  // A command reads its own alone; that they stay far from the 700 of the sources is what is held.
  expect(modules.length, 'files that a start may have to read').toBeLessThan(120);
});

test('publint finds nothing to say', async () => {
  const { messages, pkg } = await publint({ pkgDir: root, pack: false, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('it brings one package with native code, and the few that fetch it', () => {
  const { dependencies } = JSON.parse(npm(['ls', '--json'], folder)) as { dependencies: Record<string, unknown> };
  expect(Object.keys(dependencies)).toEqual(['clickthread']);
  expect(existsSync(join(folder, 'node_modules/express'))).toBe(false);
  expect(readdirSync(join(folder, 'node_modules')).length).toBeLessThan(60);
});

test('"npx clickthread demo" runs it', async () => {
  const demo = spawn('npx', ['--no-install', 'clickthread', 'demo', '--port', '0'], { cwd: folder, detached: true });
  let out = '';
  demo.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  demo.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => demo.on('exit', resolve));
  try {
    const [shop] = await until(() => /http:\/\/127\.0\.0\.1:\d+\S*/.exec(out), {
      what: 'the demo to say its addresses',
    });
    expect((await fetch(shop)).status).toBeLessThan(400);
  } finally {
    process.kill(-demo.pid!, 'SIGINT');
    await ended;
  }
});

test('what it exports type-checks for those who import it', () => {
  writeFileSync(
    join(folder, 'stranger.ts'),
    `import { init } from 'clickthread/tag';
import { defineDestination } from 'clickthread/plugin';
import { destinationContract } from 'clickthread/plugin/contract';
import * as middleware from 'clickthread/middleware';
export const all = [init, defineDestination, destinationContract, middleware];
`,
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const typeRoots = join(root, 'node_modules/@types');
  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const flags = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--module',
      module!,
      '--moduleResolution',
      resolution!,
    ];
    const { status, stdout } = spawnSync(
      process.execPath,
      [tsc, ...flags, '--typeRoots', typeRoots, '--types', 'node', 'stranger.ts'],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(stdout, resolution).toBe('');
    expect(status, resolution).toBe(0);
  }
});
