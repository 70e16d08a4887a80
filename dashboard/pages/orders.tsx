/** Orders: found by what somebody remembers of one, newest first, each with the states of what it owes. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { OrderPage, OrderRow } from '../../wire/admin/orders.ts';
import { Chip } from '../parts/chip.tsx';
import { Select } from '../parts/field.tsx';
import { Empty, Loaded, Problems } from '../parts/notice.tsx';
import { Said } from '../parts/said.tsx';
import { SiteChoice } from '../parts/site-choice.tsx';
import { download, Refused } from '../state/ask.ts';
import { useHouse, zoneOf } from '../state/house.ts';
import { addressOf, replaceQuery, type Route } from '../state/route.ts';
import { useAnswer } from '../state/use-answer.ts';
import { say, sayOf, showAgo, showMoney, showTime } from '../state/words.ts';

const STATUSES = ['approved', 'pending', 'cancelled', 'refunded'];
const DELIVERIES = [
  ...['held', 'rejected', 'by_hand', 'waiting', 'due', 'delivered'],
  ...['confirmed', 'declined', 'unverified'],
];
const FILTERS = ['site', 'text', 'partner', 'status', 'delivery', 'since', 'until', 'after'] as const;

export function Orders({ route }: { route: Route }) {
  // An e-mail is looked for, and kept out of the address and of the browser's history.
  const [email, setEmail] = useState('');
  const asked = Object.fromEntries(FILTERS.flatMap((name) => (route.query[name] ? [[name, route.query[name]]] : [])));
  const search = {
    ...asked,
    ...(email === '' ? {} : { text: email }),
    ...(route.query.contested ? { contested: true } : {}),
  };
  const answer = useAnswer<OrderPage>('/find/orders', search);
  const [refused, setRefused] = useState<Refused>();
  const save = (): void => {
    setRefused(undefined);
    download('/find/orders', { ...search, after: null, format: 'csv' }).catch(
      (error: unknown) => error instanceof Refused && setRefused(error),
    );
  };
  return (
    <>
      <h1>{say('orders.title')}</h1>
      <Filters route={route} email={email} onEmail={setEmail} onSave={save} />
      <Problems refused={refused} />
      <Loaded answer={answer}>
        {({ orders, next }) => (
          <>
            {orders.length === 0 ? (
              <Nothing asked={Object.keys(asked).length > 0 || email !== ''} />
            ) : (
              <Rows orders={orders} />
            )}
            {next !== null && (
              <p class="more">
                <a href={addressOf(['orders'], { ...route.query, after: next })}>{say('older')}</a>
              </p>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

function Filters(given: { route: Route; email: string; onEmail: (email: string) => void; onSave: () => void }) {
  const { route, email, onEmail, onSave } = given;
  const { sites } = useHouse();
  const partners = [...new Set(sites.flatMap(({ connections }) => connections))];
  const search = (event: SubmitEvent): void => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget as HTMLFormElement).get('text') ?? '').trim();
    onEmail(text.includes('@') ? text : '');
    replaceQuery(route, { text: text.includes('@') ? '' : text, after: '' });
  };
  return (
    <div class="filters">
      <form role="search" onSubmit={search} class="search" key={route.query.text ?? ''}>
        <input
          type="search"
          name="text"
          aria-label={say('orders.search')}
          placeholder={say('orders.search')}
          defaultValue={email || (route.query.text ?? '')}
        />
        <button type="submit">{say('search')}</button>
      </form>
      <SiteChoice route={route} />
      <Select
        label={say('orders.partner')}
        value={route.query.partner ?? ''}
        choices={[
          { value: '', label: say('any') },
          { value: 'nobody', label: say('nobody') },
          ...partners.map((value) => ({ value, label: value })),
        ]}
        onChange={(partner) => replaceQuery(route, { partner, after: '' })}
      />
      <Select
        label={say('orders.status')}
        value={route.query.status ?? ''}
        choices={[
          { value: '', label: say('any') },
          ...STATUSES.map((value) => ({ value, label: sayOf('state', value) })),
        ]}
        onChange={(status) => replaceQuery(route, { status, after: '' })}
      />
      <Select
        label={say('orders.report')}
        value={route.query.delivery ?? ''}
        choices={[
          { value: '', label: say('any') },
          ...DELIVERIES.map((value) => ({ value, label: sayOf('state', value) })),
        ]}
        onChange={(delivery) => replaceQuery(route, { delivery, after: '' })}
      />
      <button type="button" onClick={onSave}>
        {say('overview.csv')}
      </button>
    </div>
  );
}

function Nothing({ asked }: { asked: boolean }) {
  return asked ? (
    <Empty title={say('orders.none')}>
      <p>
        <a href={addressOf(['quarantine'])}>{say('orders.noneHow')}</a>
      </p>
    </Empty>
  ) : (
    <Empty title={say('orders.empty')}>
      <p>{say('orders.emptyHow')}</p>
    </Empty>
  );
}

/** `beside`: what else stands under the number of an order. */
export function Rows<Row extends OrderRow>(given: {
  orders: readonly Row[];
  beside?: (order: Row) => ComponentChildren;
}) {
  const { orders, beside } = given;
  const house = useHouse();
  return (
    <table class="rows">
      <caption class="hidden">{say('orders.title')}</caption>
      <thead>
        <tr>
          <th scope="col">{say('orders.number')}</th>
          <th scope="col">{say('orders.when')}</th>
          <th scope="col" class="number">
            {say('orders.total')}
          </th>
          <th scope="col">{say('orders.partner')}</th>
          <th scope="col">{say('orders.status')}</th>
          <th scope="col">{say('orders.reports')}</th>
        </tr>
      </thead>
      <tbody>
        {orders.map((order) => (
          <tr key={`${order.site} ${order.orderId}`}>
            <th scope="row">
              <a href={addressOf(['order', order.site, order.orderId])}>
                <Said text={order.orderId} />
              </a>
              {house.sites.length > 1 && <span class="aside">{order.site}</span>}
              {beside?.(order)}
            </th>
            <td data-label={say('orders.when')} class="nowrap">
              <time dateTime={order.receivedAt} title={showTime(order.receivedAt, zoneOf(house, order.site), 'long')}>
                {showAgo(order.receivedAt)}
              </time>
            </td>
            <td class="number" data-label={say('orders.total')}>
              {showMoney(order.total, order.currency)}
            </td>
            <td data-label={say('orders.partner')}>
              {order.partner === null ? <span class="aside">{say('nobody')}</span> : <Said text={order.partner} />}
            </td>
            <td data-label={say('orders.status')}>
              <div>
                <Chip state={order.status} /> {order.contested && <Chip state="contested" />}
              </div>
            </td>
            <td data-label={say('orders.reports')}>
              <div>
                {order.deliveries.map(({ connection, state }, index) => (
                  <span class="report" key={index}>
                    <Said text={connection} /> <Chip state={state} />
                  </span>
                ))}
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
