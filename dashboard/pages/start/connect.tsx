/** Third step: the first network, by a form made from its definition; on a machine that may, with a stand-in to rehearse with. */
import { useState } from 'preact/hooks';
import type { TypeShown } from '../../../wire/admin/connections.ts';
import type { SiteView } from '../../../wire/admin/sites.ts';
import type { Rehearsal } from '../../../wire/admin/start.ts';
import { Copy } from '../../parts/copy.tsx';
import { Field, Select } from '../../parts/field.tsx';
import { Loaded } from '../../parts/notice.tsx';
import { ask } from '../../state/ask.ts';
import { useHouse } from '../../state/house.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { say } from '../../state/words.ts';
import { SettingsForm } from '../connection/settings-form.tsx';
import { Next, placeOf } from './steps.tsx';

export function Connect({ site }: { site: SiteView }) {
  const types = useAnswer<{ types: TypeShown[] }>('/types');
  const rehearsal = useAnswer<Rehearsal>('/rehearsal');
  return (
    <>
      {site.connections.length > 0 && (
        <Next to={placeOf(site.id, 'test', site.connections[0])}>
          <span>{say('start.connected', { names: site.connections.join(', ') })}</span>
        </Next>
      )}
      <Loaded answer={types}>
        {({ types: all }) => (
          <Loaded answer={rehearsal}>{(stands) => <First site={site} types={all} rehearsal={stands} />}</Loaded>
        )}
      </Loaded>
      <p>
        <a href={placeOf(site.id, 'done')}>{say('start.later')}</a>
      </p>
    </>
  );
}

function First({ site, types, rehearsal }: { site: SiteView; types: readonly TypeShown[]; rehearsal: Rehearsal }) {
  const house = useHouse();
  const [name, setName] = useState('impact');
  const sorted = types.toSorted((a, b) => a.title.localeCompare(b.title));
  const type = types.find((one) => one.type === name) ?? sorted[0];
  if (!type) return null;
  const id = freeId(type.type, site.connections);
  return (
    <>
      <Select
        label={say('first.which')}
        value={type.type}
        onChange={setName}
        choices={sorted.map((one) => ({ value: one.type, label: one.title }))}
      />
      <SettingsForm
        key={type.type}
        type={type}
        settings={{}}
        act={say('start.save')}
        after={rehearsal.types.includes(type.type) && <StandIn type={type} rehearsal={rehearsal} />}
        onSave={async (given, form) => {
          const standIn = form.get('rehearse') === null ? undefined : String(form.get('standIn'));
          const settings =
            standIn === undefined ? given : { ...given, baseUrl: `${standIn.replace(/\/+$/, '')}/${type.type}` };
          await ask('POST', `/sites/${encodeURIComponent(site.id)}/connections`, { id, type: type.type, settings });
          house.reload();
          location.hash = placeOf(site.id, 'test', id);
        }}
      />
    </>
  );
}

/** The type's own name, and a number where that is taken. */
function freeId(type: string, taken: readonly string[]): string {
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? type : `${type}-${count}`;
    if (!taken.includes(id)) return id;
  }
}

function StandIn({ type: { title }, rehearsal }: { type: TypeShown; rehearsal: Rehearsal }) {
  const [wanted, setWanted] = useState(rehearsal.allowed);
  if (!rehearsal.allowed)
    return (
      <p class="help">
        {say('start.standIn.off', { title })} <code>CLICKTHREAD_ALLOW_PRIVATE=1 clickthread serve</code>
      </p>
    );
  return (
    <fieldset>
      <label class="choice">
        <input
          type="checkbox"
          name="rehearse"
          checked={wanted}
          onChange={(event) => setWanted((event.currentTarget as HTMLInputElement).checked)}
        />
        <span>{say('first.rehearse', { title })}</span>
      </label>
      {wanted && (
        <>
          <p>{say('first.next.sandbox')}</p>
          <p class="command">
            <code>clickthread sandbox</code> <Copy text="clickthread sandbox" />
          </p>
          <Field label={say('start.standIn.address')} name="standIn" defaultValue={rehearsal.address} required />
        </>
      )}
    </fieldset>
  );
}
