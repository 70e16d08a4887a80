import { expect, test } from 'vitest';
import type { Ask, Reading } from '../../../../collector/kit/source.ts';
import { minutes, seconds } from '../../../../collector/lib/duration.ts';
import { createFetcher } from '../../../../collector/sync/run/fetch.ts';
import { manualClock } from '../../../harness/clock.ts';

/** A shop whose answers are given one by one; time passes by sleeping alone. */
function open(readings: Reading<string>[]) {
  const clock = manualClock();
  const slept: number[] = [];
  const fetcher = createFetcher(
    {
      send: async () => ({ ok: true as const, response: { status: 200, headers: {}, body: '' } }),
      clock: clock.now,
      sleep: async (milliseconds) => {
        slept.push(milliseconds);
        clock.pass(milliseconds);
      },
      random: () => 0,
    },
    { settings: {}, perSecond: 0, alive: async () => undefined },
  );
  const ask: Ask<undefined, string> = {
    request: () => ({ method: 'GET', url: 'https://shop.example/orders' }),
    read: () => readings.shift()!,
  };
  return { fetcher, ask, slept };
}

const busy = (after?: number): Reading<string> => ({
  fault: { message: 'busy', temporary: true, ...(after === undefined ? {} : { after }) },
});

test('a shop that says in its body how long it wants to be left alone is left alone so long', async () => {
  const { fetcher, ask, slept } = open([busy(seconds(12)), { value: 'well' }]);
  expect(await fetcher.ask(ask, undefined)).toBe('well');
  expect(slept.reduce((sum, milliseconds) => sum + milliseconds, 0)).toBe(seconds(12));
});

test('one that wants more than can be waited for is given up for now', async () => {
  const { fetcher, ask, slept } = open([busy(minutes(6))]);
  await expect(fetcher.ask(ask, undefined)).rejects.toThrow('busy');
  expect(slept).toEqual([]);
});
