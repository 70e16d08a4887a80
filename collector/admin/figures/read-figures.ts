/** Sales of a period, by day and by partner, beside the period before. Read from sums that are kept by quarter of an hour. */
import type { DaySum, Figures, PartnerSum, SalesSum } from '../../../wire/admin/figures.ts';
import type { Problem } from '../../../wire/problem.ts';
import { readInstant } from '../../lib/local-time.ts';
import { formatMoney } from '../../lib/money.ts';
import type { FiguresStore, SaleSum } from '../../store/figures-store.ts';

export interface FiguresWant {
  /** First and last day, such as 2026-11-26. */
  from: string;
  to: string;
  /** Each site's days are those of its own zone. */
  sites: readonly { id: string; timezone: string }[];
}

const DAY = 86_400_000;
const LONGEST = 400;

/** Why a period can't be read. */
export function periodProblems({ from, to }: Pick<FiguresWant, 'from' | 'to'>): Problem[] {
  const wrong = (['from', 'to'] as const).filter((field) => !isDay({ from, to }[field]));
  if (wrong.length > 0) return wrong.map((field) => ({ field, message: 'must be a day such as 2026-11-26' }));
  if (from > to) return [{ field: 'to', message: 'lies before "from"' }];
  if (daysOf(from, to).length > LONGEST)
    return [{ field: 'from', message: `is more than ${LONGEST} days before "to"` }];
  return [];
}

export async function readFigures({ from, to, sites }: FiguresWant, store: FiguresStore): Promise<Figures> {
  const days = daysOf(from, to);
  const earlier = [dayAfter(from, -days.length), dayAfter(from, -1)] as const;
  const byDay = new Map<string, SaleSum[]>(days.map((day) => [day, []]));
  const partners: PartnerSum[] = [];
  const before: SaleSum[] = [];
  for (const { id, timezone } of sites) {
    const start = (day: string): number => readInstant(day, timezone)!;
    const sums = (first: string, last: string): Promise<SaleSum[]> =>
      store.saleSums({ site: id, since: start(first), until: start(dayAfter(last, 1)) });
    const whole: SaleSum[] = [];
    for (const day of days) {
      const found = await sums(day, day);
      byDay.get(day)!.push(...found);
      whole.push(...found);
    }
    for (const partner of new Set(whole.map((one) => one.partner)))
      for (const sum of sumUp(whole.filter((one) => one.partner === partner)))
        partners.push({ ...sum, site: id, partner });
    before.push(...(await sums(...earlier)));
  }
  const totals = sumUp([...byDay.values()].flat());
  return {
    ...{ from, to, totals, before: sumUp(before) },
    days: [...byDay].flatMap(([day, sums]) => sumsOfDay(day, sums, totals)),
    partners: partners.toSorted(
      (a, b) => Number(a.partner === null) - Number(b.partner === null) || Number(b.total) - Number(a.total),
    ),
  };
}

/** A row for each currency of the period: a day without an order is a day of none. */
function sumsOfDay(day: string, sums: readonly SaleSum[], totals: readonly SalesSum[]): DaySum[] {
  const found = sumUp(sums);
  return totals.map(({ currency }) => ({
    ...(found.find((one) => one.currency === currency) ?? sumUpOne(currency, [])),
    day,
  }));
}

/** One a currency, the greatest first. */
function sumUp(sums: readonly SaleSum[]): SalesSum[] {
  const currencies = [...new Set(sums.map(({ currency }) => currency))];
  return currencies
    .map((currency) =>
      sumUpOne(
        currency,
        sums.filter((one) => one.currency === currency),
      ),
    )
    .toSorted((a, b) => b.orders - a.orders);
}

function sumUpOne(currency: string, sums: readonly SaleSum[]): SalesSum {
  const undone = sums.filter(({ status }) => status === 'cancelled' || status === 'refunded');
  const kept = sums.filter((one) => !undone.includes(one));
  const credited = kept.filter(({ partner }) => partner !== null);
  const add = (some: readonly SaleSum[], of: 'orders' | 'total' | 'newcomers' | 'regulars'): number =>
    some.reduce((all, one) => all + one[of], 0);
  const money = (some: readonly SaleSum[]): string => formatMoney({ minor: add(some, 'total'), currency });
  return {
    ...{ currency, orders: add(kept, 'orders'), total: money(kept) },
    ...{ credited: add(credited, 'orders'), creditedTotal: money(credited) },
    ...{ undone: add(undone, 'orders'), undoneTotal: money(undone) },
    ...{ newcomers: add(kept, 'newcomers'), regulars: add(kept, 'regulars') },
  };
}

const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && readInstant(text, 'UTC') !== undefined;

const dayAfter = (day: string, days: number): string =>
  new Date(readInstant(day, 'UTC')! + days * DAY).toISOString().slice(0, 10);

function daysOf(from: string, to: string): string[] {
  const count = Math.round((readInstant(to, 'UTC')! - readInstant(from, 'UTC')!) / DAY) + 1;
  return Array.from({ length: Math.min(count, LONGEST + 1) }, (_, index) => dayAfter(from, index));
}
