import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createAtMost } from '../../../../collector/lib/limits/at-most.ts';

test('no more run at a time than may, the others follow in their order, whether those before them succeed or fail', async () => {
  const atMost = createAtMost(2);
  const begun: number[] = [];
  const endings: ((error?: Error) => void)[] = [];
  const works = Array.from({ length: 5 }, (_, n) =>
    atMost(
      () =>
        new Promise<number>((resolve, reject) => {
          begun.push(n);
          endings[n] = (error) => (error ? reject(error) : resolve(n));
        }),
    ).catch((error: Error) => error.message),
  );
  await nextTurn();
  expect([begun, atMost.waiting]).toEqual([[0, 1], 3]);
  endings[1]!(new Error('failed'));
  await nextTurn();
  expect([begun, atMost.waiting]).toEqual([[0, 1, 2], 2]);
  endings[0]!();
  endings[2]!();
  await nextTurn();
  expect([begun, atMost.waiting]).toEqual([[0, 1, 2, 3, 4], 0]);
  endings[3]!();
  endings[4]!();
  expect(await Promise.all(works)).toEqual([0, 'failed', 2, 3, 4]);
  expect(await atMost(async () => 'later')).toBe('later');
});
