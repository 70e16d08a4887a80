/** A link to an order's story for a partner's manager: made and shown once, listed, ended. */
import { useState } from 'preact/hooks';
import type { SharedStory, StoryLinkView } from '../../../wire/admin/partner-story.ts';
import { Copy } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field, Select } from '../../parts/field.tsx';
import { ask } from '../../state/ask.ts';
import { mayAct, useHouse, zoneOf } from '../../state/house.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { say, showTime } from '../../state/words.ts';

/** Days that a link is good for, unless somebody says. */
const USUAL = '7';

export function Share({ site, orderId, partner }: { site: string; orderId: string; partner: string | undefined }) {
  const house = useHouse();
  const connections = house.sites.find(({ id }) => id === site)?.connections ?? [];
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<SharedStory>();
  if (!mayAct(house, 'operator') || connections.length === 0) return null;
  const at = `/orders/${encodeURIComponent(orderId)}/shares`;
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        {say('share.act')}
      </button>
      {open && (
        <Dialog
          title={say('share.act')}
          act={say('share.act')}
          onClose={() => setOpen(false)}
          onAct={async (form) => {
            const [connection, days] = [String(form.get('connection')), Number(form.get('days'))];
            setMade(await ask<SharedStory>('POST', at, { site, connection, days }));
          }}
        >
          <p>{say('share.does')}</p>
          <Select
            label={say('share.with')}
            name="connection"
            value={connections.find((id) => id === partner) ?? connections[0]!}
            choices={connections.map((id) => ({ value: id, label: id }))}
          />
          <Field label={say('share.days')} name="days" defaultValue={USUAL} inputMode="decimal" required />
          <Open at={at} site={site} />
        </Dialog>
      )}
      {made && (
        <Dialog title={say('share.link')} onClose={() => setMade(undefined)}>
          <p>{say('share.link.how', { time: showTime(made.expiresAt, zoneOf(house, site)) })}</p>
          <p class="command">
            <code>{made.link}</code> <Copy text={made.link} />
          </p>
        </Dialog>
      )}
    </>
  );
}

/** Those that are good now. */
function Open({ at, site }: { at: string; site: string }) {
  const house = useHouse();
  const ofSite = `?site=${encodeURIComponent(site)}`;
  const answer = useAnswer<{ shares: StoryLinkView[] }>(at + ofSite);
  const shares = answer.data?.shares ?? [];
  if (shares.length === 0) return null;
  return (
    <>
      <p>{say('share.open')}</p>
      <ul class="plain">
        {shares.map(({ id, connection, madeBy, expiresAt }) => (
          <li key={id}>
            {say('share.until', { connection, person: madeBy, time: showTime(expiresAt, zoneOf(house, site)) })}
            <button
              type="button"
              class="small"
              onClick={() => void ask('DELETE', `${at}/${id}${ofSite}`).then(answer.reload, answer.reload)}
            >
              {say('share.end')}
              <span class="hidden"> {connection}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
