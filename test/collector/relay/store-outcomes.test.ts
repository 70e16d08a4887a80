/** Outcomes are written together, and what somebody else holds keeps no other outcome waiting. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createOutcomeStore } from '../../../collector/relay/store-outcomes.ts';
import { ROW_HELD } from '../../../collector/store/row-held.ts';
import type { Settlement } from '../../../collector/store/store.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }));
afterEach(() => void vi.useRealTimers());

const outcome = (id: string): Settlement => ({
  id,
  site: 'shop',
  fence: 1,
  change: { state: 'delivered' },
  attempts: [],
});

function world() {
  /** Rows that somebody holds, and why the store is away altogether. */
  const held = new Set<string>();
  const failing: { error: Error | undefined } = { error: undefined };
  const written: string[][] = [];
  const errors: number[] = [];
  const { settle } = createOutcomeStore({
    store: {
      async settle(settlements) {
        if (failing.error) throw failing.error;
        if (settlements.some(({ id }) => held.has(id))) throw Object.assign(new Error('held'), { code: ROW_HELD });
        written.push(settlements.map(({ id }) => id));
        return [];
      },
    },
    clock: () => 0,
    log: { error: (fields) => void errors.push((fields as { deliveries: number }).deliveries) },
    wake: () => undefined,
  });
  return { held, failing, written, errors, settle };
}

describe('outcomes', () => {
  test('that come together are written as one', async () => {
    const { settle, written } = world();
    await Promise.all(['a', 'b', 'c'].map((id) => settle(outcome(id))));
    expect(written).toEqual([['a', 'b', 'c']]);
  });

  test.each([[['b']], [['a', 'b', 'c']]])(
    'of rows that somebody holds (%j) wait alone: the others of their batch, and later ones, are written',
    async (rows) => {
      const { settle, held, written } = world();
      for (const row of rows) held.add(row);
      const all = ['a', 'b', 'c', 'd', 'e'];
      const settled = new Set<string>();
      const waiting = all.map((id) => settle(outcome(id)).then(() => settled.add(id)));
      const free = all.filter((id) => !held.has(id));
      await vi.waitFor(() => expect([...settled].toSorted()).toEqual(free));
      await settle(outcome('later'));
      expect(written).toEqual([...free.map((id) => [id]), ['later']]);
      held.clear();
      await vi.advanceTimersByTimeAsync(1000);
      await Promise.all(waiting);
      expect(written.flat().toSorted()).toEqual([...all, 'later']);
    },
  );

  test('of a store that is away are tried again together', async () => {
    const { settle, failing, written, errors } = world();
    failing.error = new Error('the connection ended');
    const waiting = Promise.all(['a', 'b'].map((id) => settle(outcome(id))));
    await vi.waitFor(() => expect(errors).toEqual([2]));
    failing.error = undefined;
    await vi.advanceTimersByTimeAsync(1000);
    await waiting;
    expect(written).toEqual([['a', 'b']]);
  });
});
