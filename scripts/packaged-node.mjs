// Nodes as npm packages hold them, with their headers, each fetched once and kept outside every tree.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const WINDOWS = process.platform === 'win32';
/** The packages are called so. */
const PACKAGE = `node-${WINDOWS ? 'win' : process.platform}-${process.arch}`;

/** What is made once for all trees of a user: `CLICKTHREAD_CACHE`, else the usual folder for such things. */
export function cacheFolder({ env = process.env } = {}) {
  return env.CLICKTHREAD_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'clickthread');
}

/** Where the package for a range of versions (`24`, `<24.19 >=24`) is or would be: `bin/node` and `include/node` lie in it. */
export function packagedNode(range) {
  return join(cacheFolder(), 'nodes', range.replaceAll(/[^\w.-]+/g, '_'), 'node_modules', PACKAGE);
}

/** The program in it. */
export const programOf = (folder) => join(folder, 'bin', WINDOWS ? 'node.exe' : 'node');

/** Gets the package where it isn't there yet, and answers where it is; throws where npm can't get it. */
export function fetchNode(range) {
  const folder = packagedNode(range);
  if (existsSync(folder)) return folder;
  const place = dirname(dirname(folder));
  mkdirSync(dirname(place), { recursive: true });
  const aside = mkdtempSync(`${place}-`);
  try {
    const args = ['install', '--prefix', aside, '--ignore-scripts', '--no-audit', '--no-fund', `${PACKAGE}@${range}`];
    const { status } = spawnSync('npm', args, { stdio: ['ignore', process.stderr, process.stderr], shell: WINDOWS });
    if (status !== 0) throw new Error(`npm could not fetch ${PACKAGE}@${range}; what it printed above says why.`);
    renameSync(aside, place);
  } catch (error) {
    // Somebody else was first.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return folder;
}
