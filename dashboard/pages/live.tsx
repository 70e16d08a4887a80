/** Orders and their reports as they come: the page to have open while a shop is connected. */
import { useState } from 'preact/hooks';
import { Empty } from '../parts/notice.tsx';
import { SiteChoice } from '../parts/site-choice.tsx';
import type { Route } from '../state/route.ts';
import { useLive } from '../state/use-live.ts';
import { say } from '../state/words.ts';
import { Rows } from './orders.tsx';

export function Live({ route }: { route: Route }) {
  const [paused, setPaused] = useState(false);
  const { orders, way, arrived } = useLive(route.query.site, paused);
  return (
    <>
      <h1>{say('live.title')}</h1>
      <p class="lead">{say('live.lead')}</p>
      <div class="filters">
        <SiteChoice route={route} />
        <button type="button" onClick={() => setPaused(!paused)}>
          {say(paused ? 'live.resume' : 'live.pause')}
        </button>
        <p role="status">
          {say(paused ? 'live.paused' : `live.${way}`)} {arrived > 0 && say('live.arrived', { count: arrived })}
        </p>
      </div>
      {orders?.length === 0 && (
        <Empty title={say('live.none')}>
          <p>{say('orders.emptyHow')}</p>
        </Empty>
      )}
      {orders && orders.length > 0 && <Rows orders={orders} />}
    </>
  );
}
