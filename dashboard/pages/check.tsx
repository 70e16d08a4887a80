/** What `clickthread doctor` finds: what must be mended, what wants a look, what is well, and how. Networks and shops are asked only on demand. */
import { useState } from 'preact/hooks';
import type { ConnectionShown, FindingShown, StatusShown } from '../../wire/admin/connections.ts';
import type { SiteView } from '../../wire/admin/sites.ts';
import type { SiteSigns } from '../../wire/admin/start.ts';
import { Chip } from '../parts/chip.tsx';
import { Copy } from '../parts/copy.tsx';
import { Loaded } from '../parts/notice.tsx';
import { Said } from '../parts/said.tsx';
import { Signs } from '../parts/signs.tsx';
import { sayFinding, useFindingWords } from '../state/finding-words.ts';
import { useHouse } from '../state/house.ts';
import { addressOf, placeOfFinding } from '../state/route.ts';
import { useAnswer } from '../state/use-answer.ts';
import { say } from '../state/words.ts';

const LEVELS = ['fail', 'warn', 'ok'] as const;

export function Check() {
  const { sites } = useHouse();
  const [asked, setAsked] = useState(false);
  const answer = useAnswer<StatusShown>(asked ? '/status?test=1' : '/status');
  return (
    <>
      <h1>{say('check.title')}</h1>
      <p class="buttons">
        <button type="button" onClick={() => (asked ? answer.reload() : setAsked(true))}>
          {say('check.ask')}
        </button>
      </p>
      <Loaded answer={answer}>
        {({ findings, well, version }) => (
          <>
            <p>
              <strong>{say(well ? 'check.well' : 'check.ill')}</strong> <span class="aside">Clickthread {version}</span>
            </p>
            <Findings findings={findings} />
          </>
        )}
      </Loaded>
      <TryIt />
      {sites.map(({ id, name, script, consent }) => (
        <section key={id} aria-labelledby={`tag-${id}`}>
          <h2 id={`tag-${id}`}>{say('check.tag', { site: name ?? id })}</h2>
          <p class="command">
            <code>{script}</code> <Copy text={script} />
          </p>
          <LastHeard site={id} waits={consent !== 'granted'} />
        </section>
      ))}
    </>
  );
}

/** Whether the pages of a site speak: the tag, clicks, consent, orders, each with the host that it was heard of last. */
function LastHeard({ site, waits }: { site: string; waits: boolean }) {
  const answer = useAnswer<SiteSigns>(`/sites/${encodeURIComponent(site)}/signs`);
  return <Loaded answer={answer}>{(signs) => <Signs signs={signs} waits={waits} />}</Loaded>;
}

/** What must be mended first; what is well last. */
function Findings({ findings }: { findings: readonly FindingShown[] }) {
  const { sites } = useHouse();
  const words = useFindingWords();
  if (!words) return <p class="loading">{say('loading')}</p>;
  const sorted = LEVELS.flatMap((level) => findings.filter((one) => one.level === level));
  return (
    <ul class="plain">
      {sorted.map((finding, index) => {
        const { area, message, fix } = sayFinding(finding, words, zoneOf(finding, sites));
        const place = placeOfFinding(finding);
        return (
          <li key={index}>
            <span>
              <Chip state={finding.level} group="found" />{' '}
              <strong>{place === undefined ? <Said text={area} /> : <a href={place}>{<Said text={area} />}</a>}</strong>{' '}
              <Said text={message} />
              {fix !== undefined && (
                <span class="fix">
                  <Said text={fix} />
                </span>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** Times are those of the site that it is about; of the whole installation those of the first. */
function zoneOf({ area, mend }: FindingShown, sites: readonly SiteView[]): string | undefined {
  const named = mend?.given['site'] ?? / ([^/ ]+)(?:\/.*)?$/.exec(area)?.[1];
  return (sites.find(({ id }) => id === named) ?? sites[0])?.timezone;
}

/** The way to a test click of each network, which is followed to the told order. */
function TryIt() {
  const answer = useAnswer<{ connections: ConnectionShown[] }>('/connections');
  const networks = (answer.data?.connections ?? []).filter(
    ({ enabled, clickParams = [] }) => enabled && clickParams[0],
  );
  if (networks.length === 0) return null;
  return (
    <section aria-labelledby="try">
      <h2 id="try">{say('check.try')}</h2>
      <p>{say('check.try.how')}</p>
      <ul>
        {networks.map(({ site, id, title }) => (
          <li key={`${site} ${id}`}>
            <a href={addressOf(['connection', site, id])}>
              {title} (<Said text={id} />)
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
