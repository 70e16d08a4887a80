// Other vendors' tags, each bundled as its user would ship it: installed beside the benchmark on first use, no dependency of ours.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { installPeers } from '../harness/install-peers.mjs';

const folder = fileURLToPath(new URL('tags/', import.meta.url));

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
  const { versions, installed } = installPeers(folder, "other vendors' tags (about 80 MB)");
  return Promise.all(
    Object.entries(ENTRIES).map(async ([name, entry]) => ({
      name: `${name} ${versions[name]}`,
      code: installed ? await bundle(entry) : undefined,
    })),
  );
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
