/** Fifth step: an order is reported as the shop's server would, and followed from its click to the network's verdict. */
import { useState } from 'preact/hooks';
import type { ConnectionShown } from '../../../wire/admin/connections.ts';
import type { OrderStory } from '../../../wire/admin/orders.ts';
import type { SiteView } from '../../../wire/admin/sites.ts';
import type { RehearsedOrder } from '../../../wire/admin/start.ts';
import { Chip } from '../../parts/chip.tsx';
import { Loaded, Problems } from '../../parts/notice.tsx';
import { Said } from '../../parts/said.tsx';
import { ask, Refused } from '../../state/ask.ts';
import { addressOf, replaceQuery, type Route } from '../../state/route.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { usePolled } from '../../state/use-polled.ts';
import { say } from '../../state/words.ts';
import { type Follow, followOrder, isSettled } from './follow-order.ts';
import { Next, placeOf } from './steps.tsx';

const AGAIN = 1000;

export function Rehearse({ route, site, connection }: { route: Route; site: SiteView; connection: string }) {
  const answer = useAnswer<ConnectionShown>(
    `/sites/${encodeURIComponent(site.id)}/connections/${encodeURIComponent(connection)}`,
  );
  return (
    <Loaded answer={answer}>
      {(shown) => (
        <>
          {shown.role === 'destination' ? (
            <Report route={route} connection={shown} />
          ) : (
            <p>
              {say('start.rehearse.source', { title: shown.title })}{' '}
              <a href={addressOf(['connection', site.id, connection])}>{say('todo.look')}</a>
            </p>
          )}
          <Next to={placeOf(site.id, 'done', connection)} />
        </>
      )}
    </Loaded>
  );
}

/** Whether it is told to a network's stand-in on this machine. */
export const isStandIn = ({ settings: { baseUrl } }: Pick<ConnectionShown, 'settings'>): boolean =>
  typeof baseUrl === 'string' && /^http:\/\/(?:127\.|localhost|\[::1\])/.test(baseUrl);

function Report({ route, connection }: { route: Route; connection: ConnectionShown }) {
  const { site, id, title } = connection;
  const [refused, setRefused] = useState<Refused>();
  const [busy, setBusy] = useState(false);
  const { order } = route.query;
  const report = (): void => {
    setBusy(true);
    setRefused(undefined);
    ask<RehearsedOrder>('POST', `/sites/${encodeURIComponent(site)}/rehearsal`, { connection: id })
      .then(({ orderId }) => replaceQuery(route, { order: orderId }))
      .catch((error: unknown) => error instanceof Refused && setRefused(error))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <p>{say('first.next.report')}</p>
      <p>{say('start.rehearse.does')}</p>
      {isStandIn(connection) ? (
        <p>{say('start.rehearse.standIn', { title })}</p>
      ) : (
        <p class="ask-note">{say('start.rehearse.real', { title })}</p>
      )}
      <Problems refused={refused} />
      <p class="buttons">
        <button type="button" class={order ? '' : 'primary'} disabled={busy} onClick={report}>
          {say(order ? 'start.rehearse.again' : 'start.rehearse.report')}
        </button>
      </p>
      {order !== undefined && <Followed site={site} orderId={order} connection={id} />}
    </>
  );
}

function Followed({ site, orderId, connection }: { site: string; orderId: string; connection: string }) {
  const answer = usePolled<OrderStory>(
    `/orders/${encodeURIComponent(orderId)}?site=${encodeURIComponent(site)}`,
    (story) => (story && isSettled(story, connection) ? null : AGAIN),
  );
  return (
    <Loaded answer={answer}>
      {(story) => (
        <>
          <ol class="stages follow" aria-live="polite">
            {followOrder(story, connection).map((stage) => (
              <Stage key={stage.name} {...stage} />
            ))}
          </ol>
          <p>
            <a href={addressOf(['order', site, orderId])}>{say('first.next.explain')}</a> <Said text={orderId} />
          </p>
        </>
      )}
    </Loaded>
  );
}

function Stage({ name, state, said }: Follow) {
  return (
    <li>
      <Chip state={state} group="sign" /> <strong>{say(`start.follow.${name}`)}</strong> <Said text={said} />
    </li>
  );
}
