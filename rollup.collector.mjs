/** Bundles what runs in Node, libraries included: a start reads a handful of files instead of some seven hundred. */
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { transform } from 'esbuild';

/** Native code stays a package of its own; `vitest` is that of whoever runs the contract suite. */
const EXTERNAL = ['better-sqlite3', 'vitest'];

const OUT = 'dist/collector';

/** esbuild strips the types; names and lines stay, so that a stack trace can be read. */
const types = () => ({
  name: 'types',
  async transform(code, id) {
    if (!id.endsWith('.ts')) return null;
    const result = await transform(code, { loader: 'ts', target: 'node20', sourcefile: id, sourcemap: true });
    return { code: result.code, map: result.map };
  },
});

/** Comments and blanks of libraries are read at every start, by nobody. */
const compact = () => ({
  name: 'compact',
  async renderChunk(code) {
    const result = await transform(code, {
      minifyWhitespace: true,
      target: 'node20',
      sourcemap: true,
      legalComments: 'none',
    });
    return { code: result.code, map: result.map };
  },
});

/** A library in whose place the bundle has something smaller. */
const charsets = () => ({
  name: 'charsets',
  resolveId: (id) => (id === 'iconv-lite' ? fileURLToPath(new URL('scripts/charsets.cjs', import.meta.url)) : null),
});

/** What was bundled keeps its licence beside it. */
const licences = () => ({
  name: 'licences',
  generateBundle(_, bundle) {
    const packages = new Set();
    for (const { modules = {} } of Object.values(bundle)) {
      for (const id of Object.keys(modules)) {
        const [, folder] = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/?]+)/.exec(id) ?? [];
        if (folder) packages.add(folder);
      }
    }
    const texts = [...packages].sort().map(licenceOf);
    this.emitFile({ type: 'asset', fileName: 'LICENCES.txt', source: texts.join(`\n${'-'.repeat(72)}\n\n`) });
  },
});

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file && existsSync(`${folder}/${file}`) ? readFileSync(`${folder}/${file}`, 'utf8').trim() : '';
  return `${name} ${version} (${license})\n\n${text}\n`;
}

/** What an earlier build wrote and this one doesn't. */
const sweep = () => ({
  name: 'sweep',
  writeBundle(_, bundle) {
    for (const file of readdirSync(OUT)) if (!(file in bundle)) rmSync(`${OUT}/${file}`, { recursive: true });
  },
});

export default {
  input: {
    main: 'collector/main.ts',
    thread: 'collector/writer/thread.ts',
    plugin: 'collector/kit/index.ts',
    'plugin-contract': 'collector/kit/contract.ts',
    'document-cookies': 'middleware/document-cookies.ts',
  },
  output: {
    dir: OUT,
    format: 'es',
    sourcemap: true,
    // Places are mapped, lines aren't shown: the sources stay in the repository.
    sourcemapExcludeSources: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    generatedCode: { constBindings: true },
    experimentalMinChunkSize: 20_000,
  },
  external: (id) => EXTERNAL.includes(id) || isBuiltin(id),
  plugins: [
    charsets(),
    nodeResolve({ exportConditions: ['node'], preferBuiltins: true, extensions: ['.ts', '.mjs', '.js', '.json'] }),
    // A library's lazy `require` stays lazy: undici asks for `node:sqlite`, which Node 20 lacks, where somebody keeps a cache in it.
    commonjs({ strictRequires: true, ignore: ['node:sqlite'] }),
    json(),
    types(),
    compact(),
    licences(),
    sweep(),
  ],
  onwarn(warning, warn) {
    // Of libraries: zod's notes to other bundlers, circles inside packages.
    if (['INVALID_ANNOTATION', 'CIRCULAR_DEPENDENCY'].includes(warning.code)) return;
    warn(warning);
  },
};
