/** The part of the store's contract about withdrawn consent: kept as proof, and gone with its age or its visitor. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Store } from '../../../collector/store/store.ts';
import type { Withdrawal } from '../../../collector/store/withdrawal-store.ts';
import type { EngineUnderTest } from './contract.ts';
import { NOON, write } from './rows.ts';

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

  test('goes with its age and with its visitor', async () => {
    await write(store, { withdrawals: [withdrawn(), withdrawn({ visitor: 'visitor-2', at: NOON + 1 })] });
    expect(await store.sitesWithData()).toEqual(['shop']);
    const want = { site: 'shop', before: NOON + 1, after: null, limit: 10 };
    expect(await store.sweep('withdrawal', want)).toEqual({ changed: 1, next: null });
    expect(await store.withdrawalsOf('shop', 'visitor-1')).toEqual([]);
    expect(await store.erase('shop', { by: 'visitor', value: 'visitor-2' })).toMatchObject({ withdrawals: 1 });
    expect(await store.withdrawalsOf('shop', 'visitor-2')).toEqual([]);
  });
}
