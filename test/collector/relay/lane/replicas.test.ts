/** Two relays on one PostgreSQL, each with an engine of its own, as two collectors have them; silence is played by the table and a relay's own clock. */
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { hours, seconds } from '../../../../collector/lib/duration.ts';
import type { HttpRequest } from '../../../../collector/model/http.ts';
import { openPostgresStore } from '../../../../collector/store/postgres/store.ts';
import type { Stores } from '../../../../collector/store/store.ts';
import { manualClock } from '../../../harness/clock.ts';
import { noPostgres, postgresServer } from '../../../harness/postgres.ts';
import { answered, type Answering, openRelay } from '../../../harness/relay.ts';
import { postback } from '../../../harness/sites.ts';
import { until } from '../../../harness/until.ts';
import { delivery, NOON } from '../../store/rows.ts';

const LONG = 20_000;
const orderOf = ({ url }: HttpRequest): string => new URL(url).searchParams.get('o')!;
const numbers = (many: number): string[] => Array.from({ length: many }, (_, n) => `O${n}`).toSorted();
const owed = (many: number, from = 0) =>
  Array.from({ length: many }, (_, n) => {
    const plain = delivery({ orderId: `O${from + n}`, connection: 'net' });
    return { ...plain, report: { ...plain.report, click: { param: 'irclickid', value: 'click', at: NOON } } };
  });

describe.skipIf(noPostgres)(`two relays on one PostgreSQL ${noPostgres ?? ''}`, () => {
  const server = postgresServer();
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  /** `one` may be frozen: it is not answered any more, its own clock has gone on, and the others see that it was silent. */
  async function openTwo(limits: string, answers: { one: Answering; two: Answering }) {
    const url = await server.migratedDatabase();
    const clock = manualClock(NOON);
    const monotonic = manualClock(0);
    let thawed: Promise<void> = Promise.resolve();
    /** Looking around finds nothing any more. */
    const blind = { all: false };
    const listens = { count: 0 };
    const looks = new Map<string, number>();
    const connections = [postback('net', 'irclickid', `limits: { ${limits} }, `)];
    const freezable = (store: Stores): Stores => ({
      ...store,
      releaseLeases: async () => 0,
      hearDue: async (hear) => {
        const end = await store.hearDue(hear);
        listens.count += 1;
        return end;
      },
      agenda: async () => (blind.all ? [] : store.agenda()),
      keepLanes: async (owner) => {
        looks.set(owner, (looks.get(owner) ?? 0) + 1);
        await thawed;
        return store.keepLanes(owner);
      },
    });
    const open = async (owner: string) =>
      openRelay({
        ...{ owner, clock, connections, answer: answers[owner as 'one' | 'two'] },
        ...(owner === 'one' ? { monotonic: monotonic.now } : {}),
        store: freezable(await openPostgresStore({ url, clock: clock.now, size: 4 })),
      });
    const one = await open('one');
    const two = await open('two');
    const database = new pg.Client({ connectionString: url });
    await database.connect();
    ends.push(() => database.end());
    const freeze = async (): Promise<() => void> => {
      let thaw = (): void => undefined;
      thawed = new Promise((resolve) => (thaw = resolve));
      monotonic.pass(seconds(6));
      await database.query("UPDATE watch SET until = 1 WHERE owner = 'one'");
      return thaw;
    };
    const holder = async (): Promise<string | undefined> => {
      const { rows } = await database.query<{ owner: string }>("SELECT owner FROM watch WHERE name = 'shop/net'");
      return rows[0]?.owner;
    };
    const both = (): HttpRequest[] => [...one.sent, ...two.sent];
    const wakeBoth = (): void => [one, two].forEach(({ wake }) => wake('net'));
    return { one, two, clock, freeze, holder, both, wakeBoth, looks, listens, blind };
  }

  const ok: Answering = () => answered(200, 'ok');

  test(
    'keep to the hour of a vendor in sum, also when the lane changes hands in the middle of it',
    async () => {
      const t = await openTwo('perHour: 10', { one: ok, two: ok });
      await t.one.put(...owed(6));
      await t.one.relay.start();
      await t.two.relay.start();
      t.wakeBoth();
      await until(() => t.both().length === 6, { what: 'the first six to be told' });
      await t.one.put(...owed(20, 6));
      t.wakeBoth();
      await until(() => t.both().length === 10, { what: 'the hour to be full' });
      expect(Math.min(t.one.sent.length, t.two.sent.length)).toBe(0);
      const [owner, other, name] = t.one.sent.length > 0 ? [t.one, t.two, 'two'] : [t.two, t.one, 'one'];
      await owner.stop();
      other.wake('net');
      await until(async () => (await t.holder()) === name, { what: 'the other to hold the lane' });
      expect(t.both()).toHaveLength(10);
      t.clock.pass(hours(1) + seconds(60));
      await until(() => t.both().length === 20, { what: 'the next hour', timeout: LONG });
      expect(new Set(t.both().map(orderOf)).size).toBe(20);
    },
    LONG,
  );

  test(
    'respect the breaker that either has opened: whoever follows asks with one probe, and not before its time',
    async () => {
      let up = false;
      const answer: Answering = () => (up ? answered(200, 'ok') : answered(503));
      const t = await openTwo('concurrency: 5', { one: answer, two: answer });
      await t.one.put(...owed(8));
      await t.one.relay.start();
      const breaker = await until(async () => (await t.one.store.breakers())[0], { what: 'the breaker' });
      await t.one.stop();
      const before = t.one.sent.length;
      t.two.wake('net');
      await until(async () => (await t.holder()) === 'two', { what: 'the other to hold the lane' });
      expect(t.two.sent).toHaveLength(0);
      t.clock.set(breaker.probeAt);
      up = true;
      t.clock.pass(seconds(120));
      await t.two.relay.start();
      await until(async () => (await t.two.store.deliveries({ states: ['delivered'] })).length === 8 || undefined, {
        what: 'the backlog to leave',
        timeout: LONG,
      });
      expect(t.one.sent).toHaveLength(before);
      expect(t.two.sent.map(orderOf).toSorted()).toEqual(numbers(8));
    },
    LONG,
  );

  test(
    'hear of each other at once: whoever holds the lane sends what the other one was told of, without looking for it',
    async () => {
      const t = await openTwo('concurrency: 4', { one: ok, two: ok });
      await t.one.put(...owed(1));
      await t.one.relay.start();
      await until(() => t.one.sent.length === 1, { what: 'one of them to hold the lane' });
      await t.two.relay.start();
      await until(() => t.listens.count === 2, { what: 'both to listen' });
      t.blind.all = true;
      await t.two.put(...owed(5, 1));
      t.two.wake('net');
      await until(() => t.one.sent.length === 6, { what: 'the holder to have heard' });
      expect(t.two.sent).toHaveLength(0);
    },
    LONG,
  );

  test(
    'keep to the time that a vendor asked one of them to wait: whoever follows sends nothing before it is over',
    async () => {
      const t = await openTwo('concurrency: 4', { one: () => answered(429, '', { 'retry-after': '600' }), two: ok });
      await t.one.put(...owed(1));
      await t.one.relay.start();
      await until(async () => (await t.two.store.pausedFor('shop', 'net')) > 0, {
        what: 'the wish to be written down',
      });
      await t.one.stop();
      const before = t.one.sent.length;
      await t.two.put(...owed(8, 1));
      await t.two.relay.start();
      await until(async () => (await t.holder()) === 'two', { what: 'the other to hold the lane' });
      // Each look around wakes every lane that has something due.
      await until(() => t.looks.get('two')! >= 3, { what: 'it to have looked around' });
      expect(t.two.sent).toHaveLength(0);
      t.clock.pass(seconds(601));
      t.two.wake('net');
      await until(() => t.two.sent.length === 9, { what: 'all to be told', timeout: LONG });
      expect(t.one.sent).toHaveLength(before);
      expect(t.two.sent.map(orderOf).toSorted()).toEqual(numbers(9));
    },
    LONG,
  );

  test(
    'tell nothing twice when the owner freezes: what it was sending it settles, what it had in hand goes to the other',
    async () => {
      const told: string[] = [];
      const gates: (() => void)[] = [];
      const refused: string[] = [];
      const one: Answering = async (request, _number, limits) => {
        // Two are on their way when it freezes, and two wait for a connection to the vendor.
        if (told.length < 2) told.push(orderOf(request));
        else {
          await new Promise<void>((go) => gates.push(go));
          if (limits?.mayStart?.() === false) {
            refused.push(orderOf(request));
            return { ok: false, kind: 'network', sent: false, message: 'too late' };
          }
          told.push(orderOf(request));
          return answered(200, 'ok');
        }
        await new Promise<void>((go) => gates.push(go));
        return answered(200, 'ok');
      };
      const t = await openTwo('concurrency: 4', {
        one,
        two: (request) => {
          told.push(orderOf(request));
          return answered(200, 'ok');
        },
      });
      await t.one.put(...owed(20));
      await t.one.relay.start();
      await until(() => gates.length === 4, { what: 'four to be on their way' });
      await t.two.relay.start();
      const thaw = await t.freeze();
      await until(() => told.length >= 10, { what: 'the other to go on', timeout: LONG });
      for (const go of gates.splice(0)) go();
      thaw();
      await until(() => refused.length === 2, { what: 'the late ones to be stopped' });
      t.clock.pass(seconds(5));
      await until(async () => (await t.two.store.deliveries({ states: ['delivered'] })).length === 20 || undefined, {
        what: 'every order to be told',
        timeout: LONG,
      });
      expect(told.toSorted()).toEqual(numbers(20));
    },
    2 * LONG,
  );
});
