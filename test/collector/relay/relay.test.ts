import { describe, expect, test } from 'vitest';
import { hours, seconds } from '../../../collector/lib/duration.ts';
import type { Delivery } from '../../../collector/model/delivery.ts';
import { answered, attemptsOf, openRelay } from '../../harness/relay.ts';
import { CARTSTACK, IMPACT } from '../../harness/sites.ts';
import { until } from '../../harness/until.ts';
import { delivery, NOON, storedOrder, write } from '../store/rows.ts';

const toCartstack = (more: Partial<Delivery> = {}) => delivery({ connection: 'cartstack', ...more });

describe('a delivery', () => {
  test('is sent once, whole, and its exchange is kept without secrets', async () => {
    const t = await openRelay({ answer: () => answered(200, '{"ActionId":"1000.9876.1"}') });
    const [sale] = await t.put(delivery());
    t.wake();
    await t.becomes(sale!.id, 'delivered');
    expect(t.sent).toHaveLength(1);
    expect(t.sent[0]).toMatchObject({
      ...{ method: 'POST', url: 'https://api.impact.com/Advertisers/IRxxx/Conversions' },
      headers: { Authorization: `Basic ${Buffer.from('IRxxx:impact-secret-1').toString('base64')}` },
      body: expect.stringContaining('OrderId=O1'),
    });
    const [attempt] = await attemptsOf(t.store);
    expect(attempt).toMatchObject({ purpose: 'report', outcome: 'delivered', response: { status: 200 } });
    expect(JSON.stringify(attempt)).not.toContain('impact-secret-1');
    expect(JSON.stringify(attempt)).not.toContain(Buffer.from('IRxxx:impact-secret-1').toString('base64'));
  });

  test('whose vendor could not take it is rejected in words and nothing leaves', async () => {
    const t = await openRelay({ answer: () => answered(200) });
    const long = 'x'.repeat(65);
    const [sale] = await t.put(delivery({ orderId: long }));
    t.wake();
    expect((await t.becomes(sale!.id, 'rejected')).reason).toContain('at most 64 characters');
    expect(t.sent).toEqual([]);
  });

  test('of a connection that is switched off waits', async () => {
    const t = await openRelay({
      answer: () => answered(200),
      connections: [IMPACT.replace('type:', 'enabled: false, type:')],
    });
    const [sale] = await t.put(delivery());
    t.wake();
    await t.stop();
    expect([t.sent.length, (await t.row(sale!.id)).state]).toEqual([0, 'due']);
  });

  test('past its deadline is given up with the last reason', async () => {
    const t = await openRelay({ answer: () => answered(503) });
    const [sale] = await t.put(delivery({ deadlineAt: NOON - 1, reason: 'impact.com is unavailable (503)' }));
    t.wake();
    expect((await t.becomes(sale!.id, 'rejected')).reason).toBe(
      'given up at its deadline; last: impact.com is unavailable (503)',
    );
    expect(t.sent).toEqual([]);
  });

  test('whose consent was withdrawn meanwhile is skipped', async () => {
    const t = await openRelay({ answer: () => answered(200) });
    const [sale] = await t.put(delivery());
    const consent = { marketing: 'denied' as const };
    await write(t.store, { withdrawals: [{ site: 'shop', visitor: 'visitor-1', at: NOON, consent }] });
    t.wake();
    expect((await t.becomes(sale!.id, 'skipped')).reason).toContain('withdrew consent');
    expect(await t.store.orderCounts()).toEqual([{ site: 'shop', what: 'consent', name: 'withdrawn', count: 1 }]);
    expect(t.sent).toEqual([]);
  });

  test('whose consent is withdrawn, or whose person is erased, while the vendor’s connection opens does not leave', async () => {
    const seen: unknown[] = [];
    const t = await openRelay({
      async answer(_request, _number, limits) {
        seen.push(limits?.leave?.isFresh());
        t.clock.pass(seconds(1));
        seen.push(limits?.leave?.isFresh(), await limits?.leave?.renew());
        const consent = { marketing: 'denied', source: 'visitor' } as const;
        await write(t.store, { withdrawals: [{ site: 'shop', visitor: 'visitor-1', at: t.clock.now(), consent }] });
        t.clock.pass(seconds(1));
        seen.push(limits?.leave?.isFresh(), await limits?.leave?.renew());
        return { ok: false, kind: 'network', sent: false, message: 'it was stopped' };
      },
    });
    const [sale] = await t.put(delivery());
    t.wake();
    await until(async () => seen.length === 5, { what: 'the leave to be asked' });
    expect(seen).toEqual([true, false, true, false, false]);
    await until(async () => (await t.row(sale!.id)).state === 'due', { what: 'the settlement' });
    t.clock.pass(seconds(60));
    t.wake();
    await until(async () => (await t.row(sale!.id)).state === 'skipped', { what: 'it to be skipped' });
    expect(t.sent).toHaveLength(1);
  });

  test('whose consent is withdrawn while it waits, leased, for the one before it is skipped', async () => {
    let release = (): void => undefined;
    const t = await openRelay({
      async answer(_request, number) {
        if (number === 1) await new Promise<void>((resolve) => (release = resolve));
        return answered(200, '{"ActionId":"1"}');
      },
      connections: [IMPACT.replace('type:', 'limits: { concurrency: 1 }, type:')],
    });
    const [first, second] = await t.put(delivery(), delivery({ orderId: 'O2', nextAt: NOON + 1 }));
    t.clock.pass(1);
    t.wake();
    await until(() => t.sent.length === 1, { what: 'the first request' });
    await until(async () => (await t.row(second!.id)).state === 'sending', { what: 'the second lease' });
    t.clock.pass(seconds(1));
    const consent = { marketing: 'denied' as const };
    await write(t.store, { withdrawals: [{ site: 'shop', visitor: 'visitor-1', at: t.clock.now(), consent }] });
    release();
    await t.becomes(first!.id, 'delivered');
    expect((await t.becomes(second!.id, 'skipped')).reason).toContain('withdrew consent');
    expect(t.sent).toHaveLength(1);
  });

  test('whose e-mail was erased meanwhile is skipped where the vendor knows customers by nothing else', async () => {
    const t = await openRelay({ answer: () => answered(200), connections: [CARTSTACK] });
    const [sale] = await t.put(toCartstack());
    await write(t.store, { orders: [storedOrder('O1', { personal: null })] });
    t.wake('cartstack');
    expect((await t.becomes(sale!.id, 'skipped')).reason).toContain('erased');
  });
});

describe('a failure', () => {
  test('is retried after two seconds and longer each time, with the same request', async () => {
    const t = await openRelay({
      answer: (_, number) => (number < 4 ? answered(503) : answered(200, '{"ActionId":"1"}')),
    });
    const [sale] = await t.put(delivery());
    const gaps: number[] = [];
    t.wake();
    for (let attempts = 1; attempts < 4; attempts += 1) {
      await until(async () => (await t.row(sale!.id)).attempts === attempts, { what: `attempt ${attempts}` });
      const { nextAt, state } = await t.row(sale!.id);
      expect(state).toBe('due');
      gaps.push(nextAt! - t.clock.now());
      t.pass(gaps.at(-1)!);
    }
    await t.becomes(sale!.id, 'delivered');
    // No jitter in this test: a tenth of 2, 4 and 8 seconds is the least that is waited.
    expect(gaps).toEqual([200, 400, 800]);
    expect(new Set(t.sent.map((request) => JSON.stringify(request))).size).toBe(1);
  });

  test('with a time named by the vendor pauses the whole connection until then', async () => {
    const t = await openRelay({
      answer: (_, number) =>
        number === 1 ? answered(429, '', { 'retry-after': '90' }) : answered(200, '{"ActionId":"1"}'),
      connections: [IMPACT.replace('type:', 'limits: { concurrency: 1 }, type:')],
    });
    const [first, second] = await t.put(delivery(), delivery({ orderId: 'O2', nextAt: NOON + 1 }));
    t.clock.pass(1);
    t.wake();
    await until(async () => (await t.row(first!.id)).attempts === 1, { what: 'the refusal' });
    t.pass(seconds(89));
    await until(() => t.warnings.some((text) => text.includes('asked to wait')), { what: 'the warning' });
    expect(t.sent).toHaveLength(1);
    expect((await t.row(second!.id)).state).toBe('due');
    t.pass(seconds(2));
    await t.becomes(first!.id, 'delivered');
    await t.becomes(second!.id, 'delivered');
    expect(t.sent).toHaveLength(3);
  });

  test('long enough for leases to run out still sends every delivery once afterwards', async () => {
    const slow: (() => void)[] = [];
    const t = await openRelay({
      async answer(_request, number) {
        if (number === 1) return answered(429, '', { 'retry-after': '600' });
        await new Promise<void>((release) => slow.push(release));
        return answered(200, '{"ActionId":"1"}');
      },
    });
    const rows = await t.put(...Array.from({ length: 12 }, (_, index) => delivery({ orderId: `O${index}` })));
    t.wake();
    await until(() => t.sent.length >= 4, { what: 'the first requests' });
    await until(() => t.warnings.length > 0, { what: 'the pause' });
    for (const release of slow.splice(0)) release();
    await until(async () => (await t.store.deliveries({ states: ['sending'] })).length === 0, {
      what: 'leases given back',
    });
    t.pass(seconds(601));
    const done = until(async () => (await t.store.deliveries({ states: ['delivered'] })).length === rows.length, {
      what: 'all',
    });
    const pump = setInterval(() => {
      t.wake();
      slow.shift()?.();
    }, 5);
    await done.finally(() => clearInterval(pump));
    const orders = t.sent.map(({ body }) => new URLSearchParams(body).get('OrderId'));
    // The one that was refused, again; every other one exactly once.
    expect(orders).toHaveLength(rows.length + 1);
    expect(new Set(orders).size).toBe(rows.length);
  });

  test.each([
    [400, 'rejected'],
    [401, 'held'],
    [403, 'held'],
  ] as const)('with status %i ends as %s and is not repeated', async (status, state) => {
    const t = await openRelay({
      answer: () => answered(status, '{"errors":[{"field":"OrderId","message":"is wrong"}]}'),
    });
    const [sale] = await t.put(delivery());
    t.wake();
    await t.becomes(sale!.id, state);
    t.pass(hours(5));
    await t.stop();
    expect(t.sent).toHaveLength(1);
  });
});
