/** What each network was told of an order, and what it answered: redacted by the collector, copied as curl. */
import type { OrderStory, StoryAttempt, StoryDelivery } from '../../../wire/admin/orders.ts';
import { Chip } from '../../parts/chip.tsx';
import { Copy } from '../../parts/copy.tsx';
import { FixIt } from '../../parts/reasons/fix-it.tsx';
import { Said } from '../../parts/said.tsx';
import { Told } from '../../parts/reasons/told.tsx';
import { say, sayOf, sayTold, showTime } from '../../state/words.ts';

export function Deliveries({ story, zone }: { story: OrderStory; zone: string | undefined }) {
  if (story.deliveries.length === 0) return <p>{say('order.toldNobody')}</p>;
  return (
    <ul class="deliveries">
      {story.deliveries.map((delivery) => (
        <li key={delivery.id}>
          <Report delivery={delivery} story={story} zone={zone} />
        </li>
      ))}
    </ul>
  );
}

function Report(given: { delivery: StoryDelivery; story: OrderStory; zone: string | undefined }) {
  const { delivery, story, zone } = given;
  const { connection, kind, state, reason, tells, nextAt, attempts } = delivery;
  return (
    <>
      <p>
        <strong>{connection}</strong> {sayOf('kind', kind)} <Chip state={state} />{' '}
        {tells !== null && <span class="aside">{sayTold(tells)}</span>}
      </p>
      <p>
        <Told text={reason} />
        {nextAt !== null && <span class="aside"> {say('order.next', { time: showTime(nextAt, zone) })}</span>}
      </p>
      <FixIt here delivery={{ ...delivery, site: story.site, orderId: story.orderId }} />
      {attempts.map((attempt, index) => (
        <Exchange key={index} attempt={attempt} zone={zone} />
      ))}
    </>
  );
}

function Exchange({ attempt, zone }: { attempt: StoryAttempt; zone: string | undefined }) {
  const { at, request, response, outcome, reason, took } = attempt;
  return (
    <details>
      <summary>
        {showTime(at, zone)} · {request.method} → {response?.status ?? say('order.noAnswer')} · {outcome}
      </summary>
      <p>
        <Told text={reason} /> <span class="aside">{say('order.took', { ms: took })}</span>
      </p>
      <pre tabIndex={0}>
        <Said text={`${request.method} ${request.url}${request.body === undefined ? '' : `\n\n${request.body}`}`} />
      </pre>
      <Copy text={curlOf(request)} label={say('order.curl')} />
      {response && (
        <pre tabIndex={0}>
          <Said text={`${response.status}\n\n${response.body}`} />
        </pre>
      )}
    </details>
  );
}

/** Quoted for a shell: nothing in a vendor's or a shopper's words ends the quote. */
export function curlOf({ method, url, headers = {}, body }: StoryAttempt['request']): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  return [
    `curl -X ${method} ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data-raw ${quoted(body)}`]),
  ].join(' \\\n  ');
}
