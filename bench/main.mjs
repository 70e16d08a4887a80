// `npm run bench -- NAME [--check]`: builds what is missing, then runs one benchmark. Missed targets only fail with --check.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBuilt } from '../scripts/ensure.mjs';
import { loadCompiled } from './harness/compile.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [name = '', ...flags] = process.argv.slice(2);
const file = benchFile(name);
if (file === undefined) {
  process.stderr.write(`Usage: npm run bench -- NAME [--check]\nNAME is one of: ${(await names()).join(', ')}\n`);
  process.exit(1);
}
ensureBuilt({ root });
const { run } = await (file.endsWith('.ts') ? loadCompiled(`${name}.ts`) : import(pathToFileURL(file).href));
const met = await run({ flags });
process.exit(met === false && flags.includes('--check') ? 1 : 0);

function benchFile(wanted) {
  if (!/^[a-z][a-z-]*$/.test(wanted) || wanted === 'main') return undefined;
  return ['.mjs', '.ts'].map((end) => `${root}bench/${wanted}${end}`).find((path) => existsSync(path));
}

/** A benchmark is a file right under `bench/`; what they share is in the folders beside them. */
async function names() {
  const files = await readdir(`${root}bench`, { withFileTypes: true });
  return files
    .filter((entry) => entry.isFile() && /\.(mjs|ts)$/.test(entry.name) && entry.name !== 'main.mjs')
    .map((entry) => entry.name.replace(/\.\w+$/, ''));
}
