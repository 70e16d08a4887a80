/** What waits for a person, the most pressing first, each with the button that mends it and what that will do. */
import { useState } from 'preact/hooks';
import type { TodoItem } from '../../wire/admin/figures.ts';
import { Chip } from '../parts/chip.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Empty, Loaded } from '../parts/notice.tsx';
import { Said } from '../parts/said.tsx';
import { Told } from '../parts/reasons/told.tsx';
import { SiteChoice } from '../parts/site-choice.tsx';
import { ask } from '../state/ask.ts';
import { mayAct, useHouse } from '../state/house.ts';
import { addressOf, type Route } from '../state/route.ts';
import { useAnswer } from '../state/use-answer.ts';
import { say, showAgo, showSpan, type Word } from '../state/words.ts';

export function Todo({ route }: { route: Route }) {
  const { site } = route.query;
  const answer = useAnswer<{ todo: TodoItem[] }>(`/todo${site ? `?site=${encodeURIComponent(site)}` : ''}`);
  return (
    <>
      <h1>{say('todo.title')}</h1>
      <div class="filters">
        <SiteChoice route={route} />
      </div>
      <Loaded answer={answer}>
        {({ todo }) =>
          todo.length === 0 ? (
            <Empty title={say('todo.none')}>
              <p>{say('todo.noneHow')}</p>
            </Empty>
          ) : (
            <ul class="todo">
              {todo.map((item, index) => (
                <li key={index}>
                  <Item item={item} onDone={answer.reload} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}

function Item({ item, onDone }: { item: TodoItem; onDone: () => void }) {
  const house = useHouse();
  const { kind, site, connection, name, count, reason, at, usually } = item;
  const where = [house.sites.length > 1 ? site : undefined, connection].filter(Boolean).join(' / ');
  return (
    <>
      <div>
        <p>
          <Chip state={TONES[kind] ?? 'calm'} group="tone" /> <strong>{say(`todo.${kind}` as Word, { count })}</strong>{' '}
          {where !== '' && <Said text={where} />} {name !== undefined && <Said text={name} />}
        </p>
        {reason !== undefined && (
          <p>
            <Told text={reason} />
          </p>
        )}
        <p class="aside">
          {say(`todo.${kind}.how` as Word, { usually: usually === undefined ? '' : showSpan(usually) })}
          {at !== undefined && ` ${showAgo(at)}`}
        </p>
      </div>
      <Deed item={item} onDone={onDone} />
    </>
  );
}

/** Which colour says how pressing it is. */
const TONES: Partial<Record<TodoItem['kind'], string>> = {
  ...({ held: 'fail', outage: 'fail', rejected: 'fail' } as const),
  ...({
    contested: 'warn',
    ambiguous: 'warn',
    by_hand: 'warn',
    quarantine: 'warn',
    silence: 'warn',
    refused_page: 'warn',
    budget: 'warn',
  } as const),
};

/** Where it is mended: a deed on the spot, or the page that shows more. */
function Deed({ item, onDone }: { item: TodoItem; onDone: () => void }) {
  const house = useHouse();
  const [asking, setAsking] = useState(false);
  const { kind, site, connection = '', name = '' } = item;
  const place = placeOf(item, mayAct(house, 'operator'));
  const deed = mayAct(house, 'operator') ? DEEDS[kind] : undefined;
  return (
    <div class="buttons">
      {place !== undefined && (
        <a class="button" href={place}>
          {say(kind === 'unverified' ? 'todo.unverified.act' : 'todo.look')}
          <span class="hidden"> {connection || name || site}</span>
        </a>
      )}
      {deed && (
        <button type="button" class="primary" onClick={() => setAsking(true)}>
          {say(deed.name)}
          <span class="hidden"> {kind === 'ambiguous' ? name : connection}</span>
        </button>
      )}
      {deed && asking && (
        <Dialog
          title={say(deed.name)}
          act={say(deed.name)}
          onClose={() => setAsking(false)}
          onAct={async () => {
            await deed.act(item);
            onDone();
          }}
        >
          <p>{say(deed.does)}</p>
        </Dialog>
      )}
    </div>
  );
}

/** What can be done on the spot, and the words that say what it will do. */
const DEEDS: Partial<Record<TodoItem['kind'], { name: Word; does: Word; act: (item: TodoItem) => Promise<void> }>> = {
  held: { name: 'action.replay', does: 'todo.held.does', act: replay },
  rejected: { name: 'action.replay', does: 'action.replay.does', act: replay },
  ambiguous: { name: 'todo.ambiguous.act', does: 'todo.ambiguous.does', act: tickOff },
};

async function replay({ site, connection, kind }: TodoItem): Promise<void> {
  await ask('POST', '/replay', { site, connection, status: kind });
}

async function tickOff({ site, name = '', deliveries }: TodoItem): Promise<void> {
  await ask('POST', `/orders/${encodeURIComponent(name)}/done`, { site, deliveries });
}

function placeOf({ kind, site, name = '', connection = '' }: TodoItem, mayReconcile: boolean): string | undefined {
  switch (kind) {
    case 'contested':
    case 'ambiguous':
      return addressOf(['order', site, name]);
    case 'held':
    case 'outage':
      return addressOf(['connection', site, connection]);
    case 'rejected':
    case 'by_hand':
      return addressOf(['deliveries'], { site, connection, status: kind });
    case 'unverified':
      return mayReconcile
        ? addressOf(['reconcile'], { site, connection })
        : addressOf(['deliveries'], { site, connection, status: kind });
    case 'quarantine':
      return addressOf(['quarantine'], { site });
    case 'silence':
      return addressOf(['orders'], { site });
    case 'refused_page':
    case 'budget':
      return undefined;
  }
}
