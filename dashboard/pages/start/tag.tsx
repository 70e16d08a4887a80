/** Second step: what belongs into the pages, and a live look whether they speak already. */
import type { Sign, SiteSigns } from '../../../wire/admin/start.ts';
import type { SiteView } from '../../../wire/admin/sites.ts';
import { Chip } from '../../parts/chip.tsx';
import { Copy } from '../../parts/copy.tsx';
import { Loaded } from '../../parts/notice.tsx';
import { Said } from '../../parts/said.tsx';
import { usePolled } from '../../state/use-polled.ts';
import { say, showAgo, type Word } from '../../state/words.ts';
import { Next, placeOf } from './steps.tsx';

const AGAIN = 2000;
const NAMES = ['tag', 'touch', 'consent', 'order'] as const;

export function Tag({ site }: { site: SiteView }) {
  // Asked again every two seconds: whoever has just put the tag in sees it arrive.
  const answer = usePolled<SiteSigns>(`/sites/${encodeURIComponent(site.id)}/signs`, () => AGAIN);
  return (
    <>
      {!isReachable(site.script) && <p class="ask-note">{say('start.address.local')}</p>}
      <Loaded answer={answer}>
        {(signs) => (
          <>
            {signs.lines.map(({ name, text }) => (
              <div key={name}>
                <h3>{say(`first.lines.${name}` as Word)}</h3>
                <div class="command">
                  <pre>{text}</pre>
                  <Copy text={text} />
                </div>
              </div>
            ))}
            <h3>{say('start.signs')}</h3>
            <Signs signs={signs} waits={site.consent !== 'granted'} />
          </>
        )}
      </Loaded>
      <Next to={placeOf(site.id, 'connect')} />
    </>
  );
}

/** `waits`: visitors of the site are asked for consent. */
function Signs({ signs, waits }: { signs: SiteSigns; waits: boolean }) {
  return (
    <div aria-live="polite">
      <ul class="plain">
        {NAMES.filter((name) => name !== 'consent' || waits).map((name) => (
          <li key={name}>
            <span>
              <Chip state={signs[name] ? 'ok' : 'wait'} group="sign" />{' '}
              <Told name={name} sign={signs[name]} now={signs.now} />
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

function Told({ name, sign, now }: { name: (typeof NAMES)[number]; sign: Sign | null; now: string }) {
  if (!sign) return <>{say(`start.sign.${name}.none` as Word)}</>;
  const ago = showAgo(sign.at, Date.parse(now));
  return (
    <>
      {say(`start.sign.${name}` as Word)} {sign.host !== null && <Said text={sign.host} />} {ago}
    </>
  );
}

/** Shoppers' browsers can't reach an address of this machine. */
const isReachable = (script: string): boolean => !/src="http:\/\/(?:127\.|localhost|\[::1?\])/.test(script);
