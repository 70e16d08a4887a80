// What the tag weighs and what it costs the page's main thread, beside other vendors' tags where they are installed.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { startCollector } from './harness/collector.mjs';
import { measureEvaluation } from './harness/evaluation.mjs';
import { fixed, printTable, verdict, whole } from './harness/table.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const PEERS = [
  '@dub/analytics',
  '@plausible-analytics/tracker',
  '@snowplow/browser-tracker',
  '@segment/analytics-next',
  'posthog-js',
];
const LOADS = 15;

/** Bytes; from the budgets in the design. */
const BUDGETS = {
  'clickthread.js': { gzip: 3000, brotli: 2750 },
  'clickthread.capture.js': { brotli: 1300 },
  'stub.js': { brotli: 250 },
};

const SITE = `
sites:
  - id: shop
    domains: [localhost]
    linked: [checkout.example]
    currency: USD
    consent: granted
    connections:
      - id: impact
        type: impact
        settings: { accountSid: IRbench, authToken: bench-token, campaignId: "1000", actionTrackerId: "9876" }
`;

export async function run() {
  const own = ownFiles().map((file) => ({ name: file, ...weigh(readFileSync(`${root}dist/tag/${file}`)) }));
  const peers = await Promise.all(installedPeers().map(async (name) => ({ name, ...weigh(await bundle(name)) })));
  const small = reportSizes(own, peers);
  const quick = await reportTime(peers);
  return small && quick;
}

/** What rollup built; beside it lie modules that are no tag. */
function ownFiles() {
  const manifest = `${root}dist/tag/manifest.json`;
  const built = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).map(({ file }) => file) : [];
  const files = readdirSync(`${root}dist/tag`).filter((file) => /\.m?js$/.test(file));
  return built.length > 0 ? files.filter((file) => built.includes(file)) : files;
}

const installedPeers = () => PEERS.filter((name) => existsSync(`${root}node_modules/${name}/package.json`));

/** All that the package exports, as one script: what its users load when they use all of it. */
async function bundle(name) {
  const { outputFiles } = await build({
    stdin: { contents: `import * as peer from '${name}'; globalThis.peer = peer;`, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2020',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  return Buffer.from(outputFiles[0].contents);
}

function weigh(code) {
  const brotli = brotliCompressSync(code, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: code.length },
  });
  return { code, plain: code.length, gzip: gzipSync(code, { level: 9 }).length, brotli: brotli.length };
}

function reportSizes(own, peers) {
  const row = ({ name, plain, gzip, brotli }) => {
    const budget = BUDGETS[name];
    const met = !budget || ((budget.gzip ?? Infinity) >= gzip && (budget.brotli ?? Infinity) >= brotli);
    const target = budget
      ? Object.entries(budget)
          .map(([kind, bytes]) => `${kind} ≤ ${whole(bytes)}`)
          .join(', ')
      : '';
    return [name, whole(plain), whole(gzip), whole(brotli), target, budget ? verdict(met) : ''];
  };
  const rows = [...own, ...peers].map(row);
  printTable('Tag, bytes', [['file', 'minified', 'gzip -9', 'brotli 11', 'target', ''], ...rows]);
  const missing = PEERS.filter((name) => !peers.some((peer) => peer.name === name));
  if (missing.length > 0) process.stdout.write(`\nNot installed, so not compared: ${missing.join(', ')}\n`);
  return rows.every((cells) => cells[5] !== verdict(false));
}

async function reportTime(peers) {
  const collector = await startCollector({ config: SITE });
  try {
    const contenders = [
      { name: 'Clickthread, as the collector serves it', url: `${collector.url}/t/shop.js` },
      ...peers.map(({ name, code }) => ({ name, code })),
    ];
    const times = await measureEvaluation({ contenders, loads: LOADS });
    const dub = times.find(({ name }) => name === '@dub/analytics');
    const limit = Math.min(2, dub?.least ?? 2);
    const met = times[0].least <= limit;
    printTable(`Tag, main-thread time of its script in Chromium, minimum of ${LOADS} cold loads`, [
      ['script', 'least', 'median', 'target', ''],
      ...times.map(({ name, least, median }, index) => [
        name,
        `${fixed(least, 2)} ms`,
        `${fixed(median, 2)} ms`,
        index === 0 ? `≤ ${fixed(limit, 2)} ms` : '',
        index === 0 ? verdict(met) : '',
      ]),
    ]);
    return met;
  } finally {
    await collector.stop();
  }
}
