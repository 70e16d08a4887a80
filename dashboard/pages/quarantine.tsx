/** Refused orders: why, what was sent, and a way to mend it and have it read again. */
import { useState } from 'preact/hooks';
import type { RefusedOrder } from '../../wire/admin/connections.ts';
import { escapeUnprintable } from '../../wire/text/printable.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Empty, Loaded } from '../parts/notice.tsx';
import { Said } from '../parts/said.tsx';
import { SiteChoice } from '../parts/site-choice.tsx';
import { WhyRefused } from '../parts/reasons/why-refused.tsx';
import { ask } from '../state/ask.ts';
import { useHouse } from '../state/house.ts';
import type { Route } from '../state/route.ts';
import { useAnswer } from '../state/use-answer.ts';
import { say } from '../state/words.ts';

export function Quarantine({ route }: { route: Route }) {
  const house = useHouse();
  const site = route.query.site ?? (house.me.sites === null ? undefined : house.sites[0]?.id);
  const answer = useAnswer<{ quarantine: RefusedOrder[] }>(
    `/quarantine${site ? `?site=${encodeURIComponent(site)}` : ''}`,
  );
  const [open, setOpen] = useState<string>();
  const [dropping, setDropping] = useState<string>();
  const again = (): void =>
    void ask('POST', '/quarantine/replay', site ? { site } : {}).then(answer.reload, answer.reload);
  return (
    <>
      <h1>{say('quarantine.title')}</h1>
      <div class="filters">
        <SiteChoice route={route} all={house.me.sites === null} />
      </div>
      <Loaded answer={answer}>
        {({ quarantine }) =>
          quarantine.length === 0 ? (
            <Empty title={say('quarantine.none')}>
              <p>{say('quarantine.noneHow')}</p>
            </Empty>
          ) : (
            <>
              <p class="buttons">
                <button type="button" onClick={again}>
                  {say('quarantine.again')}
                </button>
                <span class="help">{say('quarantine.again.does')}</span>
              </p>
              <ul class="todo">
                {quarantine.map((row) => (
                  <li key={row.id}>
                    <div>
                      <WhyRefused refused={row} />
                    </div>
                    <div class="buttons">
                      <button type="button" class="primary" onClick={() => setOpen(row.id)}>
                        {say('quarantine.mend')}
                        <span class="hidden"> {row.id}</span>
                      </button>
                      <button type="button" onClick={() => setDropping(row.id)}>
                        {say('quarantine.drop')}
                        <span class="hidden"> {row.id}</span>
                      </button>
                    </div>
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
      {open !== undefined && <Mend id={open} onClose={() => setOpen(undefined)} onDone={answer.reload} />}
      {dropping !== undefined && (
        <Dialog
          title={say('quarantine.drop')}
          act={say('quarantine.drop')}
          danger
          onClose={() => setDropping(undefined)}
          onAct={async () => {
            await ask('DELETE', `/quarantine/${dropping}`);
            answer.reload();
          }}
        >
          <p>{say('quarantine.drop.does')}</p>
        </Dialog>
      )}
    </>
  );
}

function Mend({ id, onClose, onDone }: { id: string; onClose: () => void; onDone: () => void }) {
  const answer = useAnswer<RefusedOrder>(`/quarantine/${id}`);
  return (
    <Dialog
      title={say('quarantine.mend')}
      act={say('quarantine.take')}
      onClose={onClose}
      onAct={async (form) => {
        await ask('POST', `/quarantine/${id}/mend`, { body: String(form.get('body')) });
        onDone();
      }}
    >
      <p>{say('quarantine.mend.does')}</p>
      <Loaded answer={answer}>
        {({ body = '', errors }) => (
          <>
            <ul>
              {errors.map(({ field, message }) => (
                <li key={field}>
                  <Said text={`${field} ${message}`} />
                </li>
              ))}
            </ul>
            <div class="field">
              <label for="mended">{say('quarantine.body')}</label>
              <textarea id="mended" name="body" rows={14} defaultValue={inLines(body)} spellcheck={false} />
            </div>
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

/** A line a field, where it can be read at all. */
function inLines(body: string): string {
  try {
    return escapeUnprintable(JSON.stringify(JSON.parse(body), null, 2));
  } catch {
    return body;
  }
}
