/** Two replicas that do the same thing at the same moment: it happens once, and nothing of it is lost. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isLeaseLost, type Lease } from '../../../collector/store/sync-store.ts';
import { type Database, openPool } from '../../../collector/store/postgres/database.ts';
import { migrateDatabase } from '../../../collector/store/postgres/migrate.ts';
import { postgresAlertStore } from '../../../collector/store/postgres/alert.ts';
import { postgresLaneStore } from '../../../collector/store/postgres/lane.ts';
import { postgresPeopleStore } from '../../../collector/store/postgres/people/people.ts';
import { postgresListStore } from '../../../collector/store/postgres/shops/list.ts';
import { postgresSyncStore } from '../../../collector/store/postgres/shops/sync.ts';
import { postgresUpkeepStore } from '../../../collector/store/postgres/upkeep/upkeep.ts';
import { noPostgres, postgresServer } from '../../harness/postgres.ts';
import { deedAt, NOON } from './rows.ts';

const clock = () => NOON;
const HOUR = 3_600_000;
const key = { site: 'shop', connection: 'cscart' };
/** Often enough that the two meet at every step. */
const ROUNDS = 12;

const replica = (db: Database) => ({
  ...postgresSyncStore(db),
  ...postgresListStore(db),
  ...postgresPeopleStore({ db, clock }),
  ...postgresAlertStore(db),
  ...postgresLaneStore(db),
  ...postgresUpkeepStore({ db, clock }),
});

describe.skipIf(noPostgres)(`two replicas on one PostgreSQL ${noPostgres ?? ''}`, () => {
  const server = postgresServer();
  let pools: Database[];
  let both: ReturnType<typeof replica>[];
  /** What each of them is asked to do, all at once. */
  const atOnce = <T>(work: (store: ReturnType<typeof replica>, index: number) => Promise<T>, times = 4) =>
    Promise.allSettled(Array.from({ length: times }, (_, index) => work(both[index % 2]!, index)));
  const valuesOf = <T>(ended: PromiseSettledResult<T>[]): T[] =>
    ended.flatMap((one) => {
      if (one.status === 'rejected') throw one.reason as Error;
      return [one.value];
    });

  beforeAll(async () => {
    if (noPostgres) return;
    const url = await server.freshDatabase();
    pools = [openPool({ url }), openPool({ url })];
    await migrateDatabase({ db: pools[0]!, clock });
    both = pools.map(replica);
  });
  afterAll(() => Promise.all((pools ?? []).map((pool) => pool.end())));
  beforeEach(async () => {
    const tables = await pools[0]!.rows<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()
         AND tablename NOT IN ('migration', 'installation', 'configuration')`,
    );
    await pools[0]!.run(`TRUNCATE ${tables.map(({ name }) => name).join(', ')}`);
  });

  test('one of them gets the right to synchronize, and what the one before it still writes is refused whole', async () => {
    const want = { from: ['untested', 'syncing'], to: 'syncing', owner: 'x', ttl: HOUR } as const;
    await both[0]!.createSync(key, NOON);
    let before: Lease | undefined;
    for (let round = 0; round < ROUNDS; round += 1) {
      const now = NOON + round * 2 * HOUR;
      const ended = await atOnce((store, index) => store.acquireSync(key, { ...want, owner: `replica ${index}`, now }));
      const [lease, ...others] = valuesOf(ended).flatMap((one) => one ?? []);
      expect(others).toEqual([]);
      const told = (name: string) => [{ orderId: `${name} ${round}`, status: 'approved' as const, total: 1 }];
      const [late, right] = await Promise.allSettled([
        before ? both[0]!.saveSync(before, { now, told: told('late') }) : Promise.reject(new Error('none yet')),
        both[1]!.saveSync(lease!, { now, told: told('right') }),
      ]);
      expect([late.status, right.status]).toEqual(['rejected', 'fulfilled']);
      if (before) expect(isLeaseLost((late as PromiseRejectedResult).reason)).toBe(true);
      const found = await both[0]!.toldOrders(key, [`late ${round}`, `right ${round}`]);
      expect(found.map(({ orderId }) => orderId)).toEqual([`right ${round}`]);
      before = lease;
    }
  });

  test('a one-time link lets in once', async () => {
    const person = { name: 'Ana', role: 'operator' as const, sites: null, createdAt: NOON, signedInAt: null };
    await both[0]!.addPerson(person, { hash: 'first', person: 'Ana', expiresAt: NOON + HOUR }, deedAt());
    const session = { createdAt: NOON, seenAt: NOON, rotatedAt: NOON, agent: 'a browser' };
    for (let round = 0; round < ROUNDS; round += 1) {
      await both[1]!.addLink({ hash: `link ${round}`, person: 'ANA', expiresAt: NOON + HOUR }, deedAt());
      const ended = await atOnce((store, index) =>
        store.signIn(`link ${round}`, { ...session, id: `s${round}-${index}`, hash: `cookie ${round}-${index}` }),
      );
      expect(valuesOf(ended).filter((one) => one !== undefined)).toHaveLength(1);
    }
    expect(await both[0]!.sessions()).toHaveLength(ROUNDS);
  });

  test('a name is one person, whatever its capitals, and a removed one keeps nothing', async () => {
    const made = await atOnce((store, index) =>
      store.addPerson(
        { name: index % 2 ? 'ANA' : 'ana', role: 'viewer', sites: null, createdAt: NOON, signedInAt: null },
        { hash: `link ${index}`, person: 'ana', expiresAt: NOON + HOUR },
        deedAt(NOON, 'person add'),
      ),
    );
    expect(valuesOf(made).filter(Boolean)).toHaveLength(1);
    expect(await both[0]!.people()).toHaveLength(1);
    await Promise.all([
      both[0]!.removePerson('ana', deedAt()),
      both[1]!.addLink({ hash: 'late', person: 'ana', expiresAt: NOON + HOUR }, deedAt()),
    ]);
    expect(await pools[0]!.rows('SELECT 1 FROM sign_in_link')).toEqual([]);
  });

  test('what both count of a site adds up', async () => {
    const names = ['tag', 'order', 'touch'] as const;
    const facts = (from: number) =>
      names.map((_, index) => ({ site: 'shop', name: names[(index + from) % 3]!, at: NOON + from, count: 2 }));
    valuesOf(await atOnce((store, index) => store.noteSiteFacts(facts(index)), 40));
    expect(await both[1]!.siteFacts()).toEqual(
      names.toSorted().map((name) => ({ site: 'shop', name, at: NOON + 39, count: 80 })),
    );
  });

  test('a contact of two lists’ pages is one, with the sum of what it bought', async () => {
    const contact = {
      ...{ customerId: '7', emailHash: 'mail', customerHash: 'seven', personal: Buffer.from('sealed'), digest: 'd' },
      ...{ active: true, agreed: null, joinedAt: NOON, seenAt: NOON },
    };
    const order = (orderId: string) => ({
      ...{ orderId, parentId: null, status: 'P', state: 'approved' as const, total: 100, placedAt: NOON, contact },
    });
    await both[0]!.createSync(key, NOON);
    const lease = await both[0]!.acquireSync(key, {
      ...{ from: ['untested'], to: 'syncing', owner: 'x', now: NOON, ttl: HOUR },
    });
    const saved = await atOnce((store, n) => store.saveSync(lease!, { now: NOON, orders: [order(`O${n}`)] }), 20);
    valuesOf(saved);
    const rule = { now: NOON, lapsedAfter: HOUR };
    expect(await both[1]!.contacts(key, { segment: 'all', rule, after: '', limit: 5 })).toMatchObject([
      { key: 'u:7', orders: 20, revenue: 2000 },
    ]);
  });

  test('an erased person stays away, also where a page that names them is being written', async () => {
    await both[0]!.createSync(key, NOON);
    const lease = await both[0]!.acquireSync(key, {
      ...{ from: ['untested'], to: 'syncing', owner: 'x', now: NOON, ttl: HOUR },
    });
    for (let round = 0; round < ROUNDS; round += 1) {
      const person = { customerId: `${round}`, emailHash: `mail ${round}`, customerHash: `hash ${round}` };
      const contact = {
        ...{ ...person, personal: Buffer.from('sealed'), digest: 'd' },
        ...{ active: true, agreed: null, joinedAt: NOON, seenAt: NOON },
      };
      await Promise.all([
        both[0]!.saveSync(lease!, { now: NOON + round, customers: [contact] }),
        both[1]!.eraseContacts('shop', person, NOON),
      ]);
    }
    const rule = { now: NOON, lapsedAfter: HOUR };
    expect(await both[1]!.contacts(key, { segment: 'all', rule, after: '', limit: 5 })).toEqual([]);
  });

  test('retention that both run forgets each row once', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, n) => `('shop', 'visitor ${n}', ${NOON - HOUR}, 'p', 'v', 'id', 'partner')`,
    );
    await pools[0]!.run(`INSERT INTO touch (site, visitor, at, param, value, id, kind) VALUES ${rows.join(', ')}`);
    const want = { site: 'shop', before: NOON, after: null, limit: 100 };
    const ended = valuesOf(await atOnce((store) => store.sweep('touch', want)));
    expect(ended.reduce((sum, { changed }) => sum + changed, 0)).toBe(60);
    expect(await both[0]!.touchPage({ after: null, limit: 5 })).toEqual({ rows: [], next: null });
  });

  test('a lane goes to one of them, to the other when the first has fallen silent, and never to both', async () => {
    const names = ['shop/impact', 'shop/awin', 'awin of all', 'shop/cj'];
    const owners = ['one', 'two'];
    const fences = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const wanted = (index: number) => (index % 4 < 2 ? names : names.toReversed());
      const taken = valuesOf(
        await atOnce((store, index) => store.takeLanes(owners[index % 2]!, wanted(index)), 8),
      ).flat();
      for (const name of names) {
        const holders = taken.filter((lane) => lane.name === name);
        expect(new Set(holders.map(({ owner, fence }) => `${owner} ${fence}`)).size).toBe(1);
        const before = fences.get(name) ?? 0;
        expect(holders[0]!.fence).toBeGreaterThanOrEqual(before);
        fences.set(name, holders[0]!.fence);
      }
      const kept = await Promise.all(owners.map((owner, index) => both[index]!.keepLanes(owner)));
      expect(
        kept
          .flat()
          .map(({ name }) => name)
          .toSorted(),
      ).toEqual(names.toSorted());
      // Whoever holds them is silent for longer than they last.
      await pools[0]!.run('UPDATE watch SET until = 1');
    }
    const [lane] = await both[0]!.takeLanes('one', ['silence']);
    await pools[0]!.run("UPDATE watch SET until = 1 WHERE name = 'silence'");
    expect(await both[1]!.takeLanes('two', ['silence'])).toMatchObject([{ fence: lane!.fence + 1 }]);
    expect(await both[0]!.keepLanes('one')).not.toContainEqual(expect.objectContaining({ name: 'silence' }));
    expect(await both[0]!.takeLanes('one', ['silence'])).toEqual([]);
  });

  test('what nobody has held for a day is forgotten when a lane is given back', async () => {
    await both[0]!.takeLanes('one', ['shop/gone', 'shop/held', 'shop/left']);
    await pools[0]!.run("UPDATE watch SET until = 1 WHERE name = 'shop/gone'");
    await both[0]!.leaveLanes('one', ['shop/left']);
    const left = await pools[0]!.rows<{ name: string }>('SELECT name FROM watch ORDER BY name');
    expect(left.map(({ name }) => name)).toEqual(['shop/held', 'shop/left']);
  });

  test('a condition that both see is one alert, told once; who ends is followed by the other', async () => {
    const alert = {
      ...{ key: 'held shop/impact', kind: 'held' as const, site: 'shop', title: 't', text: 'x', over: 'o' },
      ...{ raisedAt: NOON, absentSince: null, clearedAt: null, returns: 0 },
    };
    const message = (id: string) => ({
      ...{ id, channel: 'mail', alert: alert.key, kind: alert.kind, phase: 'raised' as const, site: 'shop' },
      ...{ title: 't', text: 'x', since: NOON, state: 'waiting' as const, nextAt: NOON, attempts: 0, reason: '' },
      ...{ createdAt: NOON, settledAt: null },
    });
    const seen = (id: string) => ({ put: [alert], forget: [], messages: [message(id)], dropMessages: [], now: NOON });
    // Each sees it in its own round, before the other's is known.
    valuesOf(await atOnce((store, index) => store.noteAlerts(seen(`replica ${index}`)), 2));
    expect(await both[0]!.alerts()).toEqual([alert]);
    const due = valuesOf(await atOnce((store) => store.dueAlertMessages(NOON, 10), 8));
    expect(due.filter((messages) => messages.length > 0)).toHaveLength(4);
    expect(new Set(due.flat().map(({ id }) => id)).size).toBe(1);
    const [first, second] = due[0]!.length > 0 ? both : both.toReversed();
    expect([
      (await first!.dueAlertMessages(NOON, 10)).length,
      (await second!.dueAlertMessages(NOON, 10)).length,
    ]).toEqual([1, 0]);
    await pools[0]!.run('UPDATE watch SET until = 0');
    expect(await second!.dueAlertMessages(NOON, 10)).toHaveLength(1);
    expect(await first!.dueAlertMessages(NOON, 10)).toEqual([]);
  });
});
