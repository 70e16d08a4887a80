/** Every definition that this installation has, built in or from plugins: a value, made where a process or a thread begins and handed down. */
import { destinations } from './destinations/index.ts';
import { kindOfDefinition } from './kit/definition.ts';
import type { Destination } from './kit/destination.ts';
import type { ListPlatform } from './kit/platform.ts';
import type { Source } from './kit/source.ts';
import { ConfigurationError } from './model/configuration-error.ts';
import { listPlatforms } from './platforms/index.ts';
import { sources } from './sources/index.ts';

export type Definition = Destination | Source | ListPlatform;

export interface Catalogue {
  destinations: readonly Destination[];
  sources: readonly Source[];
  platforms: readonly ListPlatform[];
  /** Any kind, by the `type` that a connection names; undefined for a type of another version or of a missing plugin. */
  find(type: string): Definition | undefined;
  findDestination(type: string): Destination | undefined;
  findSource(type: string): Source | undefined;
  findPlatform(type: string): ListPlatform | undefined;
}

/** A definition from a plugin, and the module that it came from. */
export interface PluginDefinition {
  module: string;
  definition: Definition;
}

/** Throws `ConfigurationError` where a plugin takes a name that is taken. */
export function createCatalogue(plugins: readonly PluginDefinition[] = []): Catalogue {
  const byName = new Map<string, Definition>();
  for (const definition of [...destinations, ...sources, ...listPlatforms]) byName.set(definition.name, definition);
  const taken = plugins.filter(({ definition: { name } }, index) => {
    const twice = plugins.findIndex((other) => other.definition.name === name) !== index;
    return byName.has(name) || twice;
  });
  if (taken.length > 0) {
    const problems = taken.map(({ module, definition: { name } }) => ({
      field: 'plugins',
      message: `${module} defines "${name}", which is defined already: give it another name`,
    }));
    throw new ConfigurationError('The plugins do not fit:', problems);
  }
  for (const { definition } of plugins) byName.set(definition.name, definition);
  const all = [...byName.values()];
  const found = <T extends Definition>(kind: 'destination' | 'source' | 'platform'): T[] =>
    all.filter((definition): definition is T => kindOfDefinition(definition) === kind);
  const findOf =
    <T extends Definition>(list: readonly T[]) =>
    (type: string): T | undefined =>
      list.find(({ name }) => name === type);
  const [told, telling, lists] = [
    found<Destination>('destination'),
    found<Source>('source'),
    found<ListPlatform>('platform'),
  ];
  return {
    destinations: told,
    sources: telling,
    platforms: lists,
    find: (type) => byName.get(type),
    findDestination: findOf(told),
    findSource: findOf(telling),
    findPlatform: findOf(lists),
  };
}
