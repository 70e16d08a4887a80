// Node 20 reads no TypeScript: a file of the benchmarks is bundled with the project's source, packages left out.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Loads a file of `bench/`, named from there. */
export async function loadCompiled(file) {
  const outfile = `${root}dist/bench/${file.replace(/\.ts$/, '.mjs')}`;
  await build({
    entryPoints: [`${root}bench/${file}`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}
