/** Synchronization and lists: who may write, what is written once, what a list says, and what removal and erasure leave. */
import { beforeEach, afterEach, expect, test } from 'vitest';
import type { ListStore, Subscriber } from '../../../collector/store/list-store.ts';
import type { Stores } from '../../../collector/store/store.ts';
import { type ContactRow, type HistoryRow, isLeaseLost, type Lease } from '../../../collector/store/sync-store.ts';
import type { EngineUnderTest } from './contract.ts';
import type { Subject } from '../../../collector/model/upkeep/subject.ts';
import { NOON, storedOrder, write } from './rows.ts';

const KEY = { site: 'shop', connection: 'cscart' };
const TTL = 60_000;
const DAY = 86_400_000;
const RULE = { now: NOON, lapsedAfter: 90 * DAY };

const contact = (id: string, more: Partial<ContactRow> = {}): ContactRow => ({
  ...{ customerId: id, emailHash: `mail-${id}`, customerHash: `hash-${id}`, personal: Buffer.from(`sealed ${id}`) },
  ...{ digest: `digest-${id}`, active: true, agreed: null, joinedAt: NOON - 10 * DAY, seenAt: NOON - DAY, ...more },
});

const bought = (orderId: string, customer: string, total: number, more: Partial<HistoryRow> = {}): HistoryRow => ({
  ...{ orderId, parentId: null, status: 'P', state: 'approved', total, placedAt: NOON - DAY },
  ...{ contact: contact(customer), ...more },
});

export function syncContract(engine: EngineUnderTest): void {
  let store: Stores;
  beforeEach(async () => {
    store = await engine.open();
    await store.createSync(KEY, NOON);
  });
  afterEach(() => store.close());

  const acquire = (owner: string, now = NOON): Promise<Lease | undefined> =>
    store.acquireSync(KEY, { from: ['tested', 'syncing', 'enabled'], to: 'syncing', owner, now, ttl: TTL });
  const start = async (): Promise<Lease> => {
    await store.changeSync(KEY, { from: ['untested'], to: 'tested', reason: '', now: NOON, tested: 'settings' });
    return (await acquire('a'))!;
  };
  const lost = (work: Promise<unknown>): Promise<boolean> => work.then(() => false, isLeaseLost);

  test('a connection begins untested, is made once, and changes its state only from where it is', async () => {
    expect(await store.sync(KEY)).toMatchObject({ ...KEY, state: 'untested', tested: null, succeededAt: null });
    const change = { from: ['untested'] as const, to: 'tested' as const, reason: 'passed', now: NOON, tested: 'x' };
    expect(await store.changeSync(KEY, change)).toBe(true);
    expect(await store.changeSync(KEY, change)).toBe(false);
    await store.createSync(KEY, NOON + 1);
    expect(await store.syncs()).toMatchObject([
      { ...KEY, state: 'tested', tested: 'x', reason: 'passed', createdAt: NOON },
    ]);
    expect(await store.sync({ ...KEY, connection: 'other' })).toBeUndefined();
  });

  test('one holds the lease; an expired one goes to the next, and what the first still writes is refused whole', async () => {
    const first = await start();
    expect(await acquire('b')).toBeUndefined();
    await store.saveSync(first, { now: NOON + TTL - 1 });
    expect(await acquire('b', NOON + TTL), 'a write extends it').toBeUndefined();
    const second = (await acquire('b', NOON + 2 * TTL))!;
    expect(second.fence).toBeGreaterThan(first.fence);
    expect(await lost(store.saveSync(first, { now: NOON + 2 * TTL, orders: [bought('1', '1', 500)] }))).toBe(true);
    expect(await lost(finish(first))).toBe(true);
    expect((await store.listMetrics(KEY, RULE)).orders).toBe(0);
    await finish(second);
    expect(await store.sync(KEY)).toMatchObject({ state: 'enabled', succeededAt: NOON, endedAt: NOON, leaseUntil: 0 });
  });

  test('a person who disables it takes the lease away', async () => {
    const lease = await start();
    expect(await store.changeSync(KEY, { from: ['syncing'], to: 'disabled', reason: '', now: NOON })).toBe(true);
    expect(await lost(store.saveSync(lease, { now: NOON }))).toBe(true);
    expect(await acquire('b')).toBeUndefined();
  });

  test('a page is one transaction, and a row that comes again is the same row', async () => {
    const lease = await start();
    const checkpoint = { phase: 'orders' as const, next: 2, last: 2, watermark: NOON, newestCustomer: 2, sweep: 0 };
    const page = {
      ...{ now: NOON, checkpoint, customers: [contact('1'), contact('2')] },
      orders: [bought('10', '1', 500), bought('11', '1', 700), bought('12', '9', 100, { contact: guest('g') })],
      told: [{ orderId: '10', status: 'approved' as const, total: 500 }],
    };
    await store.saveSync(lease, page);
    await store.saveSync(lease, page);
    expect((await store.sync(KEY))?.checkpoint).toEqual(checkpoint);
    expect(await store.toldOrders(KEY, ['10', '11'])).toEqual([{ orderId: '10', status: 'approved', total: 500 }]);
    expect(await store.listMetrics(KEY, RULE)).toMatchObject({
      ...{ contacts: 3, buyers: 2, orders: 3, revenue: 1300, repeatRate: 0.5, lastOrderAt: NOON - DAY },
    });
    await store.saveSync(lease, { now: NOON, orders: [bought('11', '1', 700, { state: 'cancelled', status: 'I' })] });
    expect(await store.listMetrics(KEY, RULE)).toMatchObject({ orders: 2, revenue: 600 });
  });

  test('segments part the list, in the order of keys and page by page', async () => {
    const lease = await start();
    const long = NOON - 100 * DAY;
    await store.saveSync(lease, {
      ...{ now: NOON, customers: ['1', '2', '3'].map((id) => contact(id)) },
      orders: [bought('10', '1', 500), bought('11', '2', 900, { placedAt: long })],
    });
    const keys = async (segment: Parameters<ListStore['contacts']>[1]['segment'], after = '', limit = 10) =>
      (await store.contacts(KEY, { segment, rule: RULE, after, limit })).map(({ key }) => key);
    expect(await keys('all')).toEqual(['u:1', 'u:2', 'u:3']);
    expect(await keys('all', 'u:1', 1)).toEqual(['u:2']);
    expect(await keys('buyers')).toEqual(['u:1', 'u:2']);
    expect(await keys('never-bought')).toEqual(['u:3']);
    expect(await keys('lapsed')).toEqual(['u:2']);
    expect((await store.listMetrics(KEY, RULE)).segments).toMatchObject({ buyers: 2, 'never-bought': 1, lapsed: 1 });
  });

  test('a changed map gives stored orders their meaning batch by batch, and what ingest must hear of becomes a hint', async () => {
    const lease = await start();
    await store.saveSync(lease, {
      now: NOON,
      orders: [bought('10', '1', 500, { status: 'Z', state: 'pending' }), bought('11', '1', 700)],
    });
    const map = { P: 'approved', Z: 'approved' } as const;
    let changed = 0;
    for (let after: string | undefined = ''; after !== undefined;) {
      const done: { changed: number; next?: string } = await store.remapOrders(lease, {
        map,
        after,
        since: 0,
        now: NOON,
      });
      changed += done.changed;
      after = done.next;
    }
    expect(changed).toBe(1);
    expect((await store.listMetrics(KEY, RULE)).revenue).toBe(1200);
    expect((await store.hints(KEY, 10)).map(({ orderId }) => orderId)).toEqual(['10']);
  });

  test('a hint goes when it is done with, unless a newer one has come meanwhile', async () => {
    const lease = await start();
    await store.addHints(KEY, ['7', '8'], NOON);
    await store.addHints(KEY, ['8'], NOON + 5);
    const hints = await store.hints(KEY, 10);
    expect(hints.map(({ orderId }) => orderId).toSorted()).toEqual(['7', '8']);
    await store.saveSync(lease, {
      now: NOON,
      hintsDone: [
        { orderId: '7', at: NOON },
        { orderId: '8', at: NOON },
      ],
    });
    expect(await store.hints(KEY, 10)).toEqual([{ orderId: '8', at: NOON + 5 }]);
    expect(await store.hints(KEY, 0)).toEqual([]);
  });

  test('who is erased leaves every list of the site, stays away, and is to be deleted at the platform', async () => {
    const lease = await start();
    await store.saveSync(lease, {
      now: NOON,
      customers: [contact('1'), contact('2')],
      orders: [bought('10', '1', 500)],
    });
    await store.saveSubscribers(KEY, { saved: [subscriber('cscart/u:1')], gone: [], now: NOON });
    expect(await store.eraseContacts('shop', { emailHash: 'mail-1' }, NOON)).toEqual({ contacts: 1 });
    await store.saveSync(lease, { now: NOON, customers: [contact('1', { digest: 'again' })] });
    const left = await store.contacts(KEY, { segment: 'all', rule: RULE, after: '', limit: 10 });
    expect(left.map(({ key }) => key)).toEqual(['u:2']);
    expect(await store.eraseContacts('other', { emailHash: 'mail-2' }, NOON)).toEqual({ contacts: 0 });
    expect(await store.leavingSubscribers(KEY, 10)).toMatchObject([{ contact: 'cscart/u:1', state: 'leaving' }]);
    await store.saveSubscribers(KEY, { saved: [], gone: ['cscart/u:1'], now: NOON });
    expect(await store.leavingSubscribers(KEY, 10)).toEqual([]);
  });

  test('a person is found where erasure would find them: orders, browsers and contacts of the site, and nothing changes', async () => {
    const lease = await start();
    await store.saveSync(lease, {
      now: NOON,
      customers: [contact('1'), contact('2')],
      orders: [bought('10', '1', 500)],
    });
    await write(store, {
      orders: [
        storedOrder('THEIRS', { emailHash: 'mail-1', visitor: 'visitor-1' }),
        storedOrder('SEALED', { visitor: 'visitor-2', personal: Buffer.from('sealed 1') }),
        storedOrder('OTHERS', { emailHash: 'mail-2', visitor: 'visitor-3' }),
        storedOrder('NAMED', { visitor: 'visitor-4', heardPersonal: Buffer.from('said of 1') }),
        storedOrder('ELSEWHERE', { site: 'other', emailHash: 'mail-1' }),
      ],
      identities: [{ site: 'shop', key: 'e:mail-1', visitor: 'visitor-5', at: NOON }],
    });
    const person: Subject = {
      ...{ by: 'email', value: 'jane@example.com', names: ['e:mail-1'], hide: (text) => text },
      opens: (sealed) => sealed.toString() === 'sealed 1',
      strip: (sealed) => (sealed.toString() === 'said of 1' ? null : undefined),
    };
    const places = await store.findPerson('shop', person);
    expect({ ...places, orders: places.orders.toSorted(), visitors: places.visitors.toSorted() }).toEqual({
      orders: ['SEALED', 'THEIRS'],
      namedIn: ['NAMED'],
      visitors: ['visitor-1', 'visitor-2', 'visitor-5'],
      contacts: [
        {
          ...{ connection: 'cscart', customerId: '1', personal: Buffer.from('sealed 1') },
          ...{ joinedAt: NOON - 10 * DAY, orders: 1, revenue: 500 },
        },
      ],
    });
    expect(await store.findPerson('shop', person), 'nothing was changed').toEqual(places);
    const nobody = { ...person, names: ['e:nobody'], opens: () => false, strip: () => undefined };
    expect(await store.findPerson('shop', nobody)).toEqual({ orders: [], namedIn: [], visitors: [], contacts: [] });
  });

  test('contacts are found by their latest change, and what a platform knows of them is kept', async () => {
    const lease = await start();
    await store.saveSync(lease, { now: NOON, customers: [contact('1'), contact('2')] });
    await store.saveSync(lease, { now: NOON + 10, customers: [contact('1', { digest: 'moved', agreed: true })] });
    const first = await store.changedContacts(KEY, { after: { changedAt: 0, key: '' }, limit: 10 });
    expect(first.map(({ key, agreed }) => [key, agreed])).toEqual([
      ['u:2', null],
      ['u:1', true],
    ]);
    const { changedAt, key } = first[0]!;
    const later = await store.changedContacts(KEY, { after: { changedAt, key }, limit: 10 });
    expect(later.map((one) => one.key)).toEqual(['u:1']);

    expect(await store.remoteList(KEY)).toBeUndefined();
    await store.setRemoteList(KEY, { remoteId: 'list-1', pushedUntil: 5 });
    await store.setRemoteList(KEY, { remoteId: 'list-1', pushedUntil: NOON });
    expect(await store.remoteList(KEY)).toEqual({ remoteId: 'list-1', pushedUntil: NOON });
    const known = [subscriber('cscart/u:1'), subscriber('cscart/u:2', { state: 'blocked', reason: 'bounced' })];
    await store.saveSubscribers(KEY, { saved: known, gone: [], now: NOON });
    expect(await store.subscribers(KEY, ['cscart/u:2', 'cscart/u:3'])).toEqual([known[1]]);
    expect(await store.subscriberCounts(KEY)).toMatchObject({ subscribed: 1, blocked: 1 });
  });

  test('removing a connection leaves nothing of it, and nothing of another goes with it', async () => {
    const lease = await start();
    await store.saveSync(lease, { now: NOON, customers: [contact('1')], orders: [bought('10', '1', 500)] });
    await store.addHints(KEY, ['10'], NOON);
    await store.setRemoteList(KEY, { remoteId: 'list-1', pushedUntil: 5 });
    const other = { ...KEY, connection: 'second' };
    await store.createSync(other, NOON);
    await store.removeSync(KEY);
    expect((await store.syncs()).map(({ connection }) => connection)).toEqual(['second']);
    expect(await store.hints(KEY, 10)).toEqual([]);
    expect(await store.remoteList(KEY)).toBeUndefined();
    expect((await store.listMetrics(KEY, RULE)).contacts).toBe(0);
    expect(await lost(store.saveSync(lease, { now: NOON }))).toBe(true);
  });

  async function finish(lease: Lease): Promise<void> {
    await store.finishSync(lease, { state: 'enabled', reason: '', temporary: false, now: NOON, ended: 'well' });
  }
}

const guest = (name: string): ContactRow => contact('', { emailHash: `mail-${name}`, customerHash: null });

const subscriber = (key: string, more: Partial<Subscriber> = {}): Subscriber => ({
  ...{ contact: key, remoteKey: `remote ${key}`, state: 'subscribed', digest: 'd', reason: '', ...more },
});
