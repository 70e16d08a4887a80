/** Everything that happened to an order, and what happens next, oldest first. */
import type { OrderStory } from '../../../wire/admin/orders.ts';
import { Told } from '../../parts/reasons/told.tsx';
import { say, sayOf, sayTold, showTime } from '../../state/words.ts';

interface Moment {
  at: string;
  what: string;
  /** Words of the collector or of somebody else. */
  said: string;
  tone: 'past' | 'next';
}

export function Timeline({ story, zone }: { story: OrderStory; zone: string | undefined }) {
  return (
    <ol class="timeline">
      {momentsOf(story).map(({ at, what, said, tone }, index) => (
        <li key={index} class={tone}>
          <time dateTime={at}>{showTime(at, zone)}</time>
          <span>
            <strong>{what}</strong> <Told text={said} />
          </span>
        </li>
      ))}
    </ol>
  );
}

export function momentsOf({ attribution, events, deliveries, withdrawals = [], placedAt }: OrderStory): Moment[] {
  const moment = (at: string | null, what: string, said: string, tone: Moment['tone'] = 'past'): Moment[] =>
    at === null ? [] : [{ at, what, said, tone }];
  const moments = [
    ...attribution.touches.flatMap(({ at, param, value, connection }) =>
      moment(at, say('moment.touch', { partner: connection ?? say('nobody') }), `${param}=${value}`),
    ),
    ...moment(placedAt, say('moment.placed'), ' '),
    ...events.flatMap(({ at, text }) => moment(at, say('moment.order'), text)),
    ...withdrawals.flatMap(({ at, source }) => moment(at, say('moment.withdrawn'), source ?? ' ')),
    ...deliveries.flatMap(({ connection, kind, attempts }) =>
      attempts.flatMap(({ at, outcome, reason, purpose }) =>
        moment(
          at,
          say(purpose === 'confirm' ? 'moment.asked' : 'moment.told', { connection, kind: sayOf('kind', kind) }),
          `${sayOf('state', outcome)}: ${sayTold(reason)}`,
        ),
      ),
    ),
    ...deliveries.flatMap(({ connection, kind, nextAt, state, reason }) =>
      moment(
        nextAt,
        say(state === 'delivered' ? 'moment.willAsk' : 'moment.willTell', { connection, kind: sayOf('kind', kind) }),
        reason,
        'next',
      ),
    ),
  ];
  return moments.toSorted(
    (a, b) => Number(a.tone === 'next') - Number(b.tone === 'next') || Date.parse(a.at) - Date.parse(b.at),
  );
}
