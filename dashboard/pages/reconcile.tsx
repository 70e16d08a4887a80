/** A network's own report beside what it was told: dropped here, compared, and the verdicts that it holds taken over. */
import { useId, useState } from 'preact/hooks';
import type { ConnectionShown } from '../../wire/admin/connections.ts';
import type { ReconcileShown } from '../../wire/admin/reconcile.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Field, Select } from '../parts/field.tsx';
import { Empty, Loaded, Problems } from '../parts/notice.tsx';
import { Said } from '../parts/said.tsx';
import { ask, download, Refused } from '../state/ask.ts';
import { addressOf, type Route } from '../state/route.ts';
import { useAnswer } from '../state/use-answer.ts';
import { say, sayOf } from '../state/words.ts';

/** Rows that a page shows. */
const SHOWN = 200;
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
  `/sites/${encodeURIComponent(site)}/connections/${encodeURIComponent(id)}/reconcile`;

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
        setFound(await ask<ReconcileShown>('POST', place, next));
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
      {differences.length > 0 && (
        <>
          <Differences found={found} site={decodeURIComponent(place.split('/')[2]!)} />
          <p class="buttons">
            <button type="button" onClick={() => void download(place, { ...asked, format: 'csv' })}>
              {say('overview.csv')}
            </button>
          </p>
        </>
      )}
      {asking && (
        <Dialog
          title={say(`reconcile.${asking}`)}
          act={say(`reconcile.${asking}`)}
          onClose={() => setAsking(undefined)}
          onAct={async () => {
            const deed = asking === 'send' ? { send: true } : { dryRun: false };
            onSettled(await ask<ReconcileShown>('POST', place, { ...asked, ...deed }));
          }}
        >
          <p>{say(`reconcile.${asking}.does`)}</p>
        </Dialog>
      )}
    </section>
  );
}

function Differences({ found: { differences }, site }: { found: ReconcileShown; site: string }) {
  return (
    <>
      <h3>{say('reconcile.differences')}</h3>
      <table class="rows">
        <caption class="hidden">{say('reconcile.differences')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('orders.number')}</th>
            <th scope="col">{say('orders.status')}</th>
            <th scope="col">{say('reconcile.ours')}</th>
            <th scope="col">{say('reconcile.theirs')}</th>
            <th scope="col">{say('deliveries.why')}</th>
          </tr>
        </thead>
        <tbody>
          {differences.slice(0, SHOWN).map(({ orderId, problem, ours, theirs, note }) => (
            <tr key={orderId + problem}>
              <th scope="row">
                {problem === 'missing here' ? (
                  <Said text={orderId} />
                ) : (
                  <a href={addressOf(['order', site, orderId])}>
                    <Said text={orderId} />
                  </a>
                )}
              </th>
              <td data-label={say('orders.status')}>{sayOf('problem', problem)}</td>
              <td data-label={say('reconcile.ours')}>
                <Said text={ours} />
              </td>
              <td data-label={say('reconcile.theirs')}>
                <Said text={theirs} />
              </td>
              <td data-label={say('deliveries.why')}>
                <Said text={note} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {differences.length > SHOWN && <p class="aside more">{say('reconcile.more', { count: SHOWN })}</p>}
    </>
  );
}
