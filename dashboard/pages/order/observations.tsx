/** What browsers said of an order, side by side: shown where more than one did, or where somebody must decide. */
import type { OrderStory, StoryObservation } from '../../../wire/admin/orders.ts';
import { Told } from '../../parts/reasons/told.tsx';
import { Said } from '../../parts/said.tsx';
import { say, showMoney, showTime } from '../../state/words.ts';

export function Observations({ story, zone }: { story: OrderStory; zone: string | undefined }) {
  const { observations, contest, shop } = story;
  if (observations.length < 2 && contest === null) return null;
  return (
    <section aria-labelledby="said">
      <h2 id="said">{say('order.said')}</h2>
      {contest !== null && (
        <p class="ask-note">
          <Told text={contest.reason} />
        </p>
      )}
      {shop !== null && (
        <p>
          {say(shop.whole ? 'order.shopSaidAll' : 'order.shopSaid', {
            time: showTime(shop.firstAt, zone),
            fields: shop.fields.join(', '),
          })}
        </p>
      )}
      <div class="sides">
        {observations.map((one) => (
          <Side key={one.id} one={one} zone={zone} />
        ))}
      </div>
    </section>
  );
}

export function Side({ one, zone }: { one: StoryObservation; zone: string | undefined }) {
  return (
    <dl class="facts side">
      <dt>{say('order.browser')}</dt>
      <dd>
        <Said code text={one.id} /> {one.credited && <span class="chip good">{say('order.taken')}</span>}
      </dd>
      <dt>{say('orders.when')}</dt>
      <dd>{showTime(one.at, zone)}</dd>
      <dt>{say('orders.total')}</dt>
      <dd>
        {showMoney(one.total, one.currency)} {one.signed.length > 0 && say('order.signed')}
      </dd>
      <dt>{say('order.clicks')}</dt>
      <dd>
        {one.clicks.length === 0
          ? '–'
          : one.clicks.map(({ param, value }) => <Said key={param + value} code text={`${param}=${value}`} />)}
      </dd>
      {one.page === 'foreign' && (
        <>
          <dt>{say('order.page')}</dt>
          <dd>{say('order.foreign')}</dd>
        </>
      )}
    </dl>
  );
}
