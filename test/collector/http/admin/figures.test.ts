import { expect, test } from 'vitest';
import type { Figures, TodoItem } from '../../../../wire/admin/figures.ts';
import type { OrderStory } from '../../../../wire/admin/orders.ts';
import { days, hours } from '../../../../collector/lib/duration.ts';
import { conversion, NOON } from '../../cli/commands/setup.ts';
import { storedOrder } from '../../store/rows.ts';
import { type AdminWorld, openAdmin } from '../setup.ts';

const sale = (orderId: string, more: object = {}) => ({
  route: 'conversion' as const,
  site: 'shop',
  body: conversion({ orderId, visitor: `visitor-${orderId}`, touches: [], coupons: [], customer: {}, ...more }),
});
const CLICK = [{ param: 'irclickid', value: 'click-1', at: NOON - days(1) }];

async function todo({ ask }: AdminWorld, query = ''): Promise<TodoItem[]> {
  return (await ask('GET', `/todo${query}`)).body.todo as TodoItem[];
}

test('sales are told by day and by partner, undone ones apart, beside the days before', async () => {
  const { ask, write } = await openAdmin();
  await write.receive([
    sale('O1', { touches: CLICK }),
    sale('O2', { total: '50.00', items: [], discount: '0.00' }),
    sale('O3', { total: '7.00', items: [], discount: '0.00' }),
  ]);
  await ask('POST', '/orders/O3/change', { site: 'shop', status: 'refunded', reason: 'x' });
  const { body } = await ask('GET', '/figures?from=2026-11-21&to=2026-11-22');
  const figures = body as unknown as Figures;
  const sum = { currency: 'USD', newcomers: 0, regulars: 0 };
  expect(figures.totals).toEqual([
    {
      ...{ ...sum, orders: 2, total: '162.00', credited: 1, creditedTotal: '112.00' },
      ...{ undone: 1, undoneTotal: '7.00' },
    },
  ]);
  expect(figures.days.map(({ day, orders }) => [day, orders])).toEqual([
    ['2026-11-21', 0],
    ['2026-11-22', 2],
  ]);
  expect(figures.partners).toMatchObject([
    { site: 'shop', partner: 'impact', orders: 1, total: '112.00' },
    { site: 'shop', partner: null, orders: 1, total: '50.00', undone: 1 },
  ]);
  expect(figures.before).toEqual([]);
  const later = await ask('GET', '/figures?from=2026-11-23&to=2026-11-23');
  expect(later.body).toMatchObject({ totals: [], before: [{ orders: 2, total: '162.00' }] });
});

test('a day is the site’s: with its zone, and with the day that has 25 hours', async () => {
  // 25 October 2026 in Athens: the clock is put back from 4 to 3.
  let now = 0;
  const world = await openAdmin({}, () => now);
  await world.ask('PUT', '/sites/shop', { domains: ['shop.example'], currency: 'USD', timezone: 'Europe/Athens' });
  const { store } = world.open();
  for (const [index, at] of ['2026-10-24T20:59:00Z', '2026-10-24T21:00:00Z', '2026-10-25T21:59:00Z'].entries()) {
    now = Date.parse(at);
    await store.transact({ visitors: [], orders: [], identities: [], handovers: [] }, () => ({
      changes: {
        ...{ touches: [], deliveries: [], events: [], identities: [], handovers: [] },
        ...{ pending: [], pendingDone: [], quarantine: [], orders: [storedOrder(`O${index}`, { receivedAt: now })] },
      },
      result: undefined,
    }));
  }
  const { body } = await world.ask('GET', '/figures?from=2026-10-24&to=2026-10-25');
  expect((body as unknown as Figures).days.map(({ orders }) => orders)).toEqual([1, 2]);
});

test('figures are a file for a spreadsheet, too', async () => {
  const { ask, write } = await openAdmin();
  await write.receive([sale('O1', { touches: CLICK })]);
  const { text, headers } = await ask('GET', '/figures?from=2026-11-22&to=2026-11-22&format=csv');
  expect(headers.get('content-disposition')).toBe('attachment; filename="clickthread-2026-11-22-2026-11-22.csv"');
  expect(text.trim().split(/\r?\n/)).toEqual([
    'what,name,currency,orders,total,credited,creditedTotal,undone,undoneTotal',
    'day,2026-11-22,USD,1,112.00,1,112.00,0,0.00',
    'partner,impact,USD,1,112.00,1,112.00,0,0.00',
  ]);
});

test.each([
  ['from=yesterday', 'from'],
  ['from=2026-02-30&to=2026-03-01', 'from'],
  ['from=2026-11-22&to=2026-11-21', 'to'],
  ['from=2020-01-01&to=2026-01-01', 'from'],
])('a period that is none is told so: %s', async (query, field) => {
  const { ask } = await openAdmin();
  expect(await ask('GET', `/figures?${query}`)).toMatchObject({ status: 422, body: { errors: [{ field }] } });
});

test('what waits for a person is told, the most pressing first', async () => {
  const world = await openAdmin();
  const { write } = world;
  expect(await todo(world)).toEqual([]);
  await write.receive([
    sale('O1', { touches: CLICK }),
    sale('O2', { touches: CLICK, visitor: 'visitor-2' }),
    { route: 'conversion', site: 'shop', body: '{"orderId":"X"}' },
  ]);
  const claimed = await write.claim({
    ...{ site: 'shop', connection: 'impact', now: NOON + hours(1), leaseMs: 1, limit: 2, owner: 't' },
  });
  const settle = (n: number, state: 'held' | 'rejected') => ({
    ...{ id: claimed[n]!.delivery.id, site: 'shop', fence: claimed[n]!.fence, attempts: [] },
    change: { state, reason: `${state} by the vendor`, nextAt: null },
  });
  await write.settle([settle(0, 'held'), settle(1, 'rejected')], NOON);
  await write.setBreaker({
    ...{ site: 'shop', connection: 'impact', kind: 'held', reason: '401: wrong token', openedAt: NOON },
    ...{ probeAt: NOON + days(1), failures: 1 },
  });
  expect(await todo(world)).toEqual([
    {
      ...{ kind: 'held', site: 'shop', connection: 'impact', reason: '401: wrong token', count: 1 },
      at: new Date(NOON).toISOString(),
    },
    {
      ...{ kind: 'rejected', site: 'shop', connection: 'impact', reason: 'rejected by the vendor', count: 1 },
      at: new Date(NOON).toISOString(),
    },
    { kind: 'quarantine', site: 'shop', count: 1 },
  ]);
  expect(await todo(world, '?site=other')).toEqual([]);
});

test('a report that may have arrived stands by itself, and is ticked off with its order', async () => {
  const world = await openAdmin();
  const { write, ask } = world;
  await write.receive([sale('O1', { touches: CLICK }), sale('O2', { touches: CLICK, visitor: 'visitor-2' })]);
  const claimed = await write.claim({
    ...{ site: 'shop', connection: 'impact', now: NOON + hours(1), leaseMs: 1, limit: 2, owner: 't' },
  });
  const held = { state: 'held' as const, reason: 'no answer', nextAt: null };
  await write.settle(
    claimed.map(({ delivery: { id }, fence }, n) => ({
      ...{ id, fence, site: 'shop', attempts: [] },
      change: { ...held, ambiguous: n === 0 },
    })),
    NOON,
  );
  const [{ delivery }] = claimed as [(typeof claimed)[number]];
  const unclear = { kind: 'ambiguous', site: 'shop', connection: 'impact', name: delivery.orderId, count: 1 };
  expect(await todo(world)).toMatchObject([
    { kind: 'held', connection: 'impact', count: 1, reason: 'no answer' },
    { ...unclear, reason: 'no answer', deliveries: [delivery.id] },
  ]);
  const story = await ask('GET', `/orders/${delivery.orderId}`);
  expect((story.body as unknown as OrderStory).actions.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['replay', 'done']),
  );
  const done = await ask('POST', `/orders/${delivery.orderId}/done`, { site: 'shop', deliveries: [delivery.id] });
  expect(done).toMatchObject({ status: 200, body: { deliveries: [{ state: 'delivered' }] } });
  expect(await todo(world)).toMatchObject([{ kind: 'held', count: 1 }]);
});

test('a shop that sold and sells no more is told, with what it usually does', async () => {
  let now = NOON;
  const world = await openAdmin({}, () => now);
  await world.write.receive(Array.from({ length: 56 }, (_, n) => sale(`S${n}`)));
  now = NOON + hours(47);
  expect(await todo(world)).toEqual([]);
  now = NOON + hours(49);
  expect(await todo(world)).toMatchObject([{ kind: 'silence', site: 'shop', usually: hours(6) }]);
});

test('a budget that nearly ends is told', async () => {
  const world = await openAdmin({ CLICKTHREAD_LIMITS: 'rows=2' });
  await world.write.receive([sale('O1'), sale('O2')]);
  const [item] = (await todo(world)).filter(({ kind }) => kind === 'budget');
  expect(item).toMatchObject({ site: 'shop', name: 'rows' });
  expect(item!.count).toBeGreaterThanOrEqual(80);
});
