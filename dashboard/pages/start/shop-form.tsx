/** First step: what the shop is. One address is enough to find most of it; everything can be corrected before it is saved. */
import { useState } from 'preact/hooks';
import type { FoundShop } from '../../../wire/admin/start.ts';
import { Field } from '../../parts/field.tsx';
import { Problems } from '../../parts/notice.tsx';
import { Options } from '../../parts/options.tsx';
import { Said } from '../../parts/said.tsx';
import { ask, Refused } from '../../state/ask.ts';
import { useHouse } from '../../state/house.ts';
import { say } from '../../state/words.ts';
import { placeOf } from './steps.tsx';

export function ShopForm() {
  const [found, setFound] = useState<FoundShop>();
  const [looking, setLooking] = useState(false);
  const [refused, setRefused] = useState<Refused>();
  const find = (event: SubmitEvent): void => {
    event.preventDefault();
    const { address } = Object.fromEntries(new FormData(event.currentTarget as HTMLFormElement));
    setLooking(true);
    setRefused(undefined);
    ask<FoundShop>('POST', '/find/shop', { address })
      .then(setFound)
      .catch((error: unknown) => error instanceof Refused && setRefused(error))
      .finally(() => setLooking(false));
  };
  return (
    <>
      <form onSubmit={find} class="settings">
        <Field label={say('start.address')} name="address" placeholder="shop.example" required autocomplete="off" />
        <Problems refused={refused} />
        <div class="buttons">
          <button type="submit" class={found ? '' : 'primary'} disabled={looking}>
            {say(looking ? 'start.finding' : 'start.find')}
          </button>
          <span role="status">{found && say('start.found')}</span>
        </div>
      </form>
      {found?.unread !== undefined && (
        <p class="ask-note">
          {say('start.unread')} <Said text={found.unread} />
        </p>
      )}
      {found && <Facts key={JSON.stringify(found)} found={found} />}
    </>
  );
}

/** What was found, to be corrected and saved. */
function Facts({ found }: { found: FoundShop }) {
  const house = useHouse();
  const [consent, setConsent] = useState(found.consent ?? 'wait');
  const [refused, setRefused] = useState<Refused>();
  const [saving, setSaving] = useState(false);
  const save = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const { id, ...site } = readShop(form);
    setSaving(true);
    setRefused(undefined);
    saveShop(
      id,
      site,
      house.sites.some((one) => one.id === id),
    )
      .then(() => {
        house.reload();
        location.hash = placeOf(id, 'tag');
      })
      .catch((error: unknown) => error instanceof Refused && setRefused(error))
      .finally(() => setSaving(false));
  };
  return (
    <form onSubmit={save} class="settings">
      <Field label={say('start.name')} name="name" defaultValue={found.name} maxLength={200} />
      <Field label={say('first.id')} name="id" defaultValue={found.id} required pattern="[A-Za-z0-9][A-Za-z0-9_\-]*" />
      <Field label={say('first.domains')} name="domains" defaultValue={found.domains.join(', ')} required />
      <Field label={say('first.linked')} name="linked" defaultValue={found.linked.join(', ')} />
      <Field label={say('first.currency')} name="currency" defaultValue={found.currency} pattern="[A-Za-z]{3}" />
      <Field label={say('start.zone')} name="timezone" defaultValue={zoneHere()} required list={zones()} />
      <Options
        legend={say('first.consent')}
        name="consent"
        value={consent}
        onChange={setConsent}
        group="first.consent"
        values={['auto', 'wait', 'granted']}
      />
      {consent === 'wait' && (
        <Options
          legend={say('first.shopConsent')}
          name="shopConsent"
          value="wait"
          group="first.shopConsent"
          values={['wait', 'granted']}
        />
      )}
      <Options
        legend={say('first.trust')}
        name="trust"
        value="shop"
        group="first.trust"
        values={['shop', 'signed', 'browser']}
      />
      <Problems refused={refused} />
      <div class="buttons">
        <button type="submit" class="primary" disabled={saving}>
          {say('start.save')}
        </button>
      </div>
    </form>
  );
}

/** The form as the configuration file has it. */
export function readShop(form: Pick<FormData, 'get'>): Record<string, unknown> & { id: string } {
  const text = (name: string): string => String(form.get(name) ?? '').trim();
  const list = (name: string): string[] =>
    text(name)
      .split(/[\s,]+/)
      .filter((entry) => entry !== '');
  const [currency, name, shopConsent] = [text('currency'), text('name'), text('shopConsent')];
  return {
    id: text('id'),
    ...(name === '' ? {} : { name }),
    ...{ domains: list('domains'), linked: list('linked'), timezone: text('timezone'), consent: text('consent') },
    ...(currency === '' ? {} : { currency }),
    ...(shopConsent === '' ? {} : { shopConsent }),
    ...(text('trust') === 'signed'
      ? { release: 'browser', signedOrders: 'required' }
      : { release: text('trust') === 'browser' ? 'browser' : 'shop' }),
  };
}

/** A shop that is set up already is nothing to begin with: its settings would be lost. */
async function saveShop(id: string, site: Record<string, unknown>, isTaken: boolean): Promise<void> {
  if (isTaken) throw new Refused(409, [{ field: 'id', message: say('start.taken', { site: id }) }]);
  await ask('PUT', `/sites/${encodeURIComponent(id)}`, site);
}

const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
const zones = (): string[] =>
  (Intl as { supportedValuesOf?(key: string): string[] }).supportedValuesOf?.('timeZone') ?? [];
