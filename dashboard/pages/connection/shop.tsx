/** A shop that is kept in step: how far it is, what it can be told to do now, its list of customers, and files to take away. */
import { useState } from 'preact/hooks';
import type { ListShown, SyncShown } from '../../../wire/admin/connections.ts';
import { Chip } from '../../parts/chip.tsx';
import { Copy } from '../../parts/copy.tsx';
import { Problems } from '../../parts/notice.tsx';
import { Said } from '../../parts/said.tsx';
import { ask, Refused } from '../../state/ask.ts';
import { mayAct, useHouse } from '../../state/house.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { usePolled } from '../../state/use-polled.ts';
import { say, sayOf, showAgo, showMoney, showNumber, showShare, showSpan, type Word } from '../../state/words.ts';

/** Milliseconds until it is asked again: while it runs, and while its test, which stands above it, has not passed. */
const EVERY: Readonly<Record<string, number>> = { syncing: 1000, untested: 3000 };
const BEGIN = ['start', 'resync'] as const;

/** `at` is the connection's route. */
export function Shop({ at, type }: { at: string; type: string }) {
  const mayBegin = mayAct(useHouse(), 'operator');
  const answer = usePolled<SyncShown>(mayBegin ? `${at}/sync` : null, (now) => EVERY[now?.state ?? ''] ?? null);
  return (
    <>
      {/* A source that tells by itself and is never read has nothing to be in step with. */}
      {answer.data && <InStep at={at} now={answer.data} reload={answer.reload} />}
      <List key={answer.data?.succeededAt ?? 0} at={at} />
      {type === 'cs-cart' && (
        <p>
          <a class="button" href={`api${at}/onsite-tracking`} download>
            {say('shop.onsite')}
          </a>{' '}
          <span class="help">{say('shop.onsite.help')}</span>
        </p>
      )}
    </>
  );
}

function InStep({ at, now, reload }: { at: string; now: SyncShown; reload: () => void }) {
  const [refused, setRefused] = useState<Refused>();
  const begin = (action: string): void => {
    setRefused(undefined);
    ask('POST', `${at}/sync/${action}`).then(reload, (error: unknown) => {
      if (error instanceof Refused) setRefused(error);
    });
  };
  const { state, reason, progress, problems, succeededAt, hook, actions } = now;
  return (
    <section aria-labelledby="in-step">
      <h2 id="in-step">{say('shop.inStep')}</h2>
      <p>
        <Chip state={state} group="syncState" /> <Said text={reason} />{' '}
        {succeededAt !== null && (
          <span class="aside">{say('shop.succeeded', { ago: showAgo(new Date(succeededAt).toISOString()) })}</span>
        )}
      </p>
      {state === 'syncing' && progress && <Progress {...progress} />}
      {problems.length > 0 && (
        <ul>
          {problems.map((one) => (
            <li key={one}>
              <Said text={one} />
            </li>
          ))}
        </ul>
      )}
      <Problems refused={refused} />
      <p class="buttons">
        {BEGIN.filter((action) => actions.includes(action)).map((action) => (
          <button key={action} type="button" class="primary" onClick={() => begin(action)}>
            {say(`shop.${action}`)}
          </button>
        ))}
      </p>
      {state === 'untested' && <p class="help">{say('shop.untested')}</p>}
      {hook !== null && (
        <details>
          <summary>{say('shop.hook')}</summary>
          <p class="command">
            <code>{hook}</code> <Copy text={hook} />
          </p>
        </details>
      )}
    </section>
  );
}

function Progress({ phase, done, total, share, secondsLeft }: NonNullable<SyncShown['progress']>) {
  const what = sayOf('syncPhase', phase);
  const far = total === null ? showNumber(done) : say('shop.of', { done, total });
  return (
    <p role="status">
      <progress aria-label={what} value={share ?? undefined} max={1} /> {what}: {far}
      {secondsLeft !== null && ` ${say('shop.left', { span: showSpan(secondsLeft * 1000) })}`}
    </p>
  );
}

function List({ at }: { at: string }) {
  const house = useHouse();
  const { data: list } = useAnswer<ListShown>(`${at}/list`);
  if (!list) return null;
  const { currency } = list;
  const numbers: [Word, string][] = [
    ['list.contacts', showNumber(list.contacts)],
    ['list.buyers', showNumber(list.buyers)],
    ['list.orders', showNumber(list.orders)],
    ['list.revenue', showMoney(list.revenue, currency)],
    ['list.average', showMoney(list.averageOrderValue, currency)],
    ['list.again', showShare(list.repeatRate)],
  ];
  const segments: [string, number][] = [['all', list.contacts], ...Object.entries(list.segments)];
  return (
    <section aria-labelledby="list">
      <h2 id="list">
        {say('list.title')} <Said text={list.name} />
      </h2>
      <dl class="facts">
        {numbers.map(([word, value]) => [<dt key={word}>{say(word)}</dt>, <dd key={`${word}-value`}>{value}</dd>])}
      </dl>
      <ul class="plain">
        {segments.map(([segment, count]) => (
          <li key={segment}>
            <span>
              {sayOf('segment', segment)}: {showNumber(count)}
            </span>
            {mayAct(house, 'owner') && count > 0 && (
              <a class="button small" href={`api${at}/list/export?segment=${segment}&format=csv`} download>
                {say('overview.csv')}
                <span class="hidden"> {sayOf('segment', segment)}</span>
              </a>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
