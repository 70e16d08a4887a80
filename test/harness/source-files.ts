/** Reads the repository's own files for the tests that keep its shape: text, imports (types counted), and rooms. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, normalize, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** From the root: `collector/relay/relay.ts`. */
  path: string;
  text: string;
  /** Files of ours that it imports, types and run-time loading included. */
  imports: string[];
  /** Those of them that are loaded when it runs. */
  loads: string[];
  /** Packages that it imports. */
  packages: string[];
}

/** Every source file below a folder of the repository. */
export function sourcesIn(folder: string): SourceFile[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(tsx?|mjs|js)$/.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
    .map((file) => readSource(join(folder, file)));
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const named = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const ours = named.filter((name) => name.startsWith('.')).map((name) => normalize(join(dirname(path), name)));
  const onlyTypes = new Set(
    [...text.matchAll(/^(?:import|export)\s+type\s[^'"]*from\s+['"](\.{1,2}\/[^'"]+)['"]/gm)].map(([, name]) =>
      normalize(join(dirname(path), name!)),
    ),
  );
  return {
    path,
    text,
    imports: ours,
    loads: ours.filter((target) => !onlyTypes.has(target)),
    packages: named.filter((name) => !name.startsWith('.')),
  };
}

/** A text without its comments. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1');
}

/** The comments of a text. */
export function commentsOf(text: string): string[] {
  return text.match(/\/\*[\s\S]*?\*\/|(?<=^|[^:])\/\/.*$/gm) ?? [];
}

/** Groups of files that import each other in a circle (strongly connected, Tarjan), each sorted. */
export function circlesIn(sources: readonly SourceFile[]): string[][] {
  const imports = new Map(sources.map(({ path, imports }) => [path, imports]));
  const found: string[][] = [];
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const visit = (path: string): void => {
    index.set(path, index.size);
    lowest.set(path, index.get(path)!);
    stack.push(path);
    for (const target of imports.get(path) ?? []) {
      if (!imports.has(target)) continue;
      if (!index.has(target)) visit(target);
      if (stack.includes(target)) lowest.set(path, Math.min(lowest.get(path)!, lowest.get(target)!));
    }
    if (lowest.get(path) !== index.get(path)) return;
    const circle = stack.splice(stack.indexOf(path));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const path of imports.keys()) if (!index.has(path)) visit(path);
  return found;
}
