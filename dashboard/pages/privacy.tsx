/** Forgetting a person: first what would go, in words, then the deed. Who it is stands in no address and in no log. */
import { useState } from 'preact/hooks';
import type { ErasedShown } from '../../wire/admin/privacy.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Field, Select } from '../parts/field.tsx';
import { Problems } from '../parts/notice.tsx';
import { Said } from '../parts/said.tsx';
import { ask, Refused } from '../state/ask.ts';
import { useHouse } from '../state/house.ts';
import type { Route } from '../state/route.ts';
import { say, sayOf } from '../state/words.ts';

const SUBJECTS = ['email', 'phone', 'customer', 'visitor'];
const PARTS = [
  ...(['orders', 'stopped', 'attempts', 'touches', 'identities'] as const),
  ...(['contacts', 'quarantine', 'withdrawals', 'texts'] as const),
];

interface Wish {
  [by: string]: string;
}

export function Privacy({ route: _ }: { route: Route }) {
  const { sites, me } = useHouse();
  const all = me.sites === null;
  const [by, setBy] = useState('email');
  const [site, setSite] = useState(all ? '' : (sites[0]?.id ?? ''));
  const [wish, setWish] = useState<Wish>();
  const [found, setFound] = useState<ErasedShown[]>();
  const [erased, setErased] = useState<ErasedShown[]>();
  const [refused, setRefused] = useState<Refused>();
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const erase = async (asked: Wish, dryRun: boolean): Promise<ErasedShown[]> =>
    (await ask<{ erased: ErasedShown[] }>('POST', '/erase', { ...asked, dryRun })).erased;
  const look = (event: SubmitEvent): void => {
    event.preventDefault();
    const value = String(new FormData(event.currentTarget as HTMLFormElement).get('value') ?? '').trim();
    const next = { [by]: value, ...(site === '' ? {} : { site }) };
    setBusy(true);
    for (const clear of [setRefused, setFound, setErased]) clear(undefined);
    setWish(next);
    erase(next, true)
      .then(setFound, (error: unknown) => error instanceof Refused && setRefused(error))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <h1>{say('privacy.title')}</h1>
      <p class="lead">{say('privacy.lead')}</p>
      <form onSubmit={look} class="settings">
        <Select
          label={say('privacy.by')}
          value={by}
          onChange={setBy}
          choices={SUBJECTS.map((value) => ({ value, label: sayOf('privacy.by', value) }))}
        />
        <Field label={say('privacy.value')} name="value" required autocomplete="off" maxLength={320} />
        {sites.length > 1 && (
          <Select
            label={say('site')}
            value={site}
            onChange={setSite}
            choices={[
              ...(all ? [{ value: '', label: say('site.all') }] : []),
              ...sites.map(({ id, name }) => ({ value: id, label: name ?? id })),
            ]}
          />
        )}
        <Problems refused={refused} />
        <div class="buttons">
          <button type="submit" class={found ? '' : 'primary'} disabled={busy}>
            {say(busy ? 'privacy.looking' : 'privacy.see')}
          </button>
        </div>
      </form>
      <div role="status">
        {found && !erased && <Parts title={say('privacy.would')} rows={found} note={say('privacy.unchanged')} />}
        {erased && <Parts title={say('privacy.did')} rows={erased} note={say('privacy.elsewhere')} />}
      </div>
      {found && !erased && hasAny(found) && (
        <p class="buttons">
          <button type="button" class="danger" onClick={() => setAsking(true)}>
            {say('privacy.erase')}
          </button>
        </p>
      )}
      {asking && wish && (
        <Dialog
          title={say('privacy.erase')}
          act={say('privacy.erase')}
          danger
          onClose={() => setAsking(false)}
          onAct={async () => setErased(await erase(wish, false))}
        >
          <p>{say('privacy.erase.does')}</p>
          <p>{say('privacy.elsewhere')}</p>
        </Dialog>
      )}
    </>
  );
}

const hasAny = (rows: readonly ErasedShown[]): boolean => rows.some((row) => PARTS.some((part) => row[part] > 0));

function Parts({ title, rows, note }: { title: string; rows: readonly ErasedShown[]; note: string }) {
  const { sites } = useHouse();
  if (!hasAny(rows)) return <p>{say('privacy.nothing')}</p>;
  return (
    <>
      <h2>{title}</h2>
      {rows
        .filter((row) => hasAny([row]))
        .map((row) => (
          <section key={row.site}>
            {sites.length > 1 && (
              <h3>
                <Said text={row.site} />
              </h3>
            )}
            <ul>
              {PARTS.filter((part) => row[part] > 0).map((part) => (
                <li key={part}>{say(`erased.${part}`, { count: row[part] })}</li>
              ))}
            </ul>
          </section>
        ))}
      <p class="aside">{note}</p>
    </>
  );
}
