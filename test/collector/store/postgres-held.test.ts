/** A row that somebody else holds for long costs those who don't need it nothing: neither their report nor their answer. */
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { applyConfiguration } from '../../../collector/configuration/apply.ts';
import { cachedSites } from '../../../collector/configuration/sites.ts';
import { createFrontDoor } from '../../../collector/ingest/front-door.ts';
import { createIngest } from '../../../collector/ingest/ingest.ts';
import type { IntakeRequest } from '../../../collector/intake/read-request.ts';
import { openPostgresStore } from '../../../collector/store/postgres/store.ts';
import type { Stores } from '../../../collector/store/store.ts';
import { createGroupCommit } from '../../../collector/writer/group-commit.ts';
import { manualClock } from '../../harness/clock.ts';
import { noPostgres, postgresServer } from '../../harness/postgres.ts';
import { testSeal } from '../../harness/sites.ts';
import { until } from '../../harness/until.ts';
import { changes, NOON, nothingWanted, storedOrder, write } from './rows.ts';

const { now: clock } = manualClock(NOON);
/** A group waits for a tenth of it, a single piece for all of it: long enough to look at what is answered meanwhile. */
const PATIENT = { connection: 10_000, statement: 15_000, lock: 20_000, idle: 15_000 };
const HASTY = { ...PATIENT, lock: 3000 };
const LONG = 60_000;
const SITE = { id: 'shop', domains: ['shop.example'], currency: 'USD', consent: 'granted', release: 'browser' };

describe.skipIf(noPostgres)(`rows of PostgreSQL that somebody holds ${noPostgres ?? ''}`, () => {
  const server = postgresServer();
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (let end = ends.pop(); end; end = ends.pop()) await end();
  });

  async function given(patience: typeof PATIENT) {
    const url = await server.migratedDatabase();
    const store = await openPostgresStore({ url, clock, patience });
    ends.push(() => store.close());
    await applyConfiguration({
      ...{ text: JSON.stringify({ sites: [SITE] }), env: () => undefined, store, seal: testSeal, now: NOON },
      ...{ actor: 'test', allowPrivate: true },
    });
    const sites = cachedSites({ store, seal: testSeal });
    const ingest = createIngest({ store, sites, seal: testSeal, clock });
    return { url, store, receive: createGroupCommit(createFrontDoor({ ingest, sites, clock }).receive) };
  }
  /** Somebody else's transaction that does this and idles. */
  async function hold(url: string, sql: string): Promise<() => Promise<unknown>> {
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    ends.push(() => other.end());
    await other.query('BEGIN');
    await other.query(sql);
    return () => other.query('ROLLBACK');
  }
  const sale = (orderId: string): IntakeRequest => ({
    ...{ route: 'conversion', site: 'shop', origin: 'https://shop.example' },
    body: JSON.stringify({ orderId, total: '10.00', currency: 'USD', visitor: `visitor-of-${orderId}` }),
  });
  const orderOf = async (store: Stores, orderId: string) => (await store.order('shop', orderId))?.order.orderId;
  const HELD = "UPDATE orders SET updated_at = updated_at WHERE order_id = 'held'";
  const TURN =
    "INSERT INTO turn (site, key, at) VALUES ('shop', 'o:held', 1) ON CONFLICT (site, key) DO UPDATE SET at = 1";

  test.each([
    ['its order', HELD],
    ['the turn of its order', TURN],
  ])(
    'of many reports in one group the one that needs a row is answered later (%s), all others at once, each once',
    async (_, what) => {
      const { url, store, receive } = await given(PATIENT);
      await write(store, { orders: [storedOrder('held')] });
      const letGo = await hold(url, what);
      const ids = Array.from({ length: 12 }, (__, n) => (n === 5 ? 'held' : `O${n}`));
      const { answers, later } = await receive(ids.map(sale));
      // The group was given up as a whole: each of it is written by itself.
      expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 503));
      const others = ids.flatMap((id, index) => (id === 'held' ? [] : [later!.get(index)!]));
      const answered = await Promise.all(others);
      expect(answered.map(({ answer }) => answer.status)).toEqual(others.map(() => 200));
      for (const id of ids) expect(await orderOf(store, id)).toBe(id);
      let isAnswered = false;
      const held = later!.get(5)!.finally(() => (isAnswered = true));
      // What comes meanwhile and names the same goes to wait at once, as soon as it is known to be held: the others of its group are one commit, as ever.
      let next: Awaited<ReturnType<typeof receive>>;
      let count = 0;
      do {
        next = await receive([sale('held'), sale(`after${(count += 1)}`)]);
        // Before that the group is given up as a whole, and its parts are written by themselves.
        if (next.later!.has(1)) expect((await next.later!.get(1)!).answer.status).toBe(200);
      } while (next.later!.has(1) && count < 20);
      expect(next.answers.map(({ status }) => status)).toEqual([503, 200]);
      expect([...next.later!.keys()]).toEqual([0]);
      expect(await orderOf(store, `after${count}`)).toBe(`after${count}`);
      expect(isAnswered).toBe(false);
      await letGo();
      const [first, second] = await Promise.all([held, next.later!.get(0)!]);
      expect([first.answer.status, second.answer.status]).toEqual([200, 200]);
      // Nobody waits for it any more: once that is known, the next group is one commit again.
      await until(async () => (await receive([sale('held'), sale('last')])).later === undefined, {
        what: 'a group that is one commit',
      });
    },
    LONG,
  );

  test('what does not come free in time is refused in words, was not kept, and nothing of it waits on', async () => {
    const { url, store, receive } = await given(HASTY);
    const letGo = await hold(url, TURN);
    const { later } = await receive([sale('held'), sale('free')]);
    expect((await later!.get(1)!).answer.status).toBe(200);
    await expect(later!.get(0)).rejects.toMatchObject({ code: '55P03' });
    expect(await orderOf(store, 'held')).toBeUndefined();
    await letGo();
    expect((await receive([sale('held')])).answers).toMatchObject([{ status: 200 }]);
    expect(await orderOf(store, 'held')).toBe('held');
  });

  test('decisions that share a commit, and one that stands alone, are parted in the same way', async () => {
    const { url, store } = await given(PATIENT);
    const letGo = await hold(url, TURN);
    let heldIsDone = false;
    const decide = (orderId: string) =>
      store.transact({ ...nothingWanted(), orders: [{ site: 'shop', orderId }] }, () => ({
        changes: changes({ orders: [storedOrder(orderId)] }),
        result: orderId,
      }));
    const held = decide('held').finally(() => (heldIsDone = true));
    expect(await Promise.all([decide('A'), decide('B')])).toEqual(['A', 'B']);
    expect(await orderOf(store, 'A')).toBe('A');
    expect(heldIsDone).toBe(false);
    await letGo();
    expect(await held).toBe('held');
    expect(await orderOf(store, 'held')).toBe('held');
  });

  test('where a whole table is held the time that everybody waits is bounded; afterwards all goes on', async () => {
    const { url, store, receive } = await given(HASTY);
    const letGo = await hold(url, 'LOCK TABLE orders IN EXCLUSIVE MODE');
    const { later } = await receive(Array.from({ length: 40 }, (_, n) => sale(`O${n}`)));
    const ended = await Promise.allSettled(later!.values());
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['rejected']));
    await letGo();
    await until(async () => (await receive([sale('O1')])).answers[0]!.status === 200, { what: 'it to go on' });
    expect(await orderOf(store, 'O1')).toBe('O1');
  });
});
