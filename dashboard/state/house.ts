/** What every page knows: who is asking, and the sites that are theirs. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { SiteView } from '../../wire/admin/sites.ts';
import type { Myself, Role } from '../../wire/admin/people.ts';

export interface House {
  me: Myself;
  sites: SiteView[];
  /** After sites were made or changed. */
  reload: () => void;
}

const Context = createContext<House | undefined>(undefined);

export const HouseProvider = Context.Provider;

export function useHouse(): House {
  const house = useContext(Context);
  if (!house) throw new Error('A page stands outside the house.');
  return house;
}

const ORDER: readonly Role[] = ['viewer', 'operator', 'owner'];

/** Whether whoever asks may do what `least` may. The collector has the last word. */
export const mayAct = ({ me }: House, least: Role): boolean => ORDER.indexOf(me.role) >= ORDER.indexOf(least);

/** The zone of a site's times. */
export const zoneOf = ({ sites }: House, site: string | undefined): string | undefined =>
  sites.find(({ id }) => id === site)?.timezone;
