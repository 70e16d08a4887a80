// better-sqlite3's compiled half, for the Node that asks: from the cache, else fetched, else compiled, and then cached.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder, fetchNode } from './packaged-node.mjs';

const RUNNING = Number(process.versions.node.split('.')[0]);
const WINDOWS = process.platform === 'win32';
const BUILT = 'node_modules/better-sqlite3/build/Release/better_sqlite3.node';
/** Which file was tried last, and by the Node of which interface. */
const NOTE = 'node_modules/.cache/better-sqlite3-loads';
/** Opens a database: the first argument, with the addon that is the second, else the tree's own. */
export const PROBE = `
  const [file, nativeBinding] = process.argv.slice(1);
  const db = new (require('better-sqlite3'))(file, { nativeBinding });
  db.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
  if (db.prepare('SELECT COUNT(*) FROM t').pluck().get() !== 1) process.exit(1);
  db.close();
`;

/** Where the addon of this tree's better-sqlite3 is cached for a Node: it depends on the interface of that Node alone. */
export function cachedAddon({ root, abi = process.versions.modules, env = process.env }) {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/better-sqlite3/package.json'), 'utf8'));
  const libc =
    process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined ? '-musl' : '';
  const machine = `${process.platform}${libc}-${process.arch}`;
  return join(cacheFolder({ env }), 'addons', `better-sqlite3-${version}-${machine}-node-${abi}.node`);
}

/** Makes better-sqlite3 loadable by the running Node; whatever else lies in the tree was made for another one. */
export function ensureAddon({ root, say, fail }) {
  if (noted(root) || loads(root)) return;
  const cached = cachedAddon({ root });
  if (existsSync(cached)) {
    replace(cached, join(root, BUILT));
    if (loads(root)) return;
  }
  say(
    `Fetching better-sqlite3 for Node ${process.versions.node}, or compiling it where there is none to fetch (a minute or two, once) …`,
  );
  const headers = headersOf({ program: process.execPath, fail });
  const rebuild = (more) =>
    spawnSync('npm', ['rebuild', 'better-sqlite3', '--foreground-scripts=false'], {
      cwd: root,
      stdio: ['ignore', process.stderr, process.stderr],
      env: { ...process.env, ...(headers === undefined ? {} : { npm_config_nodedir: headers }), ...more },
      shell: WINDOWS,
    }).status === 0;
  // Where what there is to fetch may abort, it is compiled all the same.
  const made = rebuild({}) && (loads(root) || (rebuild({ npm_config_build_from_source: 'true' }) && loads(root)));
  if (!made) fail('better-sqlite3 could not be installed; what is printed above says why.');
  try {
    replace(join(root, BUILT), cached);
  } catch (error) {
    say(`It is not kept for the next time: ${error.message}`);
  }
}

/**
 * What headers from Node 24.19 on leave in an addon of better-sqlite3's kind: it loads and works, until a statement is collected as garbage
 * at the wrong moment, which aborts the process. https://github.com/nodejs/node/issues/65446
 */
const ABORTING = 'RemoveEnvironmentCleanupHook';

/** Whether an addon was compiled against such headers, for a Node that minds. */
export const mayAbort = (addon, major = RUNNING) => major === 24 && readFileSync(addon).includes(ABORTING);

/**
 * The headers to compile against, where something must be said of them: those beside the program (as in its packages), so that nothing is
 * fetched, or the last harmless ones, which describe the same interface.
 */
function headersOf({ program, fail }) {
  const folder = dirname(dirname(program));
  const header = join(folder, 'include/node/node_object_wrap.h');
  if (RUNNING !== 24 || (existsSync(header) && !readFileSync(header, 'utf8').includes(ABORTING)))
    return existsSync(header) ? folder : undefined;
  try {
    return fetchNode('<24.19 >=24');
  } catch (error) {
    return fail(`better-sqlite3 could not be installed: ${error.message}`);
  }
}

/** Whether this very file is noted to load: trying takes longer than a command may take to start. */
const noted = (root) => existsSync(join(root, NOTE)) && readFileSync(join(root, NOTE), 'utf8') === note(root);

const note = (root) =>
  existsSync(join(root, BUILT)) ? `${process.versions.modules} ${statSync(join(root, BUILT)).mtimeMs}` : '';

function loads(root) {
  if (!existsSync(join(root, BUILT)) || mayAbort(join(root, BUILT))) return false;
  if (spawnSync(process.execPath, ['-e', PROBE, ':memory:'], { cwd: root, stdio: 'ignore' }).status !== 0) return false;
  mkdirSync(dirname(join(root, NOTE)), { recursive: true });
  writeFileSync(join(root, NOTE), note(root));
  return true;
}

/** Copies aside and renames, so that whoever looks meanwhile sees the old file or the new one, whole. */
function replace(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  const aside = `${to}.${process.pid}`;
  try {
    copyFileSync(from, aside);
    renameSync(aside, to);
  } finally {
    rmSync(aside, { force: true });
  }
}
