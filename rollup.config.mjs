/** Builds the tag: strips types, bundles, minifies, names each file by its content, and prints what it weighs. */
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { transform } from 'esbuild';
import dashboard from './dashboard/rollup.mjs';

const OUT = 'dist/tag';

/** Names this build in the address of the late part: changes with anything that the tag is made of. */
const BUILD = [
  'rollup.config.mjs',
  'package.json',
  ...['tag', 'wire'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`)
      .sort(),
  ),
]
  .reduce((hash, file) => hash.update(readFileSync(file)), createHash('sha256'))
  .digest('hex')
  .slice(0, 4);

/** Private names, which no minifier touches, as they are written for a collector: `site.kept`, `later("settle", …)`, `late.attend`, what the late part exports. */
const [SHORT_NAMES, SHORT_PARTS] = readFileSync('wire/tag-settings.ts', 'utf8')
  .split('export const SHORT_PARTS')
  .map((table) => Object.fromEntries([...table.matchAll(/(\w+): '(\w+)'/g)].map(([, name, short]) => [name, short])));
const shorten = (code) =>
  code
    .replace(/\b(later|call)\("(\w+)"/g, (_, by, name) => `${by}("${SHORT_PARTS[name] ?? name}"`)
    .replace(/\bsite\.(\w+)/g, (_, name) => `site.${SHORT_NAMES[name] ?? name}`)
    .replace(/\blate\.(\w+)/g, (_, name) => `late.${SHORT_PARTS[name] ?? name}`)
    .replace(/export \{([^}]*)\} from/g, (line) =>
      line.replace(/(\w+)(?: as (\w+))?(?=[\s,])/g, (exported, own, name = own) =>
        name in SHORT_PARTS ? `${own} as ${SHORT_PARTS[name]}` : exported,
      ),
    );

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
    return { code: served && id.includes('/tag/') ? shorten(stripped) : stripped, map: null };
  },
});

/** What the first file lends to its parts, and from which of its modules: `tag/lend.ts` says it. */
const SHARED = readFileSync('tag/lend.ts', 'utf8');
const [, SHARED_NAMES] = /^export const shared = \[__CT_BUILD__, (.*)\]/m.exec(SHARED);
const SHARED_MODULES = [...SHARED.matchAll(/from '[./\w-]*(\/[\w-]+\.ts)'/g)].map(([, path]) => path);

/** In the split build a part uses the functions of the running tag instead of bringing its own; from another build it takes nothing. */
const sharedFromPage = () => ({
  name: 'lent-by-page',
  resolveId: (source, importer) =>
    importer && SHARED_MODULES.some((path) => source.endsWith(path)) ? '\0shared' : null,
  load: (id) =>
    id === '\0shared'
      ? `export const [build, ${SHARED_NAMES}] = clickthread._; if (build != ${JSON.stringify(BUILD)}) throw build;`
      : null,
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

/**
 * Short names for the file that every page loads and for `late.js`, the most frequent first: of some thousand orders that were tried the one whose
 * text compresses best, by 13 to 20 bytes, once all else is done. Other files are served as well by the minifier's own.
 */
const LETTERS = 'etrionzpbmCTUBlguMR$KPdhqkISVAyGQafwxLDNHjJFcEWvOs_XYZ';
const LONGER = [...LETTERS].flatMap((first) => [...LETTERS].map((second) => first + second));
const NAMES = [...LETTERS, ...LONGER.filter((name) => !['as', 'do', 'if', 'in', 'is', 'of'].includes(name))];
/** With all that it needs inside: the minifier works in another thread. */
const shortNames = {
  names: NAMES,
  get(at) {
    return this.names[at];
  },
};

const minify = (mangle = {}) =>
  terser({
    mangle,
    ecma: 2020,
    toplevel: true,
    compress: {
      passes: 4,
      unsafe: true,
      unsafe_arrows: true,
      unsafe_regexp: true,
      pure_getters: true,
      keep_fargs: false,
      hoist_funs: true,
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

const build = (input, file, { format = 'iife', plugins = [], served = false, names } = {}) => ({
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
    plainNamespace(),
    onlyLet(),
    ...(names ? [minify(false), minify({ nth_identifier: names })] : [minify()]),
    endsNow(),
  ],
});

export default [
  build('entries/served.ts', 'clickthread.js', { served: true, names: shortNames }),
  ...Object.entries({ late: 'late/index', link: 'entries/link', page: 'entries/page', signals: 'entries/signals' }).map(
    ([part, entry]) =>
      build(`${entry}.ts`, `${part}.js`, {
        format: 'es',
        plugins: [sharedFromPage()],
        served: true,
        ...(part === 'late' ? { names: shortNames } : {}),
      }),
  ),
  build('entries/static.ts', 'clickthread.static.js'),
  build('entries/capture.ts', 'clickthread.capture.js'),
  build('entries/module.ts', 'clickthread.mjs', { format: 'es' }),
  build('entries/shopify-pixel.ts', 'shopify-pixel.js'),
  build('entries/stub.js', 'stub.js'),
  ...dashboard,
];
