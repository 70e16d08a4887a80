import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keepRounds } from '../../../collector/lib/rounds.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Rounds that end when the test says so. */
function rounds(more: { atOnce?: boolean } = {}) {
  const begun: { end: () => void; fail: (error: Error) => void; stopping: () => boolean }[] = [];
  const failures: unknown[] = [];
  const end = keepRounds({
    every: 1000,
    round: (stopping) =>
      new Promise<void>((resolve, reject) => void begun.push({ end: resolve, fail: reject, stopping })),
    failed: (error) => failures.push(error),
    ...more,
  });
  return { begun, failures, end };
}

describe('rounds', () => {
  test.each([
    [true, 1],
    [false, 0],
  ])('begin at once: %s', async (atOnce, count) => {
    const { begun } = rounds({ atOnce });
    expect(begun).toHaveLength(count);
    await vi.advanceTimersByTimeAsync(1000);
    expect(begun).toHaveLength(1);
  });

  test('leave out those that come while one is under way, and go on after one that broke off', async () => {
    const { begun, failures } = rounds();
    await vi.advanceTimersByTimeAsync(3500);
    expect(begun).toHaveLength(1);
    const why = new Error('the disk is full');
    begun[0]!.fail(why);
    await vi.advanceTimersByTimeAsync(1000);
    expect([begun.length, failures]).toEqual([2, [why]]);
  });

  test('end: the one under way is told, and waited for, and none follows', async () => {
    const { begun, end } = rounds();
    expect(begun[0]!.stopping()).toBe(false);
    const ended = vi.fn();
    const ending = end().then(ended);
    expect(begun[0]!.stopping()).toBe(true);
    await vi.advanceTimersByTimeAsync(5000);
    expect(ended).not.toHaveBeenCalled();
    begun[0]!.end();
    await ending;
    expect(begun).toHaveLength(1);
  });
});
