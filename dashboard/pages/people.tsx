/** Who may enter, with what role; and the sessions that are open. An owner lets people in and shuts them out. */
import { useState } from 'preact/hooks';
import type { LinkView, PersonView, SessionView } from '../../wire/admin/people.ts';
import { Copy } from '../parts/copy.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field, Select } from '../parts/field.tsx';
import { Empty, Loaded } from '../parts/notice.tsx';
import { Said } from '../parts/said.tsx';
import { ask } from '../state/ask.ts';
import { mayAct, useHouse } from '../state/house.ts';
import { useAnswer } from '../state/use-answer.ts';
import { say, sayOf, showAgo, showTime } from '../state/words.ts';

export function People() {
  const house = useHouse();
  return (
    <>
      <h1>{say('people.title')}</h1>
      {mayAct(house, 'owner') && house.me.sites === null && <Persons />}
      <Sessions />
    </>
  );
}

function Persons() {
  const answer = useAnswer<{ people: PersonView[] }>('/people');
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<string>();
  const [link, setLink] = useState<LinkView>();
  const renew = (name: string): void => {
    ask<LinkView>('POST', `/people/${encodeURIComponent(name)}/link`, {}).then(setLink, () => answer.reload());
  };
  return (
    <section aria-labelledby="persons">
      <h2 id="persons">{say('people.persons')}</h2>
      <p class="buttons">
        <button type="button" class="primary" onClick={() => setAdding(true)}>
          {say('people.add')}
        </button>
      </p>
      <Loaded answer={answer}>
        {({ people }) =>
          people.length === 0 ? (
            <Empty title={say('people.none')} />
          ) : (
            <PersonRows people={people} onLink={renew} onRemove={setRemoving} />
          )
        }
      </Loaded>
      {adding && (
        <AddPerson
          onClose={() => setAdding(false)}
          onAdded={(made) => {
            setLink(made);
            answer.reload();
          }}
        />
      )}
      {removing !== undefined && (
        <Dialog
          title={say('people.remove')}
          act={say('people.remove')}
          danger
          onClose={() => setRemoving(undefined)}
          onAct={async () => {
            await ask('DELETE', `/people/${encodeURIComponent(removing)}`);
            answer.reload();
          }}
        >
          <p>
            <Said text={removing} />: {say('people.remove.does')}
          </p>
        </Dialog>
      )}
      {link && (
        <Dialog title={say('people.link')} onClose={() => setLink(undefined)}>
          <p>{say('people.link.how')}</p>
          <p class="command">
            <code>{link.link}</code> <Copy text={link.link} />
          </p>
        </Dialog>
      )}
    </section>
  );
}

function PersonRows(given: { people: PersonView[]; onLink: (name: string) => void; onRemove: (name: string) => void }) {
  return (
    <table class="rows">
      <caption class="hidden">{say('people.persons')}</caption>
      <thead>
        <tr>
          <th scope="col">{say('people.name')}</th>
          <th scope="col">{say('people.role')}</th>
          <th scope="col">{say('people.sites')}</th>
          <th scope="col">{say('people.signedIn')}</th>
          <th scope="col">
            <span class="hidden">{say('actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {given.people.map(({ name, role, sites, signedInAt }) => (
          <tr key={name}>
            <th scope="row">
              <Said text={name} />
            </th>
            <td data-label={say('people.role')}>{sayOf('role', role)}</td>
            <td data-label={say('people.sites')}>{sites === null ? say('site.all') : sites.join(', ')}</td>
            <td data-label={say('people.signedIn')}>
              {signedInAt === null ? say('people.never') : showAgo(signedInAt)}
            </td>
            <td class="buttons">
              <button type="button" class="small" onClick={() => given.onLink(name)}>
                {say('people.newLink')}
                <span class="hidden"> {name}</span>
              </button>
              <button type="button" class="small" onClick={() => given.onRemove(name)}>
                {say('people.remove')}
                <span class="hidden"> {name}</span>
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function AddPerson({ onClose, onAdded }: { onClose: () => void; onAdded: (made: LinkView) => void }) {
  const { sites } = useHouse();
  const [role, setRole] = useState('viewer');
  return (
    <Dialog
      title={say('people.add')}
      act={say('people.add')}
      onClose={onClose}
      onAct={async (form) => {
        const chosen = form.getAll('site').map(String);
        const some = chosen.length > 0 ? { sites: chosen } : {};
        onAdded(await ask<LinkView>('POST', '/people', { name: form.get('name'), role, ...some }));
      }}
    >
      <Field
        label={say('people.name')}
        name="name"
        required
        maxLength={64}
        autocomplete="off"
        help={say('people.name.help')}
      />
      <Select
        label={say('people.role')}
        value={role}
        onChange={setRole}
        choices={['viewer', 'operator', 'owner'].map((value) => ({
          value,
          label: `${sayOf('role', value)}: ${sayOf('roleDoes', value)}`,
        }))}
      />
      {sites.length > 1 && (
        <fieldset>
          <legend>{say('people.sites.help')}</legend>
          {sites.map(({ id, name }) => (
            <label class="choice" key={id}>
              <input type="checkbox" name="site" value={id} /> <Said text={name ?? id} />
            </label>
          ))}
        </fieldset>
      )}
    </Dialog>
  );
}

function Sessions() {
  const answer = useAnswer<{ sessions: SessionView[] }>('/sessions');
  const end = (id: string): void => {
    ask('DELETE', `/sessions/${id}`).then(answer.reload, answer.reload);
  };
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">{say('sessions.title')}</h2>
      <Loaded answer={answer}>
        {({ sessions }) =>
          sessions.length === 0 ? (
            <Empty title={say('sessions.none')} />
          ) : (
            <ul class="plain">
              {sessions.map(({ id, person, seenAt, createdAt, agent, current }) => (
                <li key={id}>
                  <span>
                    <strong>
                      <Said text={person} />
                    </strong>{' '}
                    {current && <span class="chip good">{say('sessions.current')}</span>} <Said text={agent} />
                    <br />
                    <span class="aside">
                      {say('sessions.seen', { ago: showAgo(seenAt), since: showTime(createdAt, undefined) })}
                    </span>
                  </span>
                  {!current && (
                    <button type="button" class="small" onClick={() => end(id)}>
                      {say('sessions.end')}
                    </button>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}
