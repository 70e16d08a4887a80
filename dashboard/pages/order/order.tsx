/** One order: what happened to it, in words and in the order of time; why it was credited as it was; what each network was told; what may be done now. */
import type { OrderStory } from '../../../wire/admin/orders.ts';
import { Chip } from '../../parts/chip.tsx';
import { Loaded } from '../../parts/notice.tsx';
import { Said } from '../../parts/said.tsx';
import { Told } from '../../parts/reasons/told.tsx';
import { useHouse, zoneOf } from '../../state/house.ts';
import type { Route } from '../../state/route.ts';
import { type Answer, useAnswer } from '../../state/use-answer.ts';
import { say, sayOf, sayTold, showMoney, showTime } from '../../state/words.ts';
import { Actions } from './actions.tsx';
import { Deliveries } from './deliveries.tsx';
import { Observations } from './observations.tsx';
import { Timeline } from './timeline.tsx';

export function Order({ route: { path } }: { route: Route }) {
  const [, site = '', orderId = ''] = path;
  const answer = useAnswer<OrderStory>(`/orders/${encodeURIComponent(orderId)}?site=${encodeURIComponent(site)}`);
  return <Loaded answer={answer}>{(story) => <Story story={story} answer={answer} />}</Loaded>;
}

function Story({ story, answer }: { story: OrderStory; answer: Answer<OrderStory> }) {
  const house = useHouse();
  const zone = zoneOf(house, story.site);
  return (
    <>
      <h1>
        {say('order.title')} <Said text={story.orderId} />
      </h1>
      <p class="lead">
        {story.total !== undefined && <strong>{showMoney(story.total, story.currency)}</strong>}{' '}
        <Chip state={story.status} /> {story.contest && <Chip state="contested" />}{' '}
        {say('order.placed', { time: showTime(story.placedAt, zone) })}
        {' · '}
        {say(story.shopConfirmed ? 'order.confirmed' : 'order.unconfirmed')}
        {story.aliases && story.aliases.length > 0 && (
          <>
            {' · '}
            {say('order.aliases')} <Said text={story.aliases.join(', ')} />
          </>
        )}
      </p>
      <Actions story={story} onDone={answer.reload} />
      <section aria-labelledby="why">
        <h2 id="why">{say('order.why')}</h2>
        <Verdict story={story} zone={zone} />
      </section>
      <Observations story={story} zone={zone} />
      <section aria-labelledby="told">
        <h2 id="told">{say('order.told')}</h2>
        <Deliveries story={story} zone={zone} />
      </section>
      <section aria-labelledby="timeline">
        <h2 id="timeline">{say('order.timeline')}</h2>
        <Timeline story={story} zone={zone} />
      </section>
      <section aria-labelledby="facts">
        <h2 id="facts">{say('order.facts')}</h2>
        <Facts story={story} />
      </section>
    </>
  );
}

function Verdict({ story: { attribution, signals }, zone }: { story: OrderStory; zone: string | undefined }) {
  const { winner, rule, touches, leftOut } = attribution;
  return (
    <>
      <p>
        {winner ? (
          <>
            {say('order.credited')} <strong>{winner.connection}</strong>
            {winner.param !== null && (
              <>
                {' '}
                <Said code text={`${winner.param}=${winner.value}`} />
              </>
            )}
          </>
        ) : (
          <strong>{say('order.creditedNobody')}</strong>
        )}{' '}
        <span class="aside">{say('order.rule', { rule: sayOf('rule', rule) })}</span>
      </p>
      {signals.length > 0 && <p class="ask-note">{say('order.signals', { signals: signals.join(', ') })}</p>}
      {touches.length === 0 ? (
        <p>{say('order.noTouches')}</p>
      ) : (
        <ul class="touches">
          {touches.map((touch, index) => (
            <li key={index}>
              <time dateTime={touch.at ?? ''}>{showTime(touch.at, zone)}</time>
              <span>
                <Said code text={`${touch.param}=${touch.value}`} />{' '}
                {touch.connection !== null && <strong>{touch.connection}</strong>}
                <br />
                <Told text={touch.reason} />
                {touch.saidByPage && (
                  <span class="aside"> {say('order.saidByPage', { time: showTime(touch.heardAt, zone) })}</span>
                )}
                {touch.url !== undefined && (
                  <span class="aside url">
                    <br />
                    <Said text={touch.url} />
                  </span>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {leftOut > 0 && <p class="aside">{say('order.leftOut', { count: leftOut })}</p>}
    </>
  );
}

function Facts({ story }: { story: OrderStory }) {
  const { items, coupons, customer, consent, amounts, currency } = story;
  return (
    <dl class="facts">
      <dt>{say('order.items')}</dt>
      <dd>
        {items.length === 0 ? (
          '–'
        ) : (
          <ul>
            {items.map(({ sku, name, quantity, price }, index) => (
              <li key={index}>
                {quantity} × <Said text={name ?? sku} /> <span class="aside">{showMoney(price, currency)}</span>
              </li>
            ))}
          </ul>
        )}
      </dd>
      <dt>{say('order.coupons')}</dt>
      <dd>
        <Said text={coupons.join(', ')} />
      </dd>
      <dt>{say('order.customer')}</dt>
      <dd>
        <Said text={customer.id} />{' '}
        {customer.isNew !== null && say(customer.isNew ? 'order.newcomer' : 'order.regular')}
      </dd>
      <dt>{say('order.consent')}</dt>
      <dd>{sayOf('consent', consent?.marketing ?? 'unknown')}</dd>
      {amounts.length > 0 && (
        <>
          <dt>{say('order.amounts')}</dt>
          <dd>
            {amounts.map((words) => (
              <div key={words}>{sayTold(words)}</div>
            ))}
          </dd>
        </>
      )}
    </dl>
  );
}
