/** An order's story for a partner's manager, who has a link and no sign-in. */
import type { PartnerStory } from '../../wire/admin/partner-story.ts';
import { Chip } from '../parts/chip.tsx';
import { LanguageChoice } from '../parts/language-choice.tsx';
import { Loaded } from '../parts/notice.tsx';
import { Said } from '../parts/said.tsx';
import type { Language } from '../state/languages.ts';
import { useAnswer } from '../state/use-answer.ts';
import { say, sayOf, showTime } from '../state/words.ts';

export function SharedStory(given: { site: string; token: string; onLanguage: (language: Language) => void }) {
  const { site, token, onLanguage } = given;
  const answer = useAnswer<PartnerStory>('/story', { site, token });
  return (
    <main id="main">
      <Loaded answer={answer}>{(story) => <Story story={story} />}</Loaded>
      <LanguageChoice onLanguage={onLanguage} />
    </main>
  );
}

function Story({ story }: { story: PartnerStory }) {
  const { shop, orderId, partner, touches, reports } = story;
  const zone = story.timezone ?? undefined;
  return (
    <>
      <h1>
        <Said text={say('story.of', { order: orderId, shop })} />
      </h1>
      <p class="lead">
        <Chip state={story.status} /> {say('order.placed', { time: showTime(story.placedAt, zone) })}
      </p>
      <p>
        <strong>{say(`story.${story.credited}`, { partner })}</strong>
      </p>
      <section aria-labelledby="touches">
        <h2 id="touches">{say('story.touches')}</h2>
        {touches.length === 0 ? (
          <p>{say('story.noTouches')}</p>
        ) : (
          <ul class="touches">
            {touches.map(({ at, kind, yours }, index) => (
              <li key={index}>
                <time dateTime={at ?? ''}>{showTime(at, zone)}</time>
                {yours ? (
                  <span>
                    <Said code text={yours.click} />
                    <br />
                    {sayOf('touchWhy', yours.why)}
                  </span>
                ) : (
                  <span>{sayOf('touchKind', kind)}</span>
                )}
              </li>
            ))}
          </ul>
        )}
      </section>
      <section aria-labelledby="reports">
        <h2 id="reports">{say('story.reports')}</h2>
        {reports.length === 0 ? (
          <p>{say('story.noReports')}</p>
        ) : (
          <ul class="touches">
            {reports.map(({ kind, state, tells, at }, index) => (
              <li key={index}>
                <time dateTime={at ?? ''}>{showTime(at, zone)}</time>
                <span>
                  {sayOf('kind', kind)} <Chip state={state} /> {tells !== null && <Said text={tells} />}
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <p class="aside">{say('story.expires', { partner, time: showTime(story.expiresAt, zone) })}</p>
    </>
  );
}
