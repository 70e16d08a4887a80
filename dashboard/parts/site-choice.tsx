/** Which site a page is about: it stands in the address. */
import { useHouse } from '../state/house.ts';
import { replaceQuery, type Route } from '../state/route.ts';
import { say } from '../state/words.ts';
import { Select } from './field.tsx';

/** `all`: the page can be about all sites at once. */
export function SiteChoice({ route, all = true }: { route: Route; all?: boolean }) {
  const { sites } = useHouse();
  if (sites.length < 2) return null;
  return (
    <Select
      label={say('site')}
      value={route.query.site ?? (all ? '' : sites[0]!.id)}
      choices={[
        ...(all ? [{ value: '', label: say('site.all') }] : []),
        ...sites.map(({ id, name }) => ({ value: id, label: name ?? id })),
      ]}
      onChange={(site) => replaceQuery(route, { site, after: undefined })}
    />
  );
}
