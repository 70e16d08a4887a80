/** Last step: what is set up, what is left before the shop goes live, and the way to each. */
import { useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { ConnectionShown } from '../../../wire/admin/connections.ts';
import type { OrderPage } from '../../../wire/admin/orders.ts';
import type { SiteView } from '../../../wire/admin/sites.ts';
import type { SiteSigns } from '../../../wire/admin/start.ts';
import { Chip } from '../../parts/chip.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Problems } from '../../parts/notice.tsx';
import { Said } from '../../parts/said.tsx';
import { ask } from '../../state/ask.ts';
import { addressOf } from '../../state/route.ts';
import { type Answer, useAnswer } from '../../state/use-answer.ts';
import { say } from '../../state/words.ts';
import { putConnection } from '../connection/put-connection.ts';
import { stateOf } from '../connections.tsx';
import { isStandIn } from './rehearse.tsx';
import { placeOf } from './steps.tsx';

/** How the number of a rehearsed order begins. */
const REHEARSED = 'REHEARSAL-';

export function Done({ site, connection }: { site: SiteView; connection: string | undefined }) {
  const at = `/sites/${encodeURIComponent(site.id)}`;
  const signs = useAnswer<SiteSigns>(`${at}/signs`);
  const shown = useAnswer<ConnectionShown>(
    connection === undefined ? null : `${at}/connections/${encodeURIComponent(connection)}`,
  );
  const rehearsed = useAnswer<OrderPage>('/find/orders', { site: site.id, text: REHEARSED });
  return (
    <>
      <Problems refused={signs.refused ?? shown.refused ?? rehearsed.refused} />
      <ul class="plain">
        {signs.data && (
          <Item
            done={signs.data.tag === null ? 'warn' : 'ok'}
            said={say(signs.data.tag ? 'start.done.tag' : 'start.sign.tag.none')}
            to={placeOf(site.id, 'tag')}
          />
        )}
        {connection === undefined && (
          <Item done="warn" said={say('connections.none')} to={placeOf(site.id, 'connect')} />
        )}
        {shown.data && <Connected connection={shown.data} onDone={shown.reload} />}
        {rehearsed.data && <Rehearsed site={site.id} orders={rehearsed.data.orders} answer={rehearsed} />}
        {site.release === 'shop' && <Item done="next" said={say('start.done.key')} to={addressOf(['keys'])} />}
        {site.signedOrders === 'required' && (
          <Item done="next" said={say('start.done.signed')} to={addressOf(['keys'])} />
        )}
        <Item done="next" said={say('start.done.people')} to={addressOf(['people'])} />
        <Item done="next" said={say('start.done.check')} to={addressOf(['check'])} />
      </ul>
      <p class="buttons">
        <a class="button primary" href={addressOf(['todo'])}>
          {say('start.done.go')}
        </a>
      </p>
    </>
  );
}

function Item(given: {
  done: 'ok' | 'warn' | 'next';
  said: ComponentChildren;
  to?: string;
  children?: ComponentChildren;
}) {
  const { done, said, to, children } = given;
  return (
    <li>
      <span>
        <Chip state={done} group="sign" /> {said}
      </span>
      <span class="deeds">
        {children}
        {to !== undefined && (
          <a class="button" href={to}>
            {say('todo.look')}
          </a>
        )}
      </span>
    </li>
  );
}

/** Stands in a list: a stand-in can be left for the network itself here. */
function Connected({ connection, onDone }: { connection: ConnectionShown; onDone: () => void }) {
  const [asking, setAsking] = useState(false);
  const { site, id, title, settings } = connection;
  const state = stateOf(connection);
  const standIn = isStandIn(connection);
  const goLive = async (): Promise<void> => {
    const { baseUrl: _gone, ...kept } = settings;
    await putConnection(connection, kept);
    onDone();
  };
  return (
    <Item
      done={state === 'on' && !standIn ? 'ok' : 'warn'}
      said={say(standIn ? 'start.done.standIn' : 'start.done.connected', { title })}
      to={addressOf(['connection', site, id])}
    >
      {standIn && (
        <button type="button" class="primary" onClick={() => setAsking(true)}>
          {say('start.done.live')}
        </button>
      )}
      {asking && (
        <Dialog
          title={say('start.done.live')}
          act={say('start.done.live')}
          onClose={() => setAsking(false)}
          onAct={goLive}
        >
          <p>{say('first.next.live')}</p>
          <p>{say('start.done.live.does', { title })}</p>
        </Dialog>
      )}
    </Item>
  );
}

function Rehearsed({ site, orders, answer }: { site: string; orders: OrderPage['orders']; answer: Answer<OrderPage> }) {
  const [undoing, setUndoing] = useState<string>();
  const [newest] = orders;
  if (!newest) return <Item done="warn" said={say('start.done.unrehearsed')} to={placeOf(site, 'rehearse')} />;
  const standing = orders.find(({ status }) => status === 'approved');
  return (
    <Item
      done="ok"
      said={
        <>
          {say('start.done.rehearsed')} <Said text={newest.orderId} />{' '}
          {newest.deliveries.map(({ connection, state }) => (
            <span class="report" key={connection}>
              <Said text={connection} /> <Chip state={state} />
            </span>
          ))}
        </>
      }
      to={addressOf(['order', site, newest.orderId])}
    >
      {standing && (
        <button type="button" onClick={() => setUndoing(standing.orderId)}>
          {say('start.done.undo')}
          <span class="hidden"> {standing.orderId}</span>
        </button>
      )}
      {undoing !== undefined && (
        <Dialog
          title={say('start.done.undo')}
          act={say('start.done.undo')}
          onClose={() => setUndoing(undefined)}
          onAct={async () => {
            const change = { site, status: 'cancelled', reason: say('start.done.undo.reason') };
            await ask('POST', `/orders/${encodeURIComponent(undoing)}/change`, change);
            answer.reload();
          }}
        >
          <p>{say('action.cancel.does')}</p>
        </Dialog>
      )}
    </Item>
  );
}
