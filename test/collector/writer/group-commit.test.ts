import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createGroupCommit } from '../../../collector/writer/group-commit.ts';
import { createGather } from '../../../collector/writer/gather.ts';
import type { IntakeRequest } from '../../../collector/intake/read-request.ts';

const request = (body: string): IntakeRequest => ({ route: 'touch', site: 'shop', body });
const requests = (...bodies: string[]): IntakeRequest[] => bodies.map(request);
const WORK = [{ site: 'shop', connection: 'impact' }];

/** A store that answers each request with its own body, one group at a time, when told to. */
function store() {
  const groups: string[][] = [];
  const endings: { end: () => void; fail: (error: Error) => void }[] = [];
  const commit = createGroupCommit(
    (group) =>
      new Promise((resolve, reject) => {
        groups.push(group.map(({ body }) => body));
        const answers = group.map(({ body }) => ({ status: 200, body }));
        endings.push({ end: () => resolve({ answers, work: WORK }), fail: reject });
      }),
  );
  return { groups, endings, commit };
}

const bodiesOf = async (call: ReturnType<ReturnType<typeof createGroupCommit>>) =>
  (await call).answers.map(({ body }) => body);

describe('calls to the store', () => {
  test('that arrive together are one group, and each gets its own answers', async () => {
    const { commit, groups, endings } = store();
    const calls = [commit(requests('a', 'b')), commit(requests('c'))];
    await nextTurn();
    endings[0]!.end();
    expect(groups).toEqual([['a', 'b', 'c']]);
    expect(await Promise.all(calls.map(bodiesOf))).toEqual([['a', 'b'], ['c']]);
    expect((await Promise.all(calls)).flatMap(({ work }) => work)).toEqual(WORK);
  });

  test('that arrive during a commit wait for the next one', async () => {
    const { commit, groups, endings } = store();
    const first = commit(requests('a'));
    await nextTurn();
    const later = [commit(requests('b')), commit(requests('c'))];
    await nextTurn();
    expect(groups).toEqual([['a']]);
    endings[0]!.end();
    await first;
    await nextTurn();
    expect(groups).toEqual([['a'], ['b', 'c']]);
    endings[1]!.end();
    expect(await Promise.all(later.map(bodiesOf))).toEqual([['b'], ['c']]);
  });

  test('of a group that could not be stored all fail, and the next group is tried', async () => {
    const { commit, endings } = store();
    const failing = [commit(requests('a')), commit(requests('b'))].map((call) => call.catch((error: Error) => error));
    await nextTurn();
    const next = commit(requests('c'));
    const full = new Error('database or disk is full');
    endings[0]!.fail(full);
    expect(await Promise.all(failing)).toEqual([full, full]);
    await nextTurn();
    endings[1]!.end();
    expect(await bodiesOf(next)).toEqual(['c']);
  });

  test('are taken in their order, half of what waits at a time, and all at once when they are few', async () => {
    const { commit, groups, endings } = store();
    const bodies = Array.from({ length: 200 }, (_, index) => String(index));
    const calls = bodies.map((body) => commit(requests(body)));
    await nextTurn();
    for (let group = 0; group < groups.length; group += 1) {
      endings[group]!.end();
      await nextTurn();
    }
    expect((await Promise.all(calls.map(bodiesOf))).flat()).toEqual(bodies);
    expect(groups.flat()).toEqual(bodies);
    expect(groups.map(({ length }) => length)).toEqual([100, 50, 32, 18]);
  });

  test('are never so many in one group that the first waits long', async () => {
    const { commit, groups } = store();
    for (let index = 0; index < 3000; index += 1) void commit(requests(String(index)));
    await nextTurn();
    expect(groups.map(({ length }) => length)).toEqual([512]);
  });
});

describe('requests of one tick', () => {
  test('cross as one call and each gets its answer', async () => {
    const sent: number[][] = [];
    const double = createGather<number, number>(async (inputs) => {
      sent.push(inputs);
      return inputs.map((input) => input * 2);
    });
    expect(await Promise.all([double(1), double(2)])).toEqual([2, 4]);
    expect(await double(3)).toBe(6);
    expect(sent).toEqual([[1, 2], [3]]);
  });

  test('that are many cross in several calls, so that the first can be begun', async () => {
    const sizes: number[] = [];
    const gather = createGather<number, number>(async (inputs) => {
      sizes.push(inputs.length);
      return inputs;
    });
    const all = Array.from({ length: 40 }, (_, index) => index);
    expect(await Promise.all(all.map(gather))).toEqual(all);
    expect(sizes).toEqual([16, 16, 8]);
  });

  test('all hear of a failure', async () => {
    const gather = createGather<number, number>(() => Promise.reject(new Error('gone')));
    const results = await Promise.allSettled([gather(1), gather(2)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
