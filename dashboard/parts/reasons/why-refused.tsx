/** Why a report was refused: each field with what is wrong, then where it came from, when, and how often. */
import type { RefusedOrder } from '../../../wire/admin/connections.ts';
import { useHouse } from '../../state/house.ts';
import { say, showAgo } from '../../state/words.ts';
import { Said } from '../said.tsx';
import { Told } from './told.tsx';

export function WhyRefused({ refused }: { refused: Pick<RefusedOrder, 'site' | 'route' | 'at' | 'seen' | 'errors'> }) {
  const { sites } = useHouse();
  const { site, route, at, seen, errors } = refused;
  return (
    <>
      {errors.map(({ field, message }) => (
        <p key={field + message}>
          <strong>
            <Said text={field} />
          </strong>{' '}
          <Told text={message} />
        </p>
      ))}
      <p class="aside">
        {sites.length > 1 && `${site} · `}
        {route} · {showAgo(at)}
        {seen > 1 && ` · ${say('quarantine.seen', { count: seen })}`}
      </p>
    </>
  );
}
