/** Keys of the server API and signing secrets: made and shown once, ended at once. */
import { useState } from 'preact/hooks';
import type { KeyRow } from '../../wire/admin/connections.ts';
import { Chip } from '../parts/chip.tsx';
import { Copy } from '../parts/copy.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field, Select } from '../parts/field.tsx';
import { Empty, Loaded } from '../parts/notice.tsx';
import { Said } from '../parts/said.tsx';
import { ask } from '../state/ask.ts';
import { useHouse } from '../state/house.ts';
import { useAnswer } from '../state/use-answer.ts';
import { say, sayOf, showTime } from '../state/words.ts';

const KINDS = ['api', 'webhook', 'order'];

export function ApiKeys() {
  const answer = useAnswer<{ keys: KeyRow[] }>('/keys');
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<KeyRow>();
  const [made, setMade] = useState<string>();
  return (
    <>
      <h1>{say('apiKeys.title')}</h1>
      <p class="buttons">
        <button type="button" class="primary" onClick={() => setMaking(true)}>
          {say('apiKeys.make')}
        </button>
      </p>
      <Loaded answer={answer}>
        {({ keys }) =>
          keys.length === 0 ? (
            <Empty title={say('apiKeys.none')}>
              <p>{say('apiKeys.noneHow')}</p>
            </Empty>
          ) : (
            <ul class="plain">
              {keys.map((key) => (
                <li key={key.id}>
                  <span>
                    <strong>{sayOf('keyKind', key.kind)}</strong> <Said text={key.sites.join(', ')} />{' '}
                    {key.label !== '' && <Said text={key.label} />}
                    <br />
                    <span class="aside">{say('apiKeys.since', { time: showTime(key.createdAt, undefined) })}</span>{' '}
                    {key.revokedAt !== null && <Chip state="ended" group="keyState" />}
                  </span>
                  {key.revokedAt === null && (
                    <button type="button" class="small" onClick={() => setEnding(key)}>
                      {say('apiKeys.end')}
                      <span class="hidden"> {key.label || key.id}</span>
                    </button>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {making && (
        <MakeKey
          onClose={() => setMaking(false)}
          onMade={(value) => {
            setMade(value);
            answer.reload();
          }}
        />
      )}
      {made !== undefined && (
        <Dialog title={say('apiKeys.made')} onClose={() => setMade(undefined)}>
          <p>{say('apiKeys.made.how')}</p>
          <p class="command">
            <code>{made}</code> <Copy text={made} />
          </p>
        </Dialog>
      )}
      {ending && (
        <Dialog
          title={say('apiKeys.end')}
          act={say('apiKeys.end')}
          danger
          onClose={() => setEnding(undefined)}
          onAct={async () => {
            await ask('DELETE', `/keys/${ending.id}`);
            answer.reload();
          }}
        >
          <p>{say('apiKeys.end.does')}</p>
        </Dialog>
      )}
    </>
  );
}

function MakeKey({ onClose, onMade }: { onClose: () => void; onMade: (value: string) => void }) {
  const { sites } = useHouse();
  const [kind, setKind] = useState('api');
  return (
    <Dialog
      title={say('apiKeys.make')}
      act={say('apiKeys.make')}
      onClose={onClose}
      onAct={async (form) => {
        const chosen = sites.length === 1 ? [sites[0]!.id] : form.getAll('site').map(String);
        const { key } = await ask<{ key: string }>('POST', '/keys', { kind, sites: chosen, label: form.get('label') });
        onMade(key);
      }}
    >
      <Select
        label={say('apiKeys.kind')}
        value={kind}
        onChange={setKind}
        choices={KINDS.map((value) => ({ value, label: sayOf('keyKind', value) }))}
      />
      <Field label={say('apiKeys.label')} name="label" maxLength={200} autocomplete="off" />
      {sites.length > 1 && (
        <fieldset>
          <legend>{say('people.sites')}</legend>
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
