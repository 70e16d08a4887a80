/** Loads the modules that the configuration names under `plugins`, and finds the definitions in what they export. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Catalogue, createCatalogue, type Definition, type PluginDefinition } from '../catalogue.ts';
import { kindOfDefinition } from '../kit/definition.ts';
import { ConfigurationError } from '../model/configuration-error.ts';

/** Makes the catalogue of an installation; throws `ConfigurationError` that names every plugin which can't be used. */
export async function loadCatalogue(modules: readonly string[]): Promise<Catalogue> {
  const problems: { field: string; message: string }[] = [];
  const found: PluginDefinition[] = [];
  for (const [index, module] of modules.entries()) {
    const field = `plugins[${index}]`;
    try {
      const definitions = definitionsIn((await import(pathToFileURL(module).href)) as Record<string, unknown>);
      if (definitions.length === 0) {
        const message = `${module} exports no definition: export what defineDestination, defineSource or definePlatform gives`;
        problems.push({ field, message });
      }
      found.push(...definitions.map((definition) => ({ module, definition })));
    } catch (error) {
      const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
      problems.push({ field, message: `${module} cannot be loaded: ${why}` });
    }
  }
  if (problems.length > 0) throw new ConfigurationError('The plugins cannot be used:', problems);
  return createCatalogue(found);
}

/** One catalogue for as long as the list of modules stays the same. */
export function keptCatalogue(): (modules: readonly string[]) => Promise<Catalogue> {
  let kept: { modules: string; catalogue: Catalogue } | undefined;
  return async (modules) => {
    const key = JSON.stringify(modules);
    if (kept?.modules !== key) kept = { modules: key, catalogue: await loadCatalogue(modules) };
    return kept.catalogue;
  };
}

/** Exported definitions, alone or in lists, under whatever name. */
function definitionsIn(exported: Record<string, unknown>): Definition[] {
  const values = Object.values(exported).flatMap((value: unknown) =>
    Array.isArray(value) ? (value as unknown[]) : [value],
  );
  return [...new Set(values)].filter((value): value is Definition => kindOfDefinition(value) !== undefined);
}

/**
 * Where a module lies that a configuration file names: a path relative to the file, or a package installed beside it. Undefined where
 * there is none.
 */
export function locatePlugin(name: string, folder: string): string | undefined {
  if (/^(\.{0,2}\/|file:)/.test(name)) {
    const path = name.startsWith('file:') ? fileURLToPath(name) : resolve(folder, name);
    return existsSync(path) ? path : undefined;
  }
  try {
    return createRequire(join(resolve(folder), 'clickthread.yaml')).resolve(name);
  } catch {
    // A package for `import` alone is not found by `require`: its own description says where it begins.
    return entryOfPackage(name, resolve(folder));
  }
}

function entryOfPackage(name: string, folder: string): string | undefined {
  const home = join(folder, 'node_modules', name);
  const description = join(home, 'package.json');
  if (existsSync(description)) {
    const { exports, main } = JSON.parse(readFileSync(description, 'utf8')) as { exports?: unknown; main?: string };
    return join(home, entryOf(exports) ?? main ?? 'index.js');
  }
  const above = dirname(folder);
  return above === folder ? undefined : entryOfPackage(name, above);
}

function entryOf(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports;
  if (typeof exports !== 'object' || exports === null) return undefined;
  const { '.': root, import: forImport, node, default: otherwise } = exports as Record<string, unknown>;
  return entryOf(root ?? forImport ?? node ?? otherwise);
}
