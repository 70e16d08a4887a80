/** How a definition is recognized, also one that a plugin made with another copy of the kit. */

export type DefinitionKind = 'destination' | 'source' | 'platform';

/** In the global registry of symbols, so that two copies of the kit mean the same. */
const KIND = Symbol.for('clickthread.definition');

/** The same object, marked with what it defines; the mark is seen by nobody who lists its fields. */
export function markDefinition<T extends object>(kind: DefinitionKind, definition: T): T {
  return Object.defineProperty(definition, KIND, { value: kind });
}

/** What a value defines; undefined for anything that no `define…` function made. */
export function kindOfDefinition(value: unknown): DefinitionKind | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as { [KIND]?: DefinitionKind })[KIND];
}
