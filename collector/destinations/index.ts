/** The registry: every destination that a connection may name. Adding one is a file, a line here and a table of examples. */
import type { Destination, PersonalFields, Settings } from './destination.ts';
import impact from './impact.ts';

export const destinations: readonly Destination[] = [impact];

const byName = new Map(destinations.map((destination) => [destination.name, destination]));

export const findDestination = (name: string): Destination | undefined => byName.get(name);

/** Landing parameters that carry this connection's click id, lower-case, preferred first. */
export function clickParamsOf(definition: Destination, settings: Settings): readonly string[] {
  const { clickParams } = definition;
  return typeof clickParams === 'function' ? clickParams(settings) : clickParams;
}

/** Personal fields that this connection's requests may use: what the site has to keep for it, and nothing else. */
export function usesOf(definition: Destination, settings: Settings): PersonalFields {
  const { uses } = definition;
  return typeof uses === 'function' ? uses(settings) : (uses ?? []);
}
