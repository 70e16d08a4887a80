/** Revenue by day, and the part of it that partners earned. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { DaySum } from '../../../wire/admin/figures.ts';
import { say, showDay, showMoney, showNumber } from '../../state/words.ts';

const HEIGHT = 220;

export function DayChart({ days }: { days: readonly DaySum[] }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = box.current;
    if (!place) return;
    const chart = new uPlot(optionsOf(days, place), dataOf(days), place);
    const follow = new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: HEIGHT }));
    follow.observe(place);
    return () => {
      follow.disconnect();
      chart.destroy();
    };
  }, [days]);
  const sum = say('overview.chart', { count: days.length });
  return <div ref={box} class="chart" role="img" aria-label={sum} />;
}

const dataOf = (days: readonly DaySum[]): uPlot.AlignedData => [
  days.map(({ day }) => Date.parse(day) / 1000),
  days.map(({ total }) => Number(total)),
  days.map(({ creditedTotal }) => Number(creditedTotal)),
];

function optionsOf(days: readonly DaySum[], place: HTMLElement): uPlot.Options {
  const style = getComputedStyle(place);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const currency = days[0]?.currency ?? '';
  const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  const money = (_: unknown, value: number | null): string =>
    value === null ? '–' : showMoney(value.toFixed(2), currency);
  return {
    ...{
      width: place.clientWidth,
      height: HEIGHT,
      padding: [12, 34, 0, 0] as [number, number, number, number],
      cursor: { y: false, drag: { x: false, y: false } },
    },
    // The days are those of the site: they are drawn as they are called.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((at) => showDay(at * 1000, 'UTC')), space: 90 },
      { ...axis, values: (_, ticks) => ticks.map((value) => showNumber(value, { notation: 'compact' })), size: 55 },
    ],
    scales: { y: { range: (_, _least, most) => [0, Math.max(1, most * 1.1)] } },
    series: [
      { label: say('overview.day'), value: (_, at) => (at === null ? '–' : showDay(at * 1000, 'UTC')) },
      {
        label: say('overview.revenue'),
        stroke: colour('--accent'),
        width: 2,
        value: money,
        points: { show: days.length < 3 },
      },
      {
        label: say('overview.creditedRevenue'),
        stroke: colour('--good'),
        width: 2,
        dash: [6, 3],
        value: money,
        points: { show: days.length < 3 },
      },
    ],
  };
}
