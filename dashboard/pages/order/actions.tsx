/** What may be done to an order now: a button each, and before it is done, what it will do. */
import { useState } from 'preact/hooks';
import type { OrderAction, OrderStory } from '../../../wire/admin/orders.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Said } from '../../parts/said.tsx';
import { ask } from '../../state/ask.ts';
import { mayAct, useHouse, zoneOf } from '../../state/house.ts';
import { say, sayOf, type Word } from '../../state/words.ts';
import { Side } from './observations.tsx';
import { Share } from './share.tsx';

interface Asked {
  story: OrderStory;
  action: OrderAction;
}

export function Actions({ story, onDone }: { story: OrderStory; onDone: () => void }) {
  const house = useHouse();
  const [open, setOpen] = useState<OrderAction>();
  if (!mayAct(house, 'operator')) return null;
  const { site, orderId, attribution } = story;
  return (
    <div class="buttons">
      {story.actions.map((action) => (
        <button
          key={action.name}
          type="button"
          class={/^(replay|done|credit)$/.test(action.name) ? 'primary' : ''}
          onClick={() => setOpen(action)}
        >
          {say(`action.${action.name}` as Word)}
        </button>
      ))}
      <Share site={site} orderId={orderId} partner={attribution.winner?.connection} />
      {open && (
        <Dialog
          title={say(`action.${open.name}` as Word)}
          act={say(`action.${open.name}` as Word)}
          danger={open.name === 'refund' || open.name === 'cancel'}
          onClose={() => setOpen(undefined)}
          onAct={async (form) => {
            await act({ story, action: open }, form);
            onDone();
          }}
        >
          <Explained story={story} action={open} />
        </Dialog>
      )}
    </div>
  );
}

/** What will happen, and what is still to be said. */
function Explained({ story, action }: Asked) {
  const house = useHouse();
  const { name, deliveries = [] } = action;
  return (
    <>
      <p>{say(`action.${name}.does` as Word)}</p>
      {deliveries.length > 0 && (
        <ul>
          {deliveries.map(({ id, connection, kind }) => (
            <li key={id}>
              <Said text={connection} /> {sayOf('kind', kind)}
            </li>
          ))}
        </ul>
      )}
      {name === 'credit' && (
        <fieldset>
          <legend>{say('action.credit.who')}</legend>
          {story.observations.map((one) => (
            <label class="choice" key={one.id}>
              <input type="radio" name="credit" value={one.id} required />
              <Side one={one} zone={zoneOf(house, story.site)} />
            </label>
          ))}
          <label class="choice">
            <input type="radio" name="credit" value="nobody" required /> {say('nobody')}
          </label>
        </fieldset>
      )}
      {name === 'correct' && (
        <Field
          label={say('action.total', { currency: story.currency })}
          name="total"
          defaultValue={story.total}
          inputMode="decimal"
          required
        />
      )}
      {(name === 'refund' || name === 'cancel' || name === 'correct') && (
        <Field label={say('action.reason')} name="reason" maxLength={255} required help={say('action.reason.help')} />
      )}
    </>
  );
}

async function act({ story, action }: Asked, form: FormData): Promise<void> {
  const { site, orderId, currency } = story;
  const at = `/orders/${encodeURIComponent(orderId)}`;
  const text = (name: string): string => String(form.get(name) ?? '').trim();
  const change = (more: object) => ask('POST', `${at}/change`, { site, ...more, reason: text('reason') });
  switch (action.name) {
    case 'replay':
      await ask('POST', '/replay', { site, order: orderId });
      return;
    case 'done':
      await ask('POST', `${at}/done`, { site, deliveries: action.deliveries?.map(({ id }) => id) });
      return;
    case 'credit':
      await ask('POST', `${at}/credit`, { site, credit: text('credit') });
      return;
    case 'refund':
      await change({ status: 'refunded' });
      return;
    case 'cancel':
      await change({ status: 'cancelled' });
      return;
    case 'correct':
      await change({ total: text('total').replace(',', '.'), currency });
  }
}
