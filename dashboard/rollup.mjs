/**
 * Builds the dashboard: the script of the first look, what is fetched after it, one style sheet and the page; named by their content, so that
 * browsers keep them for good.
 */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { transform } from 'esbuild';

const OUT = 'dist/dashboard';

/** esbuild strips types and turns JSX into calls; rollup and terser do better at the rest. */
const source = () => ({
  name: 'source',
  async transform(code, id) {
    if (!/\.tsx?$/.test(id)) return null;
    const { code: stripped } = await transform(code, {
      ...{ loader: id.endsWith('x') ? 'tsx' : 'ts', target: 'es2022', sourcefile: id },
      ...{ jsx: 'automatic', jsxImportSource: 'preact' },
    });
    return { code: stripped, map: null };
  },
});

/**
 * uPlot asks for the numbers of the browser's language while it loads, and dies where the system has a name of its own for it
 * (`en-US@posix`). Its numbers are ours here.
 */
const anyLanguage = () => ({
  name: 'any-language',
  transform(code, id) {
    if (!id.includes('/uplot/')) return null;
    const asked = "Intl.NumberFormat(domEnv ? nav.language : 'en-US')";
    if (!code.includes(asked)) this.error(`uPlot no longer says ${asked}`);
    return { code: code.replace(asked, 'Intl.NumberFormat("en-US")'), map: null };
  },
});

/** The style sheet and the page stand beside the script, under names that change with what is in them. */
const page = () => ({
  name: 'page',
  buildStart() {
    for (const file of ['style.css', 'index.html']) this.addWatchFile(`dashboard/${file}`);
  },
  async generateBundle(_options, bundle) {
    rmSync(OUT, { recursive: true, force: true });
    const sheets = ['node_modules/uplot/dist/uPlot.min.css', 'dashboard/style.css'];
    const css = sheets.map((file) => readFileSync(file, 'utf8')).join('\n');
    const { code: style } = await transform(css, { loader: 'css', minify: true });
    const sheet = `style.${createHash('sha256').update(style).digest('hex').slice(0, 8)}.css`;
    const chunks = Object.values(bundle).filter(({ type }) => type === 'chunk');
    const script = chunks.find(({ isEntry }) => isEntry);
    const html = readFileSync('dashboard/index.html', 'utf8')
      .replace('SCRIPT', script.fileName)
      .replace('STYLE', sheet);
    this.emitFile({ type: 'asset', fileName: sheet, source: style });
    this.emitFile({ type: 'asset', fileName: 'index.html', source: html });
    const sizeOf = (text) => gzipSync(text, { level: 9 }).length;
    const others = chunks.filter((one) => one !== script).map(({ name, code }) => `${name} ${sizeOf(code)}`);
    const sizes = [script.code, style, html].map(sizeOf);
    console.log(
      `dashboard               ${sizes.join(' + ')} bytes gzip -9: script, style, page; and of these: ${others.join(', ')}`,
    );
  },
});

export default [
  {
    input: 'dashboard/main.tsx',
    output: {
      dir: OUT,
      format: 'es',
      entryFileNames: 'app.[hash].js',
      chunkFileNames: '[name].[hash].js',
      hashCharacters: 'hex',
    },
    plugins: [
      nodeResolve({ extensions: ['.tsx', '.ts', '.mjs', '.js'] }),
      source(),
      anyLanguage(),
      terser({ ecma: 2022, module: true, compress: { passes: 2 }, format: { comments: false } }),
      page(),
    ],
  },
];
