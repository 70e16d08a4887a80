/** The registry: every destination that a connection may name. Adding one is a file, a line here and a table of examples. */
import type { Destination, PersonalFields, Settings } from './destination.ts';
import cartstack from './cartstack.ts';
import impact from './impact.ts';
import postback from './postback.ts';
import saleForm from './sale-form.ts';
import salePixel from './sale-pixel.ts';
import vtmarketing from './vtmarketing.ts';

export const destinations: readonly Destination[] = [impact, cartstack, vtmarketing, salePixel, saleForm, postback];

const byName = new Map(destinations.map((destination) => [destination.name, destination]));

export const findDestination = (name: string): Destination | undefined => byName.get(name);

/** Personal fields that this connection's requests may use: what the site has to keep for it, and nothing else. */
export function usesOf(definition: Destination, settings: Settings): PersonalFields {
  const { uses } = definition;
  return typeof uses === 'function' ? uses(settings) : (uses ?? []);
}
