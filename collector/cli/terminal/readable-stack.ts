/** Stack traces of bundled files with the places of their sources: looked up when a trace is shown, so that a start reads no map. */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../lib/package-root.ts';

const PLACE = /(file:\/\/[^\s():]+|\/[^\s():]+)\.js:(\d+):(\d+)/g;

export function readableStack(stack: string): string {
  const maps = new Map<string, SourceMap | undefined>();
  return stack.replace(PLACE, (whole, path: string, line: string, column: string) => {
    const file = `${path.startsWith('file:') ? fileURLToPath(path) : path}.js`;
    if (!maps.has(file)) maps.set(file, readMap(`${file}.map`));
    const found = maps.get(file)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (found === undefined || !('originalSource' in found)) return whole;
    const source = relative(packageRoot(), resolve(dirname(file), found.originalSource));
    return `${source}:${found.originalLine + 1}:${found.originalColumn + 1}`;
  });
}

function readMap(file: string): SourceMap | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as SourceMapPayload);
  } catch {
    return undefined;
  }
}
