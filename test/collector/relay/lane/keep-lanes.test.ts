import { expect, test } from 'vitest';
import { seconds } from '../../../../collector/lib/duration.ts';
import { createLaneKeeper } from '../../../../collector/relay/lane/keep-lanes.ts';
import type { LaneStore } from '../../../../collector/store/lane-store.ts';
import { manualClock } from '../../../harness/clock.ts';

const LASTS = seconds(5);

/** A store of which several processes take lanes; `silent` makes it answer nothing until it is let speak. */
function world() {
  const lanes = new Map<string, { owner: string; fence: number }>();
  const asked: string[] = [];
  let answers: Promise<void> = Promise.resolve();
  const given = (owner: string, names: readonly string[]) =>
    names.flatMap((name) => {
      const lane = lanes.get(name);
      return lane?.owner === owner ? [{ name, ...lane, lasts: LASTS }] : [];
    });
  const store: Pick<LaneStore, 'takeLanes' | 'keepLanes' | 'leaveLanes'> = {
    async takeLanes(owner, names) {
      asked.push(`take ${names.join(' ')}`);
      await answers;
      for (const name of names) {
        const known = lanes.get(name);
        if (!known || known.owner === '') lanes.set(name, { owner, fence: (known?.fence ?? 0) + 1 });
      }
      return given(owner, names);
    },
    async keepLanes(owner) {
      asked.push('keep');
      await answers;
      return given(owner, [...lanes.keys()]);
    },
    async leaveLanes(owner, names) {
      asked.push(`leave ${names.join(' ')}`);
      await answers;
      for (const { name, fence } of given(owner, names)) lanes.set(name, { owner: '', fence });
    },
  };
  const [clock, monotonic] = [manualClock(1_000_000), manualClock(0)];
  const keeper = createLaneKeeper({ store, owner: 'me', clock: clock.now, monotonic: monotonic.now });
  const pass = (ms: number): void => [clock, monotonic].forEach((one) => one.pass(ms));
  const silent = (): (() => void) => {
    let speak = (): void => undefined;
    answers = new Promise((resolve) => (speak = resolve));
    return speak;
  };
  const lasts = async (name: string): Promise<boolean> => {
    const token = await keeper.hold(name);
    return token !== undefined && keeper.lasts(token);
  };
  return { lanes, asked, keeper, clock, monotonic, pass, silent, lasts };
}

test('a lane that is held is not asked for again, and lasts while it is kept', async () => {
  const w = world();
  const token = (await w.keeper.hold('shop/net'))!;
  for (let second = 0; second < 20; second += 1) {
    w.pass(seconds(1));
    await w.keeper.keep();
    expect(await w.keeper.hold('shop/net')).toEqual(token);
    expect(w.keeper.lasts(token)).toBe(true);
  }
  expect(w.asked.filter((one) => one.startsWith('take'))).toHaveLength(1);
});

test.each(['clock', 'monotonic'] as const)(
  'one that was not kept in time by the %s is lost before anybody else can have it',
  async (which) => {
    const w = world();
    const token = (await w.keeper.hold('shop/net'))!;
    w[which].pass(LASTS - 1);
    expect(w.keeper.lasts(token)).toBe(true);
    w[which].pass(1);
    expect(w.keeper.lasts(token)).toBe(false);
  },
);

test('an answer counts from its question: what took longer than a lane lasts gives no right to it', async () => {
  const w = world();
  const speak = w.silent();
  const held = w.keeper.hold('shop/net');
  await Promise.resolve();
  w.pass(LASTS);
  speak();
  expect(await held).toBeUndefined();
});

test('what somebody else holds is asked for again a second later, or when all that is due is asked for', async () => {
  const w = world();
  w.lanes.set('shop/net', { owner: 'other', fence: 4 });
  expect([await w.lasts('shop/net'), await w.lasts('shop/net')]).toEqual([false, false]);
  expect(w.asked).toEqual(['take shop/net']);
  await w.keeper.take(['shop/net', 'shop/awin']);
  w.lanes.set('shop/net', { owner: '', fence: 4 });
  w.pass(seconds(1));
  expect(await w.keeper.hold('shop/net')).toMatchObject({ fence: 5 });
});

test('after somebody else had it, the old right stays lost, though the lane is held again', async () => {
  const w = world();
  const old = (await w.keeper.hold('shop/net'))!;
  w.lanes.set('shop/net', { owner: 'other', fence: 2 });
  await w.keeper.keep();
  expect(w.keeper.lasts(old)).toBe(false);
  w.lanes.set('shop/net', { owner: '', fence: 2 });
  w.pass(seconds(1));
  const token = (await w.keeper.hold('shop/net'))!;
  expect([w.keeper.lasts(token), w.keeper.lasts(old)]).toEqual([true, false]);
});

test('one that is given back while it is asked for again is held in the end as the store has it', async () => {
  const w = world();
  await w.keeper.hold('shop/net');
  const speak = w.silent();
  const [left, held] = [w.keeper.leave(['shop/net']), w.keeper.take(['shop/net'])];
  speak();
  await Promise.all([left, held]);
  expect(w.asked).toEqual(['take shop/net', 'leave shop/net', 'take shop/net']);
  expect(await w.keeper.hold('shop/net')).toMatchObject({ fence: 2 });
  expect(w.lanes.get('shop/net')).toEqual({ owner: 'me', fence: 2 });
});

test('at the end everything is given back', async () => {
  const w = world();
  await w.keeper.take(['shop/net', 'shop/awin']);
  await w.keeper.leave();
  expect([...w.lanes.values()].map(({ owner }) => owner)).toEqual(['', '']);
});
