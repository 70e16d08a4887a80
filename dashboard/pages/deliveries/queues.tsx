/** What each network is still owed: since when, what holds it up until when, what is left of its hour, and what to do. */
import { Fragment } from 'preact';
import type { QueueShown } from '../../../wire/admin/connections.ts';
import { Chip } from '../../parts/chip.tsx';
import { Said } from '../../parts/said.tsx';
import { Told } from '../../parts/reasons/told.tsx';
import { mayAct, useHouse, zoneOf } from '../../state/house.ts';
import { addressOf } from '../../state/route.ts';
import { usePolled } from '../../state/use-polled.ts';
import { say, showAgo, showNumber, showTime, type Word } from '../../state/words.ts';

const EVERY = 10_000;

export function Queues({ site, connection }: { site: string | undefined; connection: string | undefined }) {
  const { sites } = useHouse();
  const query = site === undefined ? '' : `?${new URLSearchParams({ site }).toString()}`;
  const answer = usePolled<{ queues: QueueShown[] }>(`/queues${query}`, () => EVERY);
  const queues = (answer.data?.queues ?? []).filter((one) => !connection || one.connection === connection);
  if (queues.length === 0) return null;
  const busy = queues.filter((one) => !isAtRest(one));
  const atRest = queues.filter(isAtRest);
  return (
    <section aria-labelledby="queues">
      <h2 id="queues">{say('queues.title')}</h2>
      {busy.length > 0 && <Table queues={busy} withSite={sites.length > 1} />}
      {atRest.length > 0 && (
        <p class="aside">
          {say('queues.atRest')}{' '}
          {atRest.map((one, index) => (
            <Fragment key={`${one.site} ${one.connection}`}>
              {index > 0 && ', '}
              <Said text={one.connection} />
            </Fragment>
          ))}
        </p>
      )}
    </section>
  );
}

/** Nothing is owed, and nothing of its hour is used. */
const isAtRest = ({ state, held, waiting, budget }: QueueShown): boolean =>
  state === 'idle' && held === 0 && waiting === 0 && (budget === null || budget.left === budget.of);

function Table({ queues, withSite }: { queues: readonly QueueShown[]; withSite: boolean }) {
  return (
    <table class="rows">
      <caption class="hidden">{say('queues.title')}</caption>
      <thead>
        <tr>
          <th scope="col">{say('deliveries.connection')}</th>
          <th scope="col">{say('connections.state')}</th>
          <th scope="col">{say('queues.owed')}</th>
          <th scope="col">{say('queues.left')}</th>
          <th scope="col">{say('queues.do')}</th>
        </tr>
      </thead>
      <tbody>
        {queues.map((one) => (
          <Row key={`${one.site} ${one.connection}`} queue={one} withSite={withSite} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ queue, withSite }: { queue: QueueShown; withSite: boolean }) {
  const { site, connection, title, state, reason, budget } = queue;
  return (
    <tr>
      <th scope="row">
        <Said text={connection} /> <span class="aside">{withSite ? `${title}, ${site}` : title}</span>
      </th>
      <td data-label={say('connections.state')}>
        <span>
          <Chip state={state} group="queue" /> {reason !== null && <Told text={reason} />}
        </span>
      </td>
      <td data-label={say('queues.owed')}>
        <Owed queue={queue} />
      </td>
      <td data-label={say('queues.left')}>
        {budget ? say(`queues.per.${budget.per}`, { left: budget.left, of: budget.of }) : say('queues.unlimited')}
      </td>
      <td data-label={say('queues.do')}>
        <Advice queue={queue} />
      </td>
    </tr>
  );
}

function Owed({ queue: { site, connection, owed, held, waiting, oldestAt } }: { queue: QueueShown }) {
  const house = useHouse();
  const counts = Object.entries({ due: owed, held, waiting }).filter(([, count]) => count > 0);
  return (
    <span>
      {counts.length === 0 && '–'}
      {counts.map(([status, count]) => (
        <a class="report" key={status} href={addressOf(['deliveries'], { site, connection, status })}>
          <Chip state={status} /> {showNumber(count)}
        </a>
      ))}
      {oldestAt !== null && (
        <time class="aside" dateTime={oldestAt} title={showTime(oldestAt, zoneOf(house, site), 'long')}>
          {say('queues.oldest', { ago: showAgo(oldestAt) })}
        </time>
      )}
    </span>
  );
}

function Advice({ queue: { site, connection, state, until } }: { queue: QueueShown }) {
  const house = useHouse();
  const isTheirs = mayAct(house, 'operator');
  const place =
    state === 'late'
      ? house.me.sites === null && addressOf(['check'])
      : (state === 'held' || state === 'off') && addressOf(['connection', site, connection]);
  return (
    <span>
      {say(`queues.do.${state}` as Word)}{' '}
      {until !== null && (
        <time dateTime={until} title={showTime(until, zoneOf(house, site), 'long')}>
          {say('queues.until', { when: showAgo(until) })}
        </time>
      )}{' '}
      {isTheirs && place && <a href={place}>{say(`queues.go.${state}` as Word)}</a>}
    </span>
  );
}
