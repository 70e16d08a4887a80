/** Builds the tag: strips types, bundles, minifies, names each file by its content, and prints what it weighs. */
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { transform } from 'esbuild';

const OUT = 'dist/tag';

/** Names this build in the address of the late part: changes with anything that the tag is made of. */
const BUILD = [
  'rollup.config.mjs',
  'package.json',
  ...readdirSync('tag')
    .sort()
    .map((file) => `tag/${file}`),
]
  .reduce((hash, file) => hash.update(readFileSync(file)), createHash('sha256'))
  .digest('hex')
  .slice(0, 5);

/** esbuild only strips the types; rollup and terser do better at the rest. Chrome 80, Firefox 78 and Safari 13.1 read ES2020 syntax. */
const types = (served) => ({
  name: 'types',
  async transform(code, id) {
    if (!id.endsWith('.ts')) return null;
    const { code: stripped } = await transform(code, {
      loader: 'ts',
      target: 'es2020',
      sourcefile: id,
      define: { __CT_BUILD__: JSON.stringify(BUILD), __CT_SERVED__: String(served) },
    });
    return { code: stripped, map: null };
  },
});

/**
 * Shakes js-cookie by hand, which no bundler can: its methods stand in an `Object.create`. The tag uses its converter, which knows what
 * must be escaped; a release that looks different stops the build.
 */
const shakeJsCookie = () => ({
  name: 'shake-js-cookie',
  transform(code, id) {
    if (!/js-cookie/.test(id)) return null;
    const shaken = code.replace(
      /function assign[\s\S]*?write: (function[\s\S]*?\n {2}\})[\s\S]*?var api = init\(.*/,
      'var api = { converter: { write: $1 } };',
    );
    if (shaken === code) throw new Error('js-cookie changed: look for its converter in rollup.config.mjs');
    return { code: shaken, map: null };
  },
});

/** In the split build the late part finds the running tag's state on the global instead of beginning with one of its own. */
const stateFromPage = () => ({
  name: 'state-from-page',
  resolveId: (source, importer) => (source.endsWith('/state.ts') && importer ? '\0state' : null),
  load(id) {
    if (id !== '\0state') return null;
    const [, names] = /^export const shared = (\[.*\])/m.exec(readFileSync('tag/state.ts', 'utf8'));
    return `export const ${names} = clickthread._;`;
  },
});

/** The list of what the late part uses is an object of ours: nobody asks it for a prototype. */
const plainNamespace = () => ({
  name: 'plain-namespace',
  renderChunk: (code) => ({ code: code.replace('__proto__: null,', ''), map: null }),
});

/** One keyword for what is declared costs less than two, once compressed. */
const onlyLet = () => ({
  name: 'only-let',
  renderChunk(code) {
    const found = [];
    const walk = (node) => {
      if (node.type === 'VariableDeclaration' && node.kind === 'const') found.push(node.start);
      for (const child of Object.values(node)) if (child && typeof child === 'object') walk(child);
    };
    walk(this.parse(code));
    for (const start of found.sort((a, b) => b - a)) code = code.slice(0, start) + 'let' + code.slice(start + 5);
    return { code, map: null };
  },
});

/** The last semicolon and line break do nothing. */
const endsNow = () => ({
  name: 'ends-now',
  renderChunk: (code) => ({ code: code.replace(/;?\s*$/, ''), map: null }),
});

const minify = terser({
  ecma: 2020,
  toplevel: true,
  compress: {
    passes: 4,
    unsafe: true,
    unsafe_arrows: true,
    unsafe_regexp: true,
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

const build = (input, file, { format = 'iife', plugins = [], served = false } = {}) => ({
  input: `tag/${input}`,
  output: {
    file: `${OUT}/${file}`,
    format,
    generatedCode: { preset: 'es2015', symbols: false },
    freeze: false,
    strict: false,
    externalLiveBindings: false,
    plugins: [weigh()],
  },
  plugins: [
    ...plugins,
    nodeResolve({ extensions: ['.ts', '.mjs', '.js'] }),
    types(served),
    shakeJsCookie(),
    plainNamespace(),
    onlyLet(),
    minify,
    endsNow(),
  ],
});

export default [
  build('index.ts', 'clickthread.js', { served: true }),
  build('late.ts', 'late.js', { format: 'es', plugins: [stateFromPage()], served: true }),
  build('static.ts', 'clickthread.static.js'),
  build('capture.ts', 'clickthread.capture.js'),
  build('module.ts', 'clickthread.mjs', { format: 'es' }),
  build('shopify-pixel.ts', 'shopify-pixel.js'),
  build('stub.js', 'stub.js'),
];
