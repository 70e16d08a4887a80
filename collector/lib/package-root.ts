/** Where this installation lies: built files and sources stand at different depths below it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let known: string | undefined;

/** The nearest folder above this code with a package.json, with a slash at its end. */
export function packageRoot(): string {
  known ??= nearestPackage(dirname(fileURLToPath(import.meta.url)));
  return known;
}

/** Of this package, from its package.json. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(`${packageRoot()}package.json`, 'utf8')) as { version: string }).version;
}

/** Where the built tag lies. */
export const builtTagFolder = (): string => `${packageRoot()}dist/tag`;

function nearestPackage(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return `${folder}/`;
  const above = dirname(folder);
  if (above === folder) throw new Error(`No package.json stands above ${fileURLToPath(import.meta.url)}.`);
  return nearestPackage(above);
}
