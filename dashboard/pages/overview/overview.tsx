/** Orders and revenue of a period: by day, by partner, beside as many days before. One currency at a time: sums of two mean nothing. */
import type { DaySum, Figures, PartnerSum, SalesSum } from '../../../wire/admin/figures.ts';
import { Select } from '../../parts/field.tsx';
import { later } from '../../parts/later.tsx';
import { Empty, Loaded } from '../../parts/notice.tsx';
import { PeriodChoice, periodOf } from '../../parts/period-choice.tsx';
import { Said } from '../../parts/said.tsx';
import { SiteChoice } from '../../parts/site-choice.tsx';
import { useHouse, zoneOf } from '../../state/house.ts';
import { addressOf, replaceQuery, type Route } from '../../state/route.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { say, showMoney, showNumber, showShare } from '../../state/words.ts';

/** Times as much as before beyond which a change is not told as a share. */
const MOST_TIMES = 10;
const DayChart = later(async () => (await import('./day-chart.tsx')).DayChart);

export function Overview({ route }: { route: Route }) {
  const house = useHouse();
  const { site } = route.query;
  const period = periodOf(route, zoneOf(house, site ?? house.sites[0]?.id), Date.now());
  const query = new URLSearchParams({ ...period, ...(site ? { site } : {}) }).toString();
  const answer = useAnswer<Figures>(`/figures?${query}`);
  return (
    <>
      <h1>{say('overview.title')}</h1>
      <div class="filters">
        <SiteChoice route={route} />
        <PeriodChoice route={route} period={period} />
        {answer.data && answer.data.totals.length > 1 && <CurrencyChoice route={route} totals={answer.data.totals} />}
        <a class="button" href={`api/figures?${query}&format=csv`} download>
          {say('overview.csv')}
        </a>
      </div>
      <Loaded answer={answer}>{(figures) => <Sales figures={figures} route={route} />}</Loaded>
    </>
  );
}

function CurrencyChoice({ route, totals }: { route: Route; totals: readonly SalesSum[] }) {
  return (
    <Select
      label={say('overview.currency')}
      value={route.query.currency ?? totals[0]!.currency}
      choices={totals.map(({ currency }) => ({ value: currency, label: currency }))}
      onChange={(currency) => replaceQuery(route, { currency })}
    />
  );
}

function Sales({ figures, route }: { figures: Figures; route: Route }) {
  const sum = figures.totals.find(({ currency }) => currency === route.query.currency) ?? figures.totals[0];
  if (sum === undefined)
    return (
      <Empty title={say('overview.none')}>
        <p>{say('overview.noneHow')}</p>
      </Empty>
    );
  const { currency } = sum;
  const before = figures.before.find((one) => one.currency === currency);
  const days = figures.days.filter((one) => one.currency === currency);
  return (
    <>
      <Tiles sum={sum} before={before} />
      <DayChart days={days} />
      <section aria-labelledby="partners">
        <h2 id="partners">{say('overview.partners')}</h2>
        <Partners partners={figures.partners.filter((one) => one.currency === currency)} sum={sum} />
      </section>
      <details>
        <summary>{say('overview.daysTable')}</summary>
        <Days days={days} />
      </details>
    </>
  );
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function Tiles({ sum, before }: { sum: SalesSum; before: SalesSum | undefined }) {
  const told = sum.newcomers + sum.regulars;
  return (
    <dl class="tiles">
      <Tile
        title={say('overview.revenue')}
        value={showMoney(sum.total, sum.currency)}
        now={Number(sum.total)}
        then={before && Number(before.total)}
      />
      <Tile title={say('overview.orders')} value={showNumber(sum.orders)} now={sum.orders} then={before?.orders} />
      <Tile
        title={say('overview.share')}
        value={showShare(share(sum.credited, sum.orders))}
        aside={say('overview.shareOf', { amount: showMoney(sum.creditedTotal, sum.currency) })}
      />
      <Tile
        title={say('overview.undone')}
        value={showNumber(sum.undone)}
        aside={showMoney(sum.undoneTotal, sum.currency)}
      />
      {told > 0 && (
        <Tile
          title={say('overview.newcomers')}
          value={showShare(share(sum.newcomers, told))}
          aside={say('overview.newcomersOf', { count: told })}
        />
      )}
    </dl>
  );
}

function Tile({
  title,
  value,
  now,
  then,
  aside,
}: {
  title: string;
  value: string;
  now?: number;
  then?: number | undefined;
  aside?: string;
}) {
  // Beside next to nothing, as in a shop's first days, a share would be a huge number that says nothing.
  const isTold = now !== undefined && then !== undefined && then > 0 && now < then * MOST_TIMES;
  const change = isTold ? now / then - 1 : undefined;
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <strong>{value}</strong>
        {change !== undefined && (
          <span class="aside">
            {say('overview.change', {
              change: showNumber(change, { style: 'percent', signDisplay: 'exceptZero', maximumFractionDigits: 0 }),
            })}
          </span>
        )}
        {aside !== undefined && <span class="aside">{aside}</span>}
      </dd>
    </div>
  );
}

function Partners({ partners, sum }: { partners: readonly PartnerSum[]; sum: SalesSum }) {
  const house = useHouse();
  return (
    <table class="rows">
      <caption class="hidden">{say('overview.partners')}</caption>
      <thead>
        <tr>
          <th scope="col">{say('orders.partner')}</th>
          <th scope="col" class="number">
            {say('overview.orders')}
          </th>
          <th scope="col" class="number">
            {say('overview.revenue')}
          </th>
          <th scope="col" class="number">
            {say('overview.ofAll')}
          </th>
          <th scope="col" class="number">
            {say('overview.undone')}
          </th>
        </tr>
      </thead>
      <tbody>
        {partners.map(({ site, partner, orders, total, currency, undone }) => (
          <tr key={`${site} ${partner ?? ''}`}>
            <th scope="row">
              <a href={addressOf(['orders'], { site, partner: partner ?? 'nobody' })}>
                {partner === null ? say('nobody') : <Said text={partner} />}
              </a>
              {house.sites.length > 1 && <span class="aside">{site}</span>}
            </th>
            <td class="number" data-label={say('overview.orders')}>
              {showNumber(orders)}
            </td>
            <td class="number" data-label={say('overview.revenue')}>
              {showMoney(total, currency)}
            </td>
            <td class="number" data-label={say('overview.ofAll')}>
              {showShare(share(Number(total), Number(sum.total)))}
            </td>
            <td class="number" data-label={say('overview.undone')}>
              {showNumber(undone)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What the chart shows, for whoever reads numbers better than lines, or can't see them. */
function Days({ days }: { days: readonly DaySum[] }) {
  return (
    <table class="rows">
      <caption class="hidden">{say('overview.daysTable')}</caption>
      <thead>
        <tr>
          <th scope="col">{say('overview.day')}</th>
          <th scope="col" class="number">
            {say('overview.orders')}
          </th>
          <th scope="col" class="number">
            {say('overview.revenue')}
          </th>
        </tr>
      </thead>
      <tbody>
        {days.toReversed().map(({ day, orders, total, currency }) => (
          <tr key={day}>
            <th scope="row">{day}</th>
            <td class="number" data-label={say('overview.orders')}>
              {showNumber(orders)}
            </td>
            <td class="number" data-label={say('overview.revenue')}>
              {showMoney(total, currency)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
