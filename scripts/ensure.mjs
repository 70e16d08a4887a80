// Installs and builds what is missing, and only then: a fresh clone with Node and npm needs nothing else.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureAddon } from './addon.mjs';

const SOURCES = [
  'wire',
  'tag',
  'dashboard',
  'collector',
  'sandbox',
  'gtm',
  'middleware',
  'rollup.config.mjs',
  'rollup.collector.mjs',
  'tsconfig.json',
  'tsconfig.build.json',
];
const OLDEST_NODE = [20, 19];

/** Installs the dependencies if they are missing or the lock file is newer, and what the running Node needs of them. */
export function ensureInstalled({ root }) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    fail(`Clickthread needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
  }
  const marker = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(marker) || newest(marker) < newest(join(root, 'package-lock.json'))) {
    say('Installing dependencies (once) …');
    run(['npm', 'ci', '--no-audit', '--no-fund', '--ignore-scripts'], root);
    run(['npm', 'rebuild', 'esbuild', '--foreground-scripts=false'], root);
  }
  // Not only after that: the tree may have been installed by another Node.
  ensureAddon({ root, say, fail });
}

/** Builds the collector and the tag if their sources are newer than what was built. */
export function ensureBuilt({ root }) {
  ensureInstalled({ root });
  const built = Math.min(newest(join(root, 'dist/collector/main.js')), newest(join(root, 'dist/tag/clickthread.js')));
  if (built > 0 && SOURCES.every((source) => newest(join(root, source)) <= built)) return;
  say('Building …');
  run(['npm', 'run', '--silent', 'build'], root);
}

/** Newest modification in a file or folder, 0 where there is none. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((entry) => newest(join(path, entry))));
}

function run([command, ...args], cwd) {
  // What these print belongs to the person at the terminal, not to whoever reads this command's output.
  const result = spawnSync(command, args, {
    cwd,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) fail(`"${command} ${args.join(' ')}" failed; what it printed above says why.`);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensureBuilt({ root: fileURLToPath(new URL('..', import.meta.url)) });
}
