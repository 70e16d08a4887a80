import { describe, expect, test } from 'vitest';
import { findQueuePlace } from '../../collector/admin/queue-place.ts';
import { makeKey } from '../../collector/model/api-key.ts';
import { cachedSites } from '../../collector/configuration/sites.ts';
import { answered, openRelay } from '../harness/relay.ts';
import { IMPACT, testSeal } from '../harness/sites.ts';
import { until } from '../harness/until.ts';
import { deedAt, delivery, NOON, storedOrder, write } from './store/rows.ts';

const LIMITED = IMPACT.replace('type:', 'limits: { perHour: 30 }, type:');

const sold = (orderId: string) => delivery({ id: `d-${orderId}`, orderId, connection: 'impact' });

/** A vendor with thirty requests an hour, and orders of which the shop confirmed some. */
async function openQueue({ confirmed = true } = {}) {
  const t = await openRelay({ answer: () => answered(200, '{"ActionId":"1"}'), connections: [LIMITED] });
  if (confirmed) {
    const { row } = makeKey({ kind: 'api', sites: ['shop'], label: '', seal: testSeal, now: NOON });
    await t.store.addApiKey(row, deedAt());
  }
  const put = async (ids: string[], shopConfirmed: boolean): Promise<void> =>
    write(t.store, {
      orders: ids.map((id) => ({ ...storedOrder(id, {}), shopConfirmed })),
      deliveries: ids.map(sold),
    });
  const tellOf = async (orderId: string, confirmed: boolean) => {
    const [found] = await t.store.deliveriesOf('shop', orderId);
    const sites = cachedSites({ store: t.store, seal: testSeal });
    return findQueuePlace(found!, confirmed, { read: t.store, sites, clock: t.clock.now });
  };
  const told = () => t.sent.map(({ body }) => new URLSearchParams(body).get('OrderId'));
  return { ...t, put, tellOf, told };
}

const many = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(3, '0')}`);

describe('at a vendor that takes thirty an hour', () => {
  test('a hundred and twenty forged orders keep nobody waiting whom the shop has confirmed', async () => {
    const t = await openQueue();
    await t.put(many('F', 120), false);
    t.wake();
    await until(() => t.sent.length === 24, { what: "the browsers' share to be used" });
    await t.put(['REAL'], true);
    t.wake();
    await t.becomes('d-REAL', 'delivered');
    expect(t.told().at(-1)).toBe('REAL');
    expect(t.sent).toHaveLength(25);
    expect(await until(() => t.tellOf('F119', false), { what: 'a place in the queue' })).toBe(
      'hourly limit: orders that only a browser has reported may take 24 of 30 an hour, place 96',
    );
  });

  test('confirmed ones leave first, every fifth is of the others, and each is told its place', async () => {
    const t = await openQueue();
    await t.put(many('F', 40), false);
    await t.put(many('S', 40), true);
    t.wake();
    await until(() => t.sent.length === 30, { what: 'the hour to be full' });
    const forged = t.told().filter((id) => id?.startsWith('F'));
    expect(forged.length).toBeGreaterThan(2);
    expect(forged.length).toBeLessThan(12);
    const waiting = 40 - (30 - forged.length);
    // The last of the thirty is written down a moment after it was sent.
    const place = await until(() => t.tellOf('S039', true), { what: 'a place in the queue' });
    expect(place).toBe(`hourly limit of 30 reached, place ${waiting}`);
    expect(await t.tellOf('F039', false)).toBe(`hourly limit of 30 reached, place ${waiting + 40 - forged.length}`);
    expect(await t.tellOf('S000', true)).toBeUndefined();
  });

  test('what was owed on a browser’s word moves forward when the shop speaks for it', async () => {
    const t = await openQueue();
    await t.put(many('F', 60), false);
    t.wake();
    await until(() => t.sent.length === 24, { what: "the browsers' share to be used" });
    await write(t.store, { orders: [{ ...storedOrder('F059', {}), shopConfirmed: true }] });
    t.wake();
    await t.becomes('d-F059', 'delivered');
    expect(t.sent).toHaveLength(25);
  });

  test('browsers have the whole hour where nobody confirms their orders', async () => {
    const t = await openQueue({ confirmed: false });
    await t.put(many('F', 40), false);
    t.wake();
    await until(() => t.sent.length === 30, { what: 'the hour to be full' });
    // The last of the thirty is written down a moment after it was sent.
    const place = await until(() => t.tellOf('F039', false), { what: 'a place in the queue' });
    expect(place).toBe('hourly limit of 30 reached, place 10');
  });
});
