/** Reports to networks, newest first; what is stuck is grouped by its reason, and sent again after a look at how many that are. */
import { useState } from 'preact/hooks';
import type { DeliveryRow } from '../../../wire/admin/connections.ts';
import { Chip } from '../../parts/chip.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Select } from '../../parts/field.tsx';
import { Empty, Loaded } from '../../parts/notice.tsx';
import { Said } from '../../parts/said.tsx';
import { FixIt } from '../../parts/reasons/fix-it.tsx';
import { SiteChoice } from '../../parts/site-choice.tsx';
import { Told } from '../../parts/reasons/told.tsx';
import { ask } from '../../state/ask.ts';
import { mayAct, useHouse, zoneOf } from '../../state/house.ts';
import { addressOf, replaceQuery, type Route } from '../../state/route.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { say, sayOf, showAgo, showNumber, showTime } from '../../state/words.ts';
import { Queues } from './queues.tsx';

const STATES = [
  ...['held', 'rejected', 'by_hand', 'due', 'waiting', 'sending', 'delivered'],
  ...['confirmed', 'declined', 'unverified', 'no_match', 'skipped'],
];
const SHOWN = 200;

/** What would be sent again; `more`: and others after these. */
interface Again {
  deliveries: unknown[];
  more: boolean;
}
/** They go on only if a person does something. */
const STUCK = new Set(['held', 'rejected', 'by_hand']);

export function Deliveries({ route }: { route: Route }) {
  const house = useHouse();
  const { connection, status } = route.query;
  // Who sees some sites only must name one.
  const site = route.query.site ?? (house.me.sites === null ? undefined : house.sites[0]?.id);
  const filter = Object.fromEntries(
    Object.entries({ site, connection, status }).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
  const answer = useAnswer<{ deliveries: DeliveryRow[] }>(
    `/deliveries?${new URLSearchParams({ ...filter, limit: String(SHOWN) }).toString()}`,
  );
  return (
    <>
      <h1>{say('deliveries.title')}</h1>
      <Filters route={route} />
      <Queues site={site} connection={connection} />
      <Loaded answer={answer}>
        {({ deliveries }) =>
          deliveries.length === 0 ? (
            <Empty title={say('deliveries.none')}>
              <p>{say('deliveries.noneHow')}</p>
            </Empty>
          ) : (
            <>
              <Groups deliveries={deliveries} filter={filter} onDone={answer.reload} />
              <Rows deliveries={deliveries} />
              {deliveries.length === SHOWN && <p class="aside more">{say('deliveries.more', { count: SHOWN })}</p>}
            </>
          )
        }
      </Loaded>
    </>
  );
}

function Filters({ route }: { route: Route }) {
  const { sites, me } = useHouse();
  const connections = [
    ...new Set(
      sites.filter(({ id }) => !route.query.site || id === route.query.site).flatMap((site) => site.connections),
    ),
  ];
  const any = { value: '', label: say('any') };
  return (
    <div class="filters">
      <SiteChoice route={route} all={me.sites === null} />
      <Select
        label={say('deliveries.connection')}
        value={route.query.connection ?? ''}
        choices={[any, ...connections.map((value) => ({ value, label: value }))]}
        onChange={(connection) => replaceQuery(route, { connection })}
      />
      <Select
        label={say('orders.status')}
        value={route.query.status ?? ''}
        choices={[any, ...STATES.map((value) => ({ value, label: sayOf('state', value) }))]}
        onChange={(status) => replaceQuery(route, { status })}
      />
    </div>
  );
}

/** Those that go on only if a person does something, by reason: one look for many. */
function Groups({
  deliveries,
  filter,
  onDone,
}: {
  deliveries: readonly DeliveryRow[];
  filter: Record<string, string>;
  onDone: () => void;
}) {
  const house = useHouse();
  const [found, setFound] = useState<Again>();
  const groups = new Map<string, DeliveryRow[]>();
  for (const one of deliveries.filter(({ state }) => STUCK.has(state))) {
    const key = `${one.connection}\n${one.state}\n${one.reason}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  if (groups.size === 0) return null;
  return (
    <section aria-labelledby="groups">
      <h2 id="groups">{say('deliveries.stuck')}</h2>
      <ul class="todo">
        {[...groups].map(([key, rows]) => (
          <li key={key}>
            <div>
              <p>
                <Chip state={rows[0]!.state} /> <strong>{showNumber(rows.length)}</strong>{' '}
                <Said text={rows[0]!.connection} />
              </p>
              <p>
                <Told text={rows[0]!.reason} />
              </p>
              <FixIt delivery={rows[0]!} />
            </div>
            <div class="buttons">
              <a
                class="button"
                href={addressOf(['deliveries'], {
                  ...{ site: rows[0]!.site, connection: rows[0]!.connection, status: rows[0]!.state },
                })}
              >
                {say('fix.show')}
                <span class="hidden"> {rows[0]!.connection}</span>
              </a>
            </div>
          </li>
        ))}
      </ul>
      {mayAct(house, 'operator') && [...groups.values()].some(([one]) => one?.state !== 'by_hand') && (
        <button
          type="button"
          class="primary below"
          onClick={() => void ask<Again>('POST', '/replay', { ...filter, dryRun: true }).then(setFound, onDone)}
        >
          {say('deliveries.again')}
        </button>
      )}
      {found && (
        <Dialog
          title={say('action.replay')}
          {...(found.deliveries.length > 0 ? { act: say('action.replay') } : {})}
          onClose={() => setFound(undefined)}
          onAct={async () => {
            await ask('POST', '/replay', filter);
            onDone();
          }}
        >
          <p>{say(found.more ? 'deliveries.wouldFirst' : 'deliveries.would', { count: found.deliveries.length })}</p>
          <p>{say('action.replay.does')}</p>
        </Dialog>
      )}
    </section>
  );
}

function Rows({ deliveries }: { deliveries: readonly DeliveryRow[] }) {
  const house = useHouse();
  return (
    <section aria-labelledby="reports">
      <h2 id="reports">{say('orders.reports')}</h2>
      <table class="rows">
        <caption class="hidden">{say('deliveries.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('orders.number')}</th>
            <th scope="col">{say('deliveries.connection')}</th>
            <th scope="col">{say('orders.status')}</th>
            <th scope="col">{say('deliveries.why')}</th>
            <th scope="col">{say('orders.when')}</th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((one) => (
            <tr key={one.id}>
              <th scope="row">
                <a href={addressOf(['order', one.site, one.orderId])}>
                  <Said text={one.orderId} />
                </a>
              </th>
              <td data-label={say('deliveries.connection')}>
                <span>
                  <Said text={one.connection} /> {sayOf('kind', one.kind)}
                </span>
              </td>
              <td data-label={say('orders.status')}>
                <Chip state={one.state} />
              </td>
              <td data-label={say('deliveries.why')}>
                <Told text={one.reason} />
              </td>
              <td data-label={say('orders.when')} class="nowrap">
                <time dateTime={one.updatedAt ?? ''} title={showTime(one.updatedAt, zoneOf(house, one.site), 'long')}>
                  {showAgo(one.updatedAt)}
                </time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
