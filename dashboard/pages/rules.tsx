/** Who is credited for an order: the rules of a site, tried on the orders of the last days before they are saved. */
import { useState } from 'preact/hooks';
import type { RulesCompared, RulesShown } from '../../wire/admin/rules.ts';
import type { SiteView } from '../../wire/admin/sites.ts';
import { Conflict } from '../parts/conflict.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field, Select } from '../parts/field.tsx';
import { Loaded } from '../parts/notice.tsx';
import { Said } from '../parts/said.tsx';
import { Told } from '../parts/reasons/told.tsx';
import { SiteChoice } from '../parts/site-choice.tsx';
import { ask, Refused } from '../state/ask.ts';
import { mayAct, useHouse } from '../state/house.ts';
import { addressOf, type Route } from '../state/route.ts';
import { useAnswer } from '../state/use-answer.ts';
import { say, sayOf, showMoney, showNumber } from '../state/words.ts';

const DAYS = 30;
const MODELS = ['last-touch', 'first-touch'];
const STAND_DOWN = ['off', 'report', 'on'];
const PRECEDENCE = ['partner', 'paid', 'campaign', 'referral'];

export function Rules({ route }: { route: Route }) {
  const { sites } = useHouse();
  const site = route.query.site ?? sites[0]?.id;
  const answer = useAnswer<SiteView>(site === undefined ? null : `/sites/${encodeURIComponent(site)}`);
  return (
    <>
      <h1>{say('rules.title')}</h1>
      <p class="lead">{say('rules.lead', { days: DAYS })}</p>
      <div class="filters">
        <SiteChoice route={route} all={false} />
      </div>
      {site !== undefined && (
        <Loaded answer={answer}>{(shown) => <Try key={site} site={shown} onSaved={answer.reload} />}</Loaded>
      )}
    </>
  );
}

function Try({ site, onSaved }: { site: SiteView; onSaved: () => void }) {
  const house = useHouse();
  const { attribution = {} } = site;
  const [rules, setRules] = useState<RulesShown>();
  const [found, setFound] = useState<RulesCompared>();
  const [refused, setRefused] = useState<Refused>();
  const [busy, setBusy] = useState(false);
  const [saving, setSaving] = useState(false);
  const at = `/sites/${encodeURIComponent(site.id)}`;
  const compare = (event: SubmitEvent): void => {
    event.preventDefault();
    const next = readRules(new FormData(event.currentTarget as HTMLFormElement), attribution);
    setBusy(true);
    setFound(undefined);
    setRefused(undefined);
    setRules(next);
    ask<RulesCompared>('POST', `${at}/what-if`, { days: DAYS, attribution: next })
      .then(setFound, (error: unknown) => error instanceof Refused && setRefused(error))
      .finally(() => setBusy(false));
  };
  /** A refusal is shown beside the form, which keeps what was typed. `over`: whatever stands there now, all else of the site stays. */
  const save = async ({ over }: { over: boolean }): Promise<void> => {
    setRefused(undefined);
    try {
      const { version: seen, ...kept } = over ? await ask<SiteView>('GET', at) : site;
      await ask('PUT', at, { ...kept, attribution: rules, seen });
      setFound(undefined);
      onSaved();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setRefused(error);
    }
  };
  return (
    <>
      <form onSubmit={compare} class="settings">
        <Field
          label={say('rules.window')}
          name="window"
          defaultValue={attribution.window ?? '30d'}
          required
          help={say('rules.window.help')}
        />
        <Choice label={say('rules.model')} name="model" group="rules.model" value={attribution.model} values={MODELS} />
        <Field
          label={say('rules.precedence')}
          name="precedence"
          defaultValue={(attribution.precedence ?? PRECEDENCE).join(', ')}
          required
          help={say('rules.precedence.help')}
        />
        <Choice
          label={say('rules.standDown')}
          name="standDown"
          group="rules.standDown"
          value={attribution.standDown?.mode}
          values={STAND_DOWN}
        />
        <Conflict refused={refused} onMine={() => void save({ over: true })} />
        <div class="buttons">
          <button type="submit" class={found ? '' : 'primary'} disabled={busy}>
            {say(busy ? 'rules.trying' : 'rules.try')}
          </button>
          {found && mayAct(house, 'owner') && (
            <button type="button" class="primary" onClick={() => setSaving(true)}>
              {say('rules.save')}
            </button>
          )}
        </div>
      </form>
      {found && <Compared site={site.id} found={found} />}
      {saving && rules && (
        <Dialog
          title={say('rules.save')}
          act={say('rules.save')}
          onClose={() => setSaving(false)}
          onAct={() => save({ over: false })}
        >
          <p>{say('rules.save.does')}</p>
        </Dialog>
      )}
    </>
  );
}

function Choice(given: {
  label: string;
  name: string;
  group: string;
  value: string | undefined;
  values: readonly string[];
}) {
  const { label, name, group, value, values } = given;
  const [chosen, setChosen] = useState(value ?? values[0]!);
  const choices = values.map((one) => ({ value: one, label: sayOf(group, one) }));
  return <Select label={label} name={name} value={chosen} onChange={setChosen} choices={choices} />;
}

/** What the form does not ask stays as it is. */
export function readRules(form: Pick<FormData, 'get'>, before: RulesShown): RulesShown {
  const text = (name: string): string => String(form.get(name) ?? '').trim();
  return {
    ...before,
    ...{ window: text('window'), model: text('model') },
    precedence: text('precedence')
      .split(/[\s,]+/)
      .filter((kind) => kind !== ''),
    standDown: { ...before.standDown, mode: text('standDown') },
  };
}

function Compared({ site, found }: { site: string; found: RulesCompared }) {
  const { orders, changes, apart, more, partners, changed } = found;
  const partner = (name: string | null) => (name === null ? say('nobody') : <Said text={name} />);
  return (
    <section aria-labelledby="compared">
      <div role="status">
        <h2 id="compared">{say(changes === 0 ? 'rules.same' : 'rules.changes', { orders, changes })}</h2>
      </div>
      {apart > 0 && <p class="aside">{say('rules.apart', { count: apart })}</p>}
      {more && <p class="aside">{say('rules.more')}</p>}
      {partners.length > 0 && (
        <table class="rows">
          <caption class="hidden">{say('overview.partners')}</caption>
          <thead>
            <tr>
              <th scope="col">{say('orders.partner')}</th>
              <th scope="col" class="number">
                {say('rules.before')}
              </th>
              <th scope="col" class="number">
                {say('rules.after')}
              </th>
            </tr>
          </thead>
          <tbody>
            {partners.map((row) => (
              <tr key={`${row.partner ?? ''} ${row.currency}`}>
                <th scope="row">{partner(row.partner)}</th>
                <td class="number" data-label={say('rules.before')}>
                  {showNumber(row.before)} · {showMoney(row.beforeTotal, row.currency)}
                </td>
                <td class="number" data-label={say('rules.after')}>
                  {showNumber(row.after)} · {showMoney(row.afterTotal, row.currency)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {changed.length > 0 && (
        <ul>
          {changed.map(({ orderId, was, would, reason }) => (
            <li key={orderId}>
              <a href={addressOf(['order', site, orderId])}>
                <Said text={orderId} />
              </a>{' '}
              {say('rules.was')} {partner(was)} · {say('rules.would')} {partner(would)}{' '}
              <span class="aside">
                <Told text={reason} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
