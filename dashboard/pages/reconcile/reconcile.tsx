/** A network's own report beside what it was told: dropped here, compared, and the verdicts that it holds taken over. */
import { useId, useState } from 'preact/hooks';
import type { ConnectionShown } from '../../../wire/admin/connections.ts';
import type { ReconcileShown } from '../../../wire/admin/reconcile.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field, Select } from '../../parts/field.tsx';
import { Empty, Loaded, Problems } from '../../parts/notice.tsx';
import { ask, Refused } from '../../state/ask.ts';
import type { Route } from '../../state/route.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { say } from '../../state/words.ts';
import { Differences } from './differences.tsx';
import { History } from './history.tsx';

const TEXTS = ['since', 'until', 'orderColumn', 'amountColumn', 'statusColumn'];

type Asked = Record<string, unknown>;

export function Reconcile({ route }: { route: Route }) {
  const answer = useAnswer<{ connections: ConnectionShown[] }>('/connections');
  return (
    <>
      <h1>{say('reconcile.title')}</h1>
      <p class="lead">{say('reconcile.lead')}</p>
      <Loaded answer={answer}>
        {({ connections }) => {
          const networks = connections.filter(({ role }) => role === 'destination');
          return networks.length === 0 ? (
            <Empty title={say('connections.none')}>
              <p>{say('reconcile.none')}</p>
            </Empty>
          ) : (
            <Report networks={networks} route={route} />
          );
        }}
      </Loaded>
    </>
  );
}

const placeOf = ({ site, id }: Pick<ConnectionShown, 'site' | 'id'>): string =>
  `/sites/${encodeURIComponent(site)}/connections/${encodeURIComponent(id)}`;

function Report({ networks, route: { query } }: { networks: readonly ConnectionShown[]; route: Route }) {
  const named = networks.find(({ site, id }) => id === query.connection && (!query.site || site === query.site));
  const [place, setPlace] = useState(placeOf(named ?? networks[0]!));
  const [asked, setAsked] = useState<Asked>();
  const [found, setFound] = useState<ReconcileShown>();
  const [refused, setRefused] = useState<Refused>();
  const [busy, setBusy] = useState(false);
  const compare = (event: SubmitEvent): void => {
    event.preventDefault();
    setBusy(true);
    setRefused(undefined);
    setFound(undefined);
    const fetched = (event.submitter as HTMLButtonElement | null)?.value === 'fetch';
    readForm(new FormData(event.currentTarget as HTMLFormElement), fetched)
      .then(async (next) => {
        setAsked(next);
        setFound(await ask<ReconcileShown>('POST', `${place}/reconcile`, next));
      })
      .catch((error: unknown) => error instanceof Refused && setRefused(error))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <form onSubmit={compare} class="settings">
        <Select
          label={say('deliveries.connection')}
          value={place}
          onChange={(next) => {
            setPlace(next);
            setFound(undefined);
          }}
          choices={networks.map((one) => ({ value: placeOf(one), label: `${one.title} (${one.site} / ${one.id})` }))}
        />
        <FileField label={say('reconcile.file')} name="report" />
        <Field label={say('reconcile.since')} name="since" help={say('reconcile.period.help')} />
        <Field label={say('reconcile.until')} name="until" />
        <details>
          <summary>{say('reconcile.columns')}</summary>
          <Field label={say('reconcile.order')} name="orderColumn" />
          <Field label={say('reconcile.amount')} name="amountColumn" />
          <Field label={say('reconcile.status')} name="statusColumn" />
        </details>
        <Problems refused={refused} />
        <div class="buttons">
          <button type="submit" class="primary" disabled={busy}>
            {say(busy ? 'reconcile.comparing' : 'reconcile.compare')}
          </button>
          <button type="submit" formNoValidate value="fetch" disabled={busy}>
            {say('reconcile.fetch')}
          </button>
        </div>
      </form>
      {found && asked && <Found found={found} place={place} asked={asked} onSettled={setFound} />}
      <History key={place} place={place} newest={found?.comparison} />
    </>
  );
}

/** What is fetched has no file, and begins somewhere. */
async function readForm(form: FormData, fetched: boolean): Promise<Asked> {
  const file = form.get('report');
  const texts: Asked = Object.fromEntries(TEXTS.map((name) => [name, String(form.get(name) ?? '')]));
  if (fetched) return { ...texts, since: texts.since || '30d' };
  return { ...texts, report: file instanceof File ? await file.text() : '' };
}

function FileField({ label, name }: { label: string; name: string }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} type="file" name={name} accept=".csv,.txt,.tsv,text/csv" required />
    </div>
  );
}

function Found(given: {
  found: ReconcileShown;
  place: string;
  asked: Asked;
  onSettled: (found: ReconcileShown) => void;
}) {
  const { found, place, asked, onSettled } = given;
  const [asking, setAsking] = useState<'settle' | 'send'>();
  const { columns, fetched, rows, agree, compared, verdicts, settled, sent, differences } = found;
  const repairs = differences.filter(({ repair }) => repair).length;
  return (
    <section aria-labelledby="found">
      <h2 id="found">{say('reconcile.agree', { agree, compared })}</h2>
      <p role="status">
        {fetched
          ? say('reconcile.fetched', { rows, from: fetched.from.slice(0, 10), until: fetched.until.slice(0, 10) })
          : say('reconcile.read', {
              ...{ rows, order: columns.order ?? '–', amount: columns.amount ?? '–', status: columns.status ?? '–' },
            })}{' '}
        {settled > 0 && say('reconcile.settled', { count: settled })}{' '}
        {sent > 0 && say('reconcile.sent', { count: sent })}
      </p>
      {verdicts > 0 && settled === 0 && (
        <p>
          {say('reconcile.verdicts', { count: verdicts })}{' '}
          <button type="button" class="primary" onClick={() => setAsking('settle')}>
            {say('reconcile.settle')}
          </button>
        </p>
      )}
      {repairs > 0 && sent === 0 && (
        <p>
          {say('reconcile.repairs', { count: repairs })}{' '}
          <button type="button" onClick={() => setAsking('send')}>
            {say('reconcile.send')}
          </button>
        </p>
      )}
      <Differences differences={differences} place={place} comparison={found.comparison} />
      {asking && (
        <Dialog
          title={say(`reconcile.${asking}`)}
          act={say(`reconcile.${asking}`)}
          onClose={() => setAsking(undefined)}
          onAct={async () => {
            const deed = asking === 'send' ? { send: true } : { dryRun: false };
            onSettled(await ask<ReconcileShown>('POST', `${place}/reconcile`, { ...asked, ...deed }));
          }}
        >
          <p>{say(`reconcile.${asking}.does`)}</p>
        </Dialog>
      )}
    </section>
  );
}
