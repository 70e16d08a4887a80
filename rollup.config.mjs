/** Builds the tag: strips types, bundles, minifies, names each file by its content, and prints what it weighs. */
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { transform } from 'esbuild';

const OUT = 'dist/tag';

/** esbuild only strips the types; rollup and terser do better at the rest. Chrome 80, Firefox 78 and Safari 13.1 read ES2020 syntax. */
const types = () => ({
  name: 'types',
  async transform(code, id) {
    if (!id.endsWith('.ts')) return null;
    const { code: stripped } = await transform(code, { loader: 'ts', target: 'es2020', sourcefile: id });
    return { code: stripped, map: null };
  },
});

/**
 * Shakes js-cookie by hand: its methods stand in an `Object.create` that no bundler can see through, it asks at every call whether there
 * is a document, and `get` also serves callers without a name. What is used stays as published; a release that looks different stops
 * the build.
 */
const shakeJsCookie = () => ({
  name: 'shake-js-cookie',
  transform(code, id) {
    if (!/js-cookie/.test(id)) return null;
    const shaken = code
      .replace(
        /return Object\.create\(\s*\{\s*set: set,\s*get: get,[\s\S]*?\n {2}\)\n\}/,
        'return { set: set, get: get }\n}',
      )
      .replace(/typeof document === 'undefined'/g, 'false')
      .replace('arguments.length && !name', 'false')
      .replace('name ? jar[name] : jar', 'jar[name]');
    if (/Object\.create|typeof document|arguments\.length &&|: jar/.test(shaken))
      throw new Error('js-cookie changed: look at shakeJsCookie in rollup.config.mjs');
    return { code: shaken, map: null };
  },
});

/** In the split build the late part finds the running tag's state on the global instead of bundling a second one. */
const coreFromPage = () => ({
  name: 'core-from-page',
  resolveId: (source, importer) => (source.endsWith('/core.ts') && importer ? '\0core' : null),
  load(id) {
    if (id !== '\0core') return null;
    const lists = [...readFileSync('tag/core.ts', 'utf8').matchAll(/^export \{ (.*) \}/gm)];
    return `export const { ${lists.map(([, names]) => names).join(', ')} } = clickthread._;`;
  },
});

/** The list of what the late part uses is an object of ours: nobody asks it for a prototype. */
const plainNamespace = () => ({
  name: 'plain-namespace',
  renderChunk: (code) => ({ code: code.replace('__proto__: null,', ''), map: null }),
});

const minify = terser({
  ecma: 2020,
  toplevel: true,
  compress: {
    passes: 4,
    unsafe: true,
    unsafe_arrows: true,
    unsafe_methods: true,
    pure_getters: true,
    keep_fargs: false,
  },
  format: { ecma: 2020, comments: false },
});

const built = new Map();

/** Prints sizes and keeps `manifest.json`: for each file its integrity (SRI) and a name that never changes its content. */
const weigh = () => ({
  name: 'weigh',
  writeBundle(_, bundle) {
    for (const file of Object.keys(bundle)) {
      const code = readFileSync(`${OUT}/${file}`);
      const integrity = `sha384-${createHash('sha384').update(code).digest('base64')}`;
      const version = createHash('sha256').update(code).digest('hex').slice(0, 12);
      built.set(file, { file, integrity, versioned: file.replace(/(\.m?js)$/, `.${version}$1`) });
      const sizes = [code.length, gzipSync(code, { level: 9 }).length, brotliCompressSync(code).length];
      console.log(
        `${file.padEnd(24)}${sizes.map((size) => String(size).padStart(7)).join('')}   bytes minified, gzip -9, brotli 11`,
      );
    }
    writeFileSync(`${OUT}/manifest.json`, JSON.stringify([...built.values()], null, 2) + '\n');
    copyFileSync('tag/clickthread.d.ts', `${OUT}/clickthread.d.ts`);
  },
});

const build = (input, file, { format = 'iife', plugins = [] } = {}) => ({
  input: `tag/${input}`,
  output: {
    file: `${OUT}/${file}`,
    format,
    generatedCode: { preset: 'es2015', symbols: false },
    freeze: false,
    externalLiveBindings: false,
    plugins: [weigh()],
  },
  plugins: [
    ...plugins,
    nodeResolve({ extensions: ['.ts', '.mjs', '.js'] }),
    types(),
    shakeJsCookie(),
    plainNamespace(),
    minify,
  ],
});

export default [
  build('index.ts', 'clickthread.js'),
  build('late.ts', 'late.js', { format: 'es', plugins: [coreFromPage()] }),
  build('static.ts', 'clickthread.static.js'),
  build('capture.ts', 'clickthread.capture.js'),
  build('module.ts', 'clickthread.mjs', { format: 'es' }),
  build('shopify-pixel.ts', 'shopify-pixel.js'),
  build('stub.js', 'stub.js'),
];
