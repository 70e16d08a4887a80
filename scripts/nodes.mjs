// `npm run test:nodes [-- 20 22 24] [--unit]`: `npm test` on a fresh clone with nothing but Node and npm, on every Node that is supported.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { cachedAddon, mayAbort, PROBE } from './addon.mjs';
import { cacheFolder, fetchNode, packagedNode, programOf } from './packaged-node.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VERSIONS = ['20', '22', '24'];
const RUNNING = process.versions.node.split('.')[0];
/** Runs a command to its end; throws where it fails. */
function run({ command: [program, ...args], cwd = ROOT, env = process.env }) {
  const { status } = spawnSync(program, args, {
    cwd,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`"${[program, ...args].join(' ')}" ended with ${status}.`);
}

/**
 * A place like a fresh container: an empty home, temporary folder and npm cache, and a path on which `node` and `npm` are those of the
 * version. From outside come the registry's address, and addons that were fetched or compiled before.
 */
export function emptyMachine({ folder, node, npm }) {
  for (const name of ['bin', 'home', 'tmp', 'cache']) mkdirSync(join(folder, name));
  symlinkSync(realpathSync(node), join(folder, 'bin/node'));
  for (const name of ['npm', 'npx'])
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\nexec "${node}" "${join(npm, `bin/${name}-cli.js`)}" "$@"\n`, {
      mode: 0o755,
    });
  const passed = Object.entries(process.env).filter(([name]) =>
    /^(https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|LANG)$/i.test(name),
  );
  return {
    ...Object.fromEntries(passed),
    PATH: [join(folder, 'bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    npm_config_cache: join(folder, 'cache'),
    npm_config_registry: spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).stdout.trim(),
    CLICKTHREAD_CACHE: cacheFolder(),
  };
}

/** Where the npm lives that started this script. */
function ownNpm() {
  const found = spawnSync('npm', ['root', '--global'], { encoding: 'utf8' }).stdout.trim();
  return join(found, 'npm');
}

/** The whole of it on one version; with `unit`, installing, building and the unit suite. */
function tryVersion(version, { unit }) {
  const node = programOf(fetchNode(version));
  const folder = mkdtempSync(join(tmpdir(), `clickthread-node-${version}-`));
  try {
    const env = emptyMachine({ folder, node, npm: ownNpm() });
    const clone = join(folder, 'clickthread');
    // What is committed, as everybody else gets it.
    run({ command: ['git', 'clone', '--quiet', '--no-local', ROOT, clone] });
    const commands = unit
      ? [
          ['node', 'scripts/ensure.mjs'],
          ['npm', 'run', 'test:unit'],
        ]
      : [['npm', 'test']];
    for (const command of commands) run({ command, cwd: clone, env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The short form, part of `npm test`: each Node that is here loads the addon that was made for it and opens a database. Nothing is fetched
 * and nothing compiled: that takes minutes, and `npm run test:nodes` leaves it where this finds it.
 */
export function tryAddons() {
  return VERSIONS.map((version) => {
    const node = version === RUNNING ? process.execPath : programOf(packagedNode(version));
    if (!existsSync(node)) return { version, result: 'missing', detail: `Node ${version} is not here` };
    const abi = spawnSync(node, ['-p', 'process.versions.modules'], { encoding: 'utf8' }).stdout.trim();
    const addon =
      version === RUNNING
        ? createRequire(import.meta.url).resolve('better-sqlite3/build/Release/better_sqlite3.node')
        : cachedAddon({ root: ROOT, abi });
    if (!existsSync(addon))
      return { version, result: 'missing', detail: `better-sqlite3 for Node ${version} is not here` };
    const folder = mkdtempSync(join(tmpdir(), 'clickthread-addon-'));
    try {
      const { status, stderr } = spawnSync(node, ['-e', PROBE, join(folder, 'a.db'), addon], {
        cwd: ROOT,
        encoding: 'utf8',
      });
      return status === 0 && !mayAbort(addon, Number(version))
        ? { version, result: 'passed', detail: `Node ${version}` }
        : {
            version,
            result: 'failed',
            detail: `Node ${version}: ${stderr === '' ? 'its headers make the driver abort' : stderr}`,
          };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

function main(args) {
  if (args.includes('--short')) {
    const tried = tryAddons();
    for (const { result, detail } of tried) process.stdout.write(`${result}  ${detail}\n`);
    return tried.every(({ result }) => result !== 'failed');
  }
  const named = args.filter((argument) => /^\d+$/.test(argument));
  const results = (named.length > 0 ? named : VERSIONS).map((version) => {
    process.stdout.write(`\n— Node ${version}\n`);
    const began = performance.now();
    try {
      tryVersion(version, { unit: args.includes('--unit') });
      return { version, passed: true, took: performance.now() - began };
    } catch (error) {
      process.stderr.write(`${error.message}\n`);
      return { version, passed: false, took: performance.now() - began };
    }
  });
  for (const { version, passed, took } of results)
    process.stdout.write(`${passed ? 'passed' : 'FAILED'}  Node ${version} in ${Math.round(took / 1000)} s\n`);
  return results.every(({ passed }) => passed);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = main(process.argv.slice(2)) ? 0 : 1;
