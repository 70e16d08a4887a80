/** What is connected: how each stands, what it owes, and the way to its settings. */
import type { ConnectionShown } from '../../wire/admin/connections.ts';
import { Chip } from '../parts/chip.tsx';
import { Empty, Loaded } from '../parts/notice.tsx';
import { Told } from '../parts/reasons/told.tsx';
import { Said } from '../parts/said.tsx';
import { mayAct, useHouse } from '../state/house.ts';
import { addressOf, type Route } from '../state/route.ts';
import { useAnswer } from '../state/use-answer.ts';
import { say, sayOf, showNumber } from '../state/words.ts';

export function Connections({ route: _ }: { route: Route }) {
  const house = useHouse();
  const answer = useAnswer<{ connections: ConnectionShown[] }>('/connections');
  return (
    <>
      <h1>{say('connections.title')}</h1>
      {mayAct(house, 'owner') && (
        <p class="buttons">
          {house.sites.map(({ id, name }) => (
            <a class="button" key={id} href={addressOf(['connection', id])}>
              {house.sites.length > 1 ? say('connections.addTo', { site: name ?? id }) : say('connections.add')}
            </a>
          ))}
        </p>
      )}
      <Loaded answer={answer}>
        {({ connections }) =>
          connections.length === 0 ? (
            <Empty title={say('connections.none')}>
              <p>{say('connections.noneHow')}</p>
            </Empty>
          ) : (
            <Rows connections={connections} />
          )
        }
      </Loaded>
    </>
  );
}

/** In one word: held and away go before everything else. */
export function stateOf({ enabled, paused, trouble }: Pick<ConnectionShown, 'enabled' | 'paused' | 'trouble'>): string {
  if (!enabled) return 'paused';
  if (paused === null) return trouble === null ? 'on' : 'silent';
  return paused.kind === 'held' ? 'held' : 'outage';
}

function Rows({ connections }: { connections: readonly ConnectionShown[] }) {
  const { sites } = useHouse();
  return (
    <table class="rows">
      <caption class="hidden">{say('connections.title')}</caption>
      <thead>
        <tr>
          <th scope="col">{say('connections.name')}</th>
          <th scope="col">{say('connections.what')}</th>
          <th scope="col">{say('connections.state')}</th>
          <th scope="col">{say('orders.reports')}</th>
        </tr>
      </thead>
      <tbody>
        {connections.map((one) => (
          <tr key={`${one.site} ${one.id}`}>
            <th scope="row">
              <a href={addressOf(['connection', one.site, one.id])}>
                <Said text={one.id} />
              </a>
              {sites.length > 1 && <span class="aside">{one.site}</span>}
            </th>
            <td data-label={say('connections.what')}>
              <div>
                {one.title} <span class="aside">{sayOf('part', one.role)}</span>
              </div>
            </td>
            <td data-label={say('connections.state')}>
              <div>
                <Chip state={stateOf(one)} group="connection" />
                {(one.paused ?? one.trouble) !== null && (
                  <>
                    {' '}
                    <Told text={one.paused?.reason ?? one.trouble ?? ''} />
                  </>
                )}
              </div>
            </td>
            <td data-label={say('orders.reports')}>
              <div>
                {Object.entries(one.deliveries).map(([state, count]) => (
                  <a
                    class="report"
                    key={state}
                    href={addressOf(['deliveries'], { site: one.site, connection: one.id, status: state })}
                  >
                    <Chip state={state} /> {showNumber(count ?? 0)}
                  </a>
                ))}
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
