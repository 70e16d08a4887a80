// `npm run test:pages`: installs the consent managers and frameworks of `test/pages`, and opens the tag with each. Without them it says so and ends well.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './ensure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}test/pages`;
/** Longer than a slow registry, shorter than anybody's patience. */
const INSTALL_MS = 120_000;
const shell = process.platform === 'win32';

const install = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];
const { status } = spawnSync('npm', install, { cwd: folder, stdio: 'inherit', timeout: INSTALL_MS, shell });
if (status !== 0) {
  console.log(
    `not run: the packages of test/pages could not be installed within ${INSTALL_MS / 1000} s (npm ci in test/pages)`,
  );
  process.exit(0);
}
ensureBuilt({ root });
const env = { ...process.env, TEST_PAGES: '1' };
const run = spawnSync('npx', ['vitest', 'run', '--project', 'pages', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env,
  shell,
});
process.exit(run.status ?? 1);
