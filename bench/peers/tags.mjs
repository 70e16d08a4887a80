// Other vendors' tags, each bundled as its user would ship it: installed beside the benchmark on first use, no dependency of ours.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('tags/', import.meta.url));
const read = (file) => JSON.parse(readFileSync(`${folder}${file}`, 'utf8'));

/** Where each package is started: `tags/ENTRY.mjs`. */
const ENTRIES = {
  '@dub/analytics': 'dub',
  '@plausible-analytics/tracker': 'plausible',
  '@snowplow/browser-tracker': 'snowplow',
  '@segment/analytics-next': 'segment',
  'posthog-js': 'posthog',
};

/** Every peer with its `code`; without, where it could not be installed. */
export async function peerTags() {
  const versions = read('package.json').dependencies;
  const installed = ensureInstalled(versions);
  return Promise.all(
    Object.entries(ENTRIES).map(async ([name, entry]) => ({
      name: `${name} ${versions[name]}`,
      code: installed ? await bundle(entry) : undefined,
    })),
  );
}

const isInstalled = (versions) =>
  Object.entries(versions).every(([name, version]) => {
    const manifest = `node_modules/${name}/package.json`;
    return existsSync(folder + manifest) && read(manifest).version === version;
  });

function ensureInstalled(versions) {
  if (isInstalled(versions)) return true;
  say("Installing other vendors' tags to compare with, in bench/peers/tags/node_modules (once, about 80 MB) …");
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

async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [`${folder}${entry}.mjs`],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2020',
    platform: 'browser',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  return Buffer.from(outputFiles[0].contents);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
