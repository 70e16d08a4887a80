/** The version of this package, from its package.json. */
import { existsSync, readFileSync } from 'node:fs';

/** Two folders up from the built file, one from its source. */
export function packageVersion(): string {
  const places = ['../package.json', '../../package.json'].map((place) => new URL(place, import.meta.url));
  const found = places.find((place) => existsSync(place));
  if (!found) return 'unknown';
  return (JSON.parse(readFileSync(found, 'utf8')) as { version: string }).version;
}
