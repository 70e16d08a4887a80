import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { SyncProgress } from '../../../collector/store/sync-store.ts';
import { viewProgress } from '../../../collector/sync/progress.ts';
import { viewSync, watchSync, type SyncView } from '../../../collector/sync/watch.ts';
import { key, NOON, openWorld } from './setup.ts';

const progress: SyncProgress = {
  phase: 'orders',
  done: 3_000,
  total: 12_000,
  startedAt: NOON,
  startedDone: 1_000,
  at: NOON + 10_000,
  requests: 12,
  customers: 0,
  orders: 2_000,
  told: 0,
  problems: [],
};

describe('progress', () => {
  it('has a share, the rate of this run and the time that is left', () => {
    expect(viewProgress(progress)).toMatchObject({
      share: 0.25,
      rate: 200,
      secondsLeft: 45,
      text: 'Orders: 3000 of 12000, 200 a second, 45 s left',
    });
  });

  it('promises nothing before it knows', () => {
    const early = viewProgress({ ...progress, total: null, at: NOON, done: 1_000 });
    expect(early).toMatchObject({ share: null, rate: 0, secondsLeft: null });
  });
});

describe('watching', () => {
  it('shows a run of another process until it ends', async () => {
    const world = await openWorld({ customers: 700, orders: 700 });
    await world.sync.test(world.connection);
    // The shop answers once the watcher has looked: so fast or slow as both are, no part of the run is missed.
    let isWatched = false;
    let looked: () => void = () => undefined;
    const run = world
      .engine({
        async send(request, limits) {
          const answer = await world.deps.send(request, limits);
          if (isWatched) await new Promise<void>((resolve) => (looked = resolve));
          return answer;
        },
      })
      .synchronize(world.connection, 'start');
    while ((await world.store.sync(key))?.state !== 'syncing') await nextTurn();
    isWatched = true;
    const views: SyncView[] = [];
    const sleep = async () => {
      looked();
      await nextTurn();
    };
    for await (const view of watchSync(key, { store: world.store, sleep })) views.push(view);
    await run;
    expect(views.at(0)?.state).toBe('syncing');
    expect(views.at(0)?.actions).not.toContain('resync');
    expect(views.at(-1)).toMatchObject({ state: 'enabled', progress: { phase: 'done' } });
    expect(views.some((view) => view.progress?.phase === 'orders')).toBe(true);
    expect(views.at(-1)?.actions).toEqual(viewSync((await world.store.sync(key))!).actions);
  });
});
