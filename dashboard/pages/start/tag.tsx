/** Second step: what belongs into the pages, and a live look whether they speak already. */
import type { SiteSigns } from '../../../wire/admin/start.ts';
import type { SiteView } from '../../../wire/admin/sites.ts';
import { Copy } from '../../parts/copy.tsx';
import { Loaded } from '../../parts/notice.tsx';
import { Signs } from '../../parts/signs.tsx';
import { usePolled } from '../../state/use-polled.ts';
import { say, type Word } from '../../state/words.ts';
import { Next, placeOf } from './steps.tsx';

const AGAIN = 2000;

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

/** Shoppers' browsers can't reach an address of this machine. */
const isReachable = (script: string): boolean => !/src="http:\/\/(?:127\.|localhost|\[::1?\])/.test(script);
