/** Orders, their reports and refusals as they come: the page to have open while a shop is connected. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { LiveOrder, LiveRefusal } from '../../wire/admin/orders.ts';
import { Empty } from '../parts/notice.tsx';
import { Said } from '../parts/said.tsx';
import { SiteChoice } from '../parts/site-choice.tsx';
import { WhyRefused } from '../parts/reasons/why-refused.tsx';
import { addressOf, replaceQuery, type Route } from '../state/route.ts';
import { useLive } from '../state/use-live.ts';
import { say, sayOf } from '../state/words.ts';
import { Rows } from './orders.tsx';

export function Live({ route }: { route: Route }) {
  const [paused, setPaused] = useState(false);
  const { site, browser } = route.query;
  const { orders, refused, way, arrived } = useLive({ site, browser }, paused);
  const only = (browsers: readonly string[]) =>
    browser === undefined &&
    browsers.slice(0, 1).map((one) => (
      <a key={one} class="aside" href={addressOf(['live'], { ...route.query, browser: one })}>
        {say('live.only')}
      </a>
    ));
  return (
    <>
      <h1>{say('live.title')}</h1>
      <p class="lead">{say('live.lead')}</p>
      <div class="filters">
        <BrowserChoice route={route} />
        <SiteChoice route={route} />
        <button type="button" onClick={() => setPaused(!paused)}>
          {say(paused ? 'live.resume' : 'live.pause')}
        </button>
        <p role="status">
          {say(paused ? 'live.paused' : `live.${way}`)} {arrived > 0 && say('live.arrived', { count: arrived })}
        </p>
      </div>
      {refused.length > 0 && (
        <section aria-labelledby="refused">
          <h2 id="refused">{say('live.refused')}</h2>
          <ul class="todo">
            {refused.map((one) => (
              <Refusal key={one.id} refusal={one} only={only(one.browsers)} />
            ))}
          </ul>
        </section>
      )}
      {orders?.length === 0 && (
        <Empty title={say(browser === undefined ? 'live.none' : 'live.noneOf')}>
          <p>{say('orders.emptyHow')}</p>
        </Empty>
      )}
      {orders && orders.length > 0 && (
        <section aria-labelledby="taken">
          {refused.length > 0 && <h2 id="taken">{say('live.taken')}</h2>}
          <Rows orders={orders} beside={(order) => <Beside order={order} only={only(order.browsers)} />} />
        </section>
      )}
    </>
  );
}

/** Stands in the part of the address that no server is sent. */
function BrowserChoice({ route }: { route: Route }) {
  const { browser = '' } = route.query;
  const choose = (event: SubmitEvent): void => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget as HTMLFormElement).get('browser') ?? '').trim();
    replaceQuery(route, { browser: text });
  };
  return (
    <form onSubmit={choose} class="search" key={browser}>
      <input
        type="search"
        name="browser"
        aria-label={say('live.browser')}
        placeholder={say('live.browser')}
        title={say('live.browser.help')}
        defaultValue={browser}
      />
      <button type="submit">{say('live.filter')}</button>
      {browser !== '' && (
        <button type="button" onClick={() => replaceQuery(route, { browser: '' })}>
          {say('live.everybody')}
        </button>
      )}
    </form>
  );
}

function Beside({ order, only }: { order: LiveOrder; only: ComponentChildren }) {
  return (
    <>
      {order.gate !== 'open' && <span class="aside">{sayOf('gate', order.gate)}</span>}
      {only}
    </>
  );
}

function Refusal({ refusal, only }: { refusal: LiveRefusal; only: ComponentChildren }) {
  const { site, body } = refusal;
  return (
    <li>
      <div>
        <WhyRefused refused={refusal} />
        {only}
        <details>
          <summary>{say('quarantine.body')}</summary>
          <pre tabIndex={0}>
            <Said text={body} />
          </pre>
        </details>
      </div>
      <div class="buttons">
        <a href={addressOf(['quarantine'], { site })}>{say('quarantine.mend')}</a>
      </div>
    </li>
  );
}
