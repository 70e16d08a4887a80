/** Alerts: what holds now, who is told of it and how, and a test message. Secrets go in and never come out. */
import { useState } from 'preact/hooks';
import type { AlertsShown, ChannelShown } from '../../wire/admin/alerts.ts';
import { Chip } from '../parts/chip.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field, Select } from '../parts/field.tsx';
import { Empty, Loaded, Problems } from '../parts/notice.tsx';
import { Told } from '../parts/reasons/told.tsx';
import { Said } from '../parts/said.tsx';
import { ask, Refused } from '../state/ask.ts';
import { useHouse } from '../state/house.ts';
import { addressOf, type Route } from '../state/route.ts';
import { useAnswer } from '../state/use-answer.ts';
import { say, sayOf, showAgo } from '../state/words.ts';
import { SettingsForm } from './connection/settings-form.tsx';

const pathOf = (id: string): string => `/alerts/${encodeURIComponent(id)}`;

export function Alerts({ route: _ }: { route: Route }) {
  const answer = useAnswer<AlertsShown>('/alerts');
  // The channel that is changed; an empty one is a new one.
  const [open, setOpen] = useState<ChannelShown | 'new'>();
  const done = (): void => {
    setOpen(undefined);
    answer.reload();
  };
  return (
    <>
      <h1>{say('alerts.title')}</h1>
      <p class="lead">{say('alerts.lead')}</p>
      <Loaded answer={answer}>
        {(alerts) => (
          <>
            <h2>{say('alerts.now')}</h2>
            <Now open={alerts.open} />
            <h2>{say('alerts.channels')}</h2>
            {alerts.channels.length === 0 && (
              <Empty title={say('alerts.none')}>
                <p>{say('alerts.noneHow')}</p>
              </Empty>
            )}
            <ul class="plain">
              {alerts.channels.map((channel) => (
                <Channel key={channel.id} channel={channel} onChange={() => setOpen(channel)} onDone={done} />
              ))}
            </ul>
            {open === undefined ? (
              <p class="buttons">
                <button type="button" class="primary" onClick={() => setOpen('new')}>
                  {say('alerts.add')}
                </button>
              </p>
            ) : (
              <Edit
                key={open === 'new' ? '' : open.id}
                alerts={alerts}
                channel={open === 'new' ? undefined : open}
                onDone={done}
                onLeave={() => setOpen(undefined)}
              />
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

/** Where what holds is looked at; what is about the machine or the pages is told by Check. */
const PLACES: Readonly<Partial<Record<string, readonly string[]>>> = {
  held: ['connections'],
  outage: ['connections'],
  rejected: ['deliveries'],
  quarantine: ['quarantine'],
  contested: ['todo'],
};

function Now({ open }: Pick<AlertsShown, 'open'>) {
  if (open.length === 0) return <p>{say('alerts.now.none')}</p>;
  return (
    <ul class="plain">
      {open.map(({ key, kind, title, since }) => (
        <li key={key}>
          <span>
            <strong>
              <Told text={title} />
            </strong>{' '}
            <span class="aside">{showAgo(since)}</span>
          </span>
          <span class="deeds">
            <a class="button" href={addressOf(PLACES[kind] ?? ['check'])}>
              {say('todo.look')}
            </a>
          </span>
        </li>
      ))}
    </ul>
  );
}

function Channel(given: { channel: ChannelShown; onChange: () => void; onDone: () => void }) {
  const { channel, onChange, onDone } = given;
  const { id, type, enabled, about, sites, quiet } = channel;
  const [removing, setRemoving] = useState(false);
  const kinds = about?.map((kind) => sayOf('alertKind', kind)).join(', ') ?? say('alerts.everything');
  return (
    <li>
      <span>
        <Chip state={enabled ? 'on' : 'paused'} group="connection" /> <strong>{id}</strong> {type}
        <span class="aside">
          {' '}
          {[kinds, sites?.join(', '), quiet && `${say('alerts.quiet')} ${quiet}`].filter(Boolean).join(' · ')}
        </span>
      </span>
      <span class="deeds">
        <Test id={id} />
        <button type="button" onClick={onChange}>
          {say('alerts.change')}
          <span class="hidden"> {id}</span>
        </button>
        <button type="button" class="danger" onClick={() => setRemoving(true)}>
          {say('alerts.remove')}
          <span class="hidden"> {id}</span>
        </button>
      </span>
      {removing && (
        <Dialog
          title={say('alerts.remove')}
          act={say('alerts.remove')}
          danger
          onClose={() => setRemoving(false)}
          onAct={async () => {
            await ask('DELETE', pathOf(id));
            onDone();
          }}
        >
          <p>{say('alerts.remove.does', { name: id })}</p>
        </Dialog>
      )}
    </li>
  );
}

/** A message at once, and what came of it. */
function Test({ id }: { id: string }) {
  const [state, setState] = useState<'testing' | 'tested' | Refused>();
  const send = (): void => {
    setState('testing');
    ask('POST', `${pathOf(id)}/test`).then(
      () => setState('tested'),
      (error: unknown) => setState(error instanceof Refused ? error : undefined),
    );
  };
  return (
    <>
      <button type="button" onClick={send} disabled={state === 'testing'}>
        {say(state === 'testing' ? 'alerts.testing' : 'alerts.test')}
        <span class="hidden"> {id}</span>
      </button>
      <span role="status">{state === 'tested' && say('alerts.tested')}</span>
      {state instanceof Refused && <Problems refused={state} />}
    </>
  );
}

/** A new channel, or one that is changed: how it is told, of what, when. */
function Edit(given: {
  alerts: AlertsShown;
  channel: ChannelShown | undefined;
  onDone: () => void;
  onLeave: () => void;
}) {
  const { alerts, channel, onDone, onLeave } = given;
  const { sites } = useHouse();
  const [name, setName] = useState(channel?.type ?? 'email');
  const type = alerts.types.find((one) => one.type === name) ?? alerts.types[0]!;
  return (
    <section aria-labelledby="channel">
      <h3 id="channel">{channel ? channel.id : say('alerts.add')}</h3>
      <SettingsForm
        type={{ ...type, role: 'alert' }}
        settings={channel?.type === type.type ? channel.settings : {}}
        before={
          <>
            {!channel && (
              <Field label={say('connections.name')} name="id" required pattern="[A-Za-z0-9][A-Za-z0-9_\-]*" />
            )}
            <Select
              label={say('alerts.type')}
              value={type.type}
              onChange={setName}
              choices={alerts.types.map((one) => ({ value: one.type, label: one.title }))}
            />
          </>
        }
        after={
          <>
            <Some legend={say('alerts.about')} name="about" values={alerts.kinds} chosen={channel?.about} group />
            {sites.length > 1 && (
              <Some
                legend={say('people.sites')}
                name="sites"
                values={sites.map(({ id }) => id)}
                chosen={channel?.sites}
              />
            )}
            <Field
              label={say('alerts.quiet')}
              name="quiet"
              help={say('alerts.quiet.help')}
              defaultValue={channel?.quiet}
            />
            <label class="choice">
              <input type="checkbox" name="enabled" defaultChecked={channel?.enabled ?? true} /> {say('alerts.on')}
            </label>
            <button type="button" onClick={onLeave}>
              {say('cancel')}
            </button>
          </>
        }
        onSave={async (settings, form) => {
          const some = (list: string): object => {
            const chosen = form.getAll(list).map(String);
            return chosen.length === 0 ? {} : { [list]: chosen };
          };
          const quiet = String(form.get('quiet') ?? '').trim();
          const id = channel?.id ?? String(form.get('id') ?? '').trim();
          if (!channel && alerts.channels.some((one) => one.id === id))
            throw new Refused(409, [{ field: 'id', message: say('alerts.taken', { name: id }) }]);
          await ask('PUT', pathOf(id), {
            ...{ type: type.type, settings, enabled: form.get('enabled') !== null },
            ...{ ...some('about'), ...some('sites') },
            ...(quiet === '' ? {} : { quiet }),
          });
          onDone();
        }}
      />
    </section>
  );
}

/** A choice of several; none chosen means all. */
function Some(given: {
  legend: string;
  name: string;
  values: readonly string[];
  chosen: readonly string[] | undefined;
  /** They are kinds of alerts, which have words. */
  group?: boolean;
}) {
  const { legend, name, values, chosen = [], group = false } = given;
  return (
    <fieldset>
      <legend>{legend}</legend>
      <p class="help">{say('alerts.about.help')}</p>
      {values.map((value) => (
        <label class="choice" key={value}>
          <input type="checkbox" name={name} value={value} defaultChecked={chosen.includes(value)} />{' '}
          {group ? sayOf('alertKind', value) : <Said text={value} />}
        </label>
      ))}
    </fieldset>
  );
}
