/** One connection: how it stands, its settings in a form made from its definition, its test stage by stage. Or a new one of a chosen type. */
import { useState } from 'preact/hooks';
import type { ConnectionShown, TypeShown } from '../../../wire/admin/connections.ts';
import { Chip } from '../../parts/chip.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field, Select } from '../../parts/field.tsx';
import { Loaded } from '../../parts/notice.tsx';
import { Said } from '../../parts/said.tsx';
import { ask } from '../../state/ask.ts';
import { mayAct, useHouse } from '../../state/house.ts';
import { addressOf, type Route } from '../../state/route.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { say, showAgo, type Word } from '../../state/words.ts';
import { stateOf } from '../connections.tsx';
import { ConnectionTest } from './connection-test.tsx';
import { putConnection } from './put-connection.ts';
import { Shop } from './shop.tsx';
import { SettingsForm } from './settings-form.tsx';
import { TestClick } from './test-click.tsx';

export function Connection({ route: { path } }: { route: Route }) {
  const [, site = '', id] = path;
  const types = useAnswer<{ types: TypeShown[] }>('/types');
  return (
    <Loaded answer={types}>
      {({ types: all }) =>
        id === undefined ? <Fresh site={site} types={all} /> : <Known site={site} id={id} types={all} />
      }
    </Loaded>
  );
}

const routeOf = (site: string, id: string): string =>
  `/sites/${encodeURIComponent(site)}/connections/${encodeURIComponent(id)}`;

function Fresh({ site, types }: { site: string; types: readonly TypeShown[] }) {
  const [type, setType] = useState(types[0]?.type ?? '');
  const chosen = types.find((one) => one.type === type);
  return (
    <>
      <h1>{say('connections.add')}</h1>
      <Select
        label={say('connections.what')}
        value={type}
        onChange={setType}
        choices={types
          .toSorted((a, b) => a.title.localeCompare(b.title))
          .map((one) => ({ value: one.type, label: one.title }))}
      />
      {chosen && (
        <SettingsForm
          key={type}
          type={chosen}
          settings={{}}
          before={
            <Field
              label={say('connections.name')}
              name="id"
              defaultValue={type}
              required
              pattern="[a-z0-9][a-z0-9_\-]*"
              help={say('connections.name.help')}
            />
          }
          onSave={async (settings, form) => {
            const id = String(form.get('id'));
            await ask('POST', `/sites/${encodeURIComponent(site)}/connections`, { id, type, settings });
            location.hash = addressOf(['connection', site, id]);
          }}
        />
      )}
    </>
  );
}

function Known({ site, id, types }: { site: string; id: string; types: readonly TypeShown[] }) {
  const house = useHouse();
  const answer = useAnswer<ConnectionShown>(routeOf(site, id));
  return (
    <Loaded answer={answer}>
      {(connection) => {
        const type = types.find((one) => one.type === connection.type);
        return (
          <>
            <h1>
              <Said text={id} /> <span class="aside">{connection.title}</span>
            </h1>
            <p class="lead">
              <Chip state={stateOf(connection)} group="connection" />{' '}
              <Said text={connection.paused?.reason ?? connection.trouble ?? ' '} />{' '}
              {connection.paused && <span class="aside">{showAgo(connection.paused.since)}</span>}
            </p>
            {mayAct(house, 'operator') && <Deeds connection={connection} onDone={answer.reload} />}
            <TestClick connection={connection} />
            {connection.role === 'source' && <Shop at={routeOf(site, id)} type={connection.type} />}
            <section aria-labelledby="settings">
              <h2 id="settings">{say('connections.settings')}</h2>
              {type && mayAct(house, 'owner') ? (
                <SettingsForm
                  key={connection.updatedAt}
                  type={type}
                  settings={connection.settings}
                  onSave={async (settings, _form, over) => {
                    await putConnection(connection, settings, over);
                    answer.reload();
                  }}
                />
              ) : (
                <Shown connection={connection} />
              )}
            </section>
          </>
        );
      }}
    </Loaded>
  );
}

function Shown({ connection: { settings } }: { connection: ConnectionShown }) {
  return (
    <dl class="facts">
      {Object.entries(settings).map(([name, value]) => [
        <dt key={name}>{name}</dt>,
        <dd key={`${name}-value`}>
          <Said text={typeof value === 'object' ? JSON.stringify(value) : String(value ?? '')} />
        </dd>,
      ])}
    </dl>
  );
}

type Name = 'pause' | 'resume' | 'replay' | 'remove';

function Deeds({ connection, onDone }: { connection: ConnectionShown; onDone: () => void }) {
  const house = useHouse();
  const [asking, setAsking] = useState<Name>();
  const { site, id, enabled, paused, deliveries } = connection;
  const stuck = (deliveries.held ?? 0) + (deliveries.rejected ?? 0) + (enabled ? (deliveries.waiting ?? 0) : 0);
  const names: Name[] = [
    ...(stuck > 0 || paused?.kind === 'held' ? (['replay'] as const) : []),
    enabled ? 'pause' : 'resume',
    ...(mayAct(house, 'owner') ? (['remove'] as const) : []),
  ];
  const act = async (name: Name): Promise<void> => {
    if (name === 'replay') await ask('POST', '/replay', { site, connection: id });
    else if (name === 'remove') await ask('DELETE', routeOf(site, id));
    else await ask('POST', `${routeOf(site, id)}/${name}`);
    if (name === 'remove') location.hash = addressOf(['connections']);
    else onDone();
  };
  return (
    <>
      <section aria-labelledby="test">
        <h2 id="test">{say('connections.test')}</h2>
        <ConnectionTest site={site} id={id} />
      </section>
      <div class="buttons">
        {names.map((name) => (
          <button
            key={name}
            type="button"
            class={name === 'replay' || name === 'resume' ? 'primary' : ''}
            onClick={() => setAsking(name)}
          >
            {say(`connections.${name}` as Word)}
          </button>
        ))}
      </div>
      {asking && (
        <Dialog
          title={say(`connections.${asking}` as Word)}
          act={say(`connections.${asking}` as Word)}
          danger={asking === 'remove' || asking === 'pause'}
          onClose={() => setAsking(undefined)}
          onAct={() => act(asking)}
        >
          <p>{say(`connections.${asking}.does` as Word)}</p>
        </Dialog>
      )}
    </>
  );
}
