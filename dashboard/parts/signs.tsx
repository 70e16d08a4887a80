/** What was last heard of a site's pages, on which host and when: the tag, a click, an answer about consent, an order; and hosts that were refused. */
import type { Sign, SiteSigns } from '../../wire/admin/start.ts';
import { say, showAgo, type Word } from '../state/words.ts';
import { Chip } from './chip.tsx';
import { Said } from './said.tsx';

const NAMES = ['tag', 'touch', 'consent', 'order'] as const;

/** `waits`: visitors of the site are asked for consent. */
export function Signs({ signs, waits }: { signs: SiteSigns; waits: boolean }) {
  return (
    <div aria-live="polite">
      <ul class="plain">
        {NAMES.filter((name) => name !== 'consent' || waits).map((name) => (
          <li key={name}>
            <span>
              <Chip state={signs[name] ? 'ok' : 'wait'} group="sign" />{' '}
              <Heard name={name} sign={signs[name]} now={signs.now} />
            </span>
          </li>
        ))}
      </ul>
      {signs.refused.map(({ host, count }) => (
        <p class="ask-note" key={host}>
          {say('start.refused', { count })} <Said text={host} />
        </p>
      ))}
    </div>
  );
}

function Heard({ name, sign, now }: { name: (typeof NAMES)[number]; sign: Sign | null; now: string }) {
  if (!sign) return <>{say(`start.sign.${name}.none` as Word)}</>;
  const ago = showAgo(sign.at, Date.parse(now));
  return (
    <>
      {say(`start.sign.${name}` as Word)} {sign.host !== null && <Said text={sign.host} />} {ago}
    </>
  );
}
