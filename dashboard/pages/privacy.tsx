/** What is held about a person: first what there is, in words, then a file of it, or the end of it. Who it is stands in no address and in no log. */
import { useState } from 'preact/hooks';
import type { ErasedShown } from '../../wire/admin/privacy.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Field, Select } from '../parts/field.tsx';
import { Problems } from '../parts/notice.tsx';
import { Said } from '../parts/said.tsx';
import { ask, download, Refused } from '../state/ask.ts';
import { useHouse } from '../state/house.ts';
import type { Route } from '../state/route.ts';
import { say, sayOf, showSpan } from '../state/words.ts';

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
  const save = (format: string): void => {
    setRefused(undefined);
    download('/person', { ...wish, format }).catch((error: unknown) => error instanceof Refused && setRefused(error));
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
          {(['json', 'csv'] as const).map((format) => (
            <button key={format} type="button" onClick={() => save(format)}>
              {say(`privacy.save.${format}`)}
            </button>
          ))}
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
      <Kept />
    </>
  );
}

const AGES = ['touches', 'personal', 'contacts'] as const;

/** How long each site keeps what. */
function Kept() {
  const { sites } = useHouse();
  return (
    <section aria-labelledby="kept">
      <h2 id="kept">{say('kept.title')}</h2>
      <p>{say('kept.how')}</p>
      <table class="rows">
        <caption class="hidden">{say('kept.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('site')}</th>
            {AGES.map((age) => (
              <th scope="col" key={age}>
                {say(`kept.${age}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sites.map(({ id, name, kept }) => (
            <tr key={id}>
              <th scope="row">
                <Said text={name ?? id} />
              </th>
              {AGES.map((age) => (
                <td key={age} data-label={say(`kept.${age}`)}>
                  {showSpan(kept[age])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
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
