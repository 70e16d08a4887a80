/** Which days a page is about: they stand in the address, as a name (`30d`) or as two days. */
import { replaceQuery, type Route } from '../state/route.ts';
import { say } from '../state/words.ts';
import { Select } from './field.tsx';

export interface Period {
  from: string;
  to: string;
}

const NAMED: Record<string, number> = { '1d': 1, '7d': 7, '30d': 30, '90d': 90, '365d': 365 };
const DAY = 86_400_000;

/** The days of an address, in the zone that they are meant in. */
export function periodOf({ query }: Route, zone: string | undefined, now: number): Period {
  const { from, to, period = '30d' } = query;
  if (from !== undefined && to !== undefined) return { from, to };
  // The Swedish way of writing a day is that of ISO 8601.
  const dayOf = (at: number): string =>
    new Intl.DateTimeFormat('sv-SE', { ...(zone === undefined ? {} : { timeZone: zone }), dateStyle: 'short' }).format(
      at,
    );
  const last = dayOf(now);
  const first = new Date(Date.parse(last) - ((NAMED[period] ?? 30) - 1) * DAY).toISOString().slice(0, 10);
  return { from: first, to: last };
}

export function PeriodChoice({ route, period }: { route: Route; period: Period }) {
  const { from, to } = route.query;
  const own = from !== undefined && to !== undefined;
  const day = (name: 'from' | 'to') => (
    <div class="field">
      <label for={`period-${name}`}>{say(name === 'from' ? 'period.from' : 'period.to')}</label>
      <input
        id={`period-${name}`}
        type="date"
        value={period[name]}
        onChange={(event) => {
          const value = (event.currentTarget as HTMLInputElement).value;
          if (value !== '') replaceQuery(route, { ...period, [name]: value, period: '' });
        }}
      />
    </div>
  );
  return (
    <>
      <Select
        label={say('period')}
        value={own ? 'own' : (route.query.period ?? '30d')}
        choices={[
          ...Object.entries(NAMED).map(([value, count]) => ({
            value,
            label: count === 1 ? say('period.today') : say('period.days', { count }),
          })),
          { value: 'own', label: say('period.own') },
        ]}
        onChange={(value) =>
          replaceQuery(route, value === 'own' ? { ...period, period: '' } : { period: value, from: '', to: '' })
        }
      />
      {own && day('from')}
      {own && day('to')}
    </>
  );
}
