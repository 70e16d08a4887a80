// Other people's packages: installed beside the benchmark on first use, by a lockfile of their own, and no dependency of ours.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Versions by package of a folder under `bench/peers`, and whether they are there. `what` is said while they come. */
export function installPeers(folder, what) {
  const read = (file) => JSON.parse(readFileSync(`${folder}${file}`, 'utf8'));
  const versions = read('package.json').dependencies;
  const isInstalled = Object.entries(versions).every(([name, version]) => {
    const manifest = `node_modules/${name}/package.json`;
    return existsSync(folder + manifest) && read(manifest).version === version;
  });
  return { versions, installed: isInstalled || install(folder, what) };
}

function install(folder, what) {
  say(`Installing ${what} to compare with, in ${folder.slice(folder.indexOf('bench/'))}node_modules (once) …`);
  const { status, stderr } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1', '--loglevel=error'],
    { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' },
  );
  if (status === 0) return true;
  const code = /code (E\w+)/.exec(stderr ?? '')?.[1];
  say(`npm could not install them${code ? ` (${code})` : ''}: is the registry in reach? Measuring without them.`);
  return false;
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
