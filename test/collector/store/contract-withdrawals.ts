/** The part of the store's contract about withdrawn consent: kept as proof, and gone with its age or its visitor. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Store } from '../../../collector/store/store.ts';
import type { Withdrawal } from '../../../collector/store/upkeep-store.ts';
import type { Subject } from '../../../collector/model/upkeep/subject.ts';
import type { EngineUnderTest } from './contract.ts';
import { changes, claimAll, delivery, NOON, nothingWanted, storedOrder, write } from './rows.ts';

/** A visitor is known by no hash and named in no text here. */
const VISITOR_2: Subject = {
  ...{ by: 'visitor', value: 'visitor-2', names: [] },
  ...{ hide: (text) => text, opens: () => false, strip: () => undefined },
};
const WISH = { now: NOON, refused: [], dryRun: false, deed: { at: NOON, actor: 'test', action: 'erase', detail: {} } };

export function withdrawalContract(engine: EngineUnderTest): void {
  let store: Store;
  beforeEach(async () => {
    engine.clock.set(NOON);
    store = await engine.open();
  });
  afterEach(() => store.close());

  const withdrawn = (more: Partial<Withdrawal> = {}): Withdrawal => ({
    ...{ site: 'shop', visitor: 'visitor-1', at: NOON },
    consent: { marketing: 'denied', source: 'tcf', at: NOON - 5, tcString: 'CPx.YA' },
    ...more,
  });

  test('is kept whole, oldest first, by site and visitor', async () => {
    const later = withdrawn({ at: NOON + 2, consent: { marketing: 'denied', source: 'manual', at: NOON + 1 } });
    await write(store, { withdrawals: [later] });
    await write(store, {
      withdrawals: [withdrawn(), withdrawn({ visitor: 'visitor-2' }), withdrawn({ site: 'other' })],
    });
    expect(await store.withdrawalsOf('shop', 'visitor-1')).toEqual([withdrawn(), later]);
    expect(await store.withdrawalsOf('other', 'visitor-1')).toEqual([withdrawn({ site: 'other' })]);
    expect(await store.withdrawalsOf('shop', 'visitor-3')).toEqual([]);
  });

  test('is kept once however often it is said', async () => {
    await write(store, { withdrawals: [withdrawn(), withdrawn()] });
    await write(store, { withdrawals: [withdrawn({ at: NOON + 1 })] });
    expect(await store.withdrawalsOf('shop', 'visitor-1')).toEqual([withdrawn()]);
  });

  test('is found by any of several names, the newest word of each', async () => {
    await write(store, {
      withdrawals: [
        withdrawn(),
        withdrawn({ at: NOON + 9, consent: { marketing: 'denied' } }),
        withdrawn({ visitor: 'c:hash' }),
      ],
    });
    const found = await store.withdrawn('shop', ['visitor-1', 'c:hash', 'e:hash']);
    expect(found.toSorted((a, b) => a.at - b.at)).toEqual([
      { name: 'c:hash', at: NOON },
      { name: 'visitor-1', at: NOON + 9 },
    ]);
    expect(await store.withdrawn('other', ['visitor-1'])).toEqual([]);
    expect(await store.withdrawn('shop', [])).toEqual([]);
  });

  test.each<[string, Partial<Withdrawal>, 'open' | 'withdrawn']>([
    ['of its visitor, heard since the order was looked at', {}, 'withdrawn'],
    ['of its customer', { visitor: 'e:hash' }, 'withdrawn'],
    ['heard before the order was looked at, which weighed it', { at: NOON - 1 }, 'open'],
    ['of somebody else', { visitor: 'visitor-9' }, 'open'],
    ['at another shop', { site: 'other' }, 'open'],
  ])('stops a report that is about to be sent: one %s', async (_which, more, gate) => {
    await write(store, {
      orders: [storedOrder('O1', { subjects: ['visitor-1', 'e:hash'] })],
      deliveries: [delivery()],
    });
    await write(store, { withdrawals: [withdrawn(more)] });
    expect(await claimAll(store)).toMatchObject([{ gate }]);
  });

  test('finds what a visitor’s answer is for: what waits for a yes, what is open at a withdrawal', async () => {
    const waiting = { gate: 'waiting' as const, stopped: true };
    await write(store, {
      orders: [
        storedOrder('WAITS', waiting),
        storedOrder('SIGNAL', { ...waiting, gate: 'gpc' }),
        storedOrder('OTHERS', { ...waiting, visitor: 'visitor-2' }),
        storedOrder('OPEN'),
        storedOrder('BY-MAIL', { visitor: null, emailHash: 'hash' }),
        storedOrder('DONE'),
      ],
      deliveries: [
        ...['WAITS', 'SIGNAL', 'OTHERS'].map((orderId) => delivery({ orderId, state: 'waiting', nextAt: null })),
        ...['OPEN', 'BY-MAIL'].map((orderId) => delivery({ orderId })),
        delivery({ orderId: 'DONE', state: 'confirmed', nextAt: null }),
      ],
      identities: [
        { site: 'shop', key: 'e:hash', visitor: 'visitor-1', at: NOON },
        { site: 'shop', key: 'j:visitor-3', visitor: 'visitor-1', at: NOON },
      ],
    });
    const ask = async (answer: 'granted' | 'denied', names: string[]) => {
      const answers = [{ site: 'shop', visitor: 'who', names, answer }];
      const known = await store.transact({ ...nothingWanted(), answers }, (result) => ({ changes: changes(), result }));
      const { orders = [], ...rest } = known.answered.get('shop\nwho') ?? {};
      return { ...rest, orders: orders.map((key) => key.slice(5)).toSorted() };
    };
    expect(await ask('granted', ['visitor-1'])).toMatchObject({ orders: ['SIGNAL', 'WAITS'] });
    expect(await ask('granted', ['visitor-9'])).toMatchObject({ orders: [] });
    expect(await ask('denied', ['visitor-1'])).toEqual({
      ...{ orders: ['BY-MAIL', 'OPEN', 'SIGNAL', 'WAITS'], identities: ['e:hash'], joined: ['visitor-3'] },
    });
    expect((await store.orderCounts()).filter(({ what }) => what === 'consent')).toEqual([
      { site: 'shop', what: 'consent', name: 'gpc', count: 1 },
      { site: 'shop', what: 'consent', name: 'waiting', count: 2 },
    ]);
  });

  test('goes with its age and with its visitor', async () => {
    await write(store, { withdrawals: [withdrawn(), withdrawn({ visitor: 'visitor-2', at: NOON + 1 })] });
    expect(await store.sitesWithData()).toEqual(['shop']);
    const want = { site: 'shop', before: NOON + 1, after: null, limit: 10 };
    expect(await store.sweep('withdrawal', want)).toEqual({ changed: 1, next: null });
    expect(await store.withdrawalsOf('shop', 'visitor-1')).toEqual([]);
    expect(await store.erase('shop', VISITOR_2, WISH)).toMatchObject({ withdrawals: 1 });
    expect(await store.withdrawalsOf('shop', 'visitor-2')).toEqual([]);
  });
}
