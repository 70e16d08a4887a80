import { expect, test } from 'vitest';
import type { OrderPage, OrderStory } from '../../../../wire/admin/orders.ts';
import { CLICK, conversion } from '../../cli/commands/setup.ts';
import { type AdminWorld, openAdmin } from '../setup.ts';

async function openShop(): Promise<AdminWorld> {
  const world = await openAdmin();
  const say = (body: string) => ({ route: 'conversion' as const, site: 'shop', body });
  await world.write.receive([
    say(conversion()),
    say(conversion({ orderId: 'O2', total: '50.00', items: [], visitor: 'visitor-0002', touches: [], customer: {} })),
  ]);
  return world;
}

test.each([
  ['the beginning of its number', { text: 'O12' }, ['O1234567']],
  ['the click id', { text: CLICK }, ['O1234567']],
  ['the amount', { text: '50' }, ['O2']],
  ['the amount, as half of Europe writes it', { text: '112,00' }, ['O1234567']],
  ['the customer’s e-mail', { text: 'Jane@Example.com ' }, ['O1234567']],
  ['nothing that is there', { text: "O1234567' OR 1=1" }, []],
  ['the partner', { partner: 'impact' }, ['O1234567']],
  ['nobody', { partner: 'nobody' }, ['O2']],
  ['a state of its reports', { delivery: 'due' }, ['O1234567']],
  ['a state that none has', { delivery: 'held,rejected' }, []],
  ['a period', { since: '2026-11-22T00:00:00Z', until: '2026-11-23T00:00:00Z' }, ['O2', 'O1234567']],
  ['a period without orders', { until: '2026-11-22T00:00:00Z' }, []],
  ['another site', { site: 'other' }, []],
])('orders are found by %s', async (_name, body, found) => {
  const { ask } = await openShop();
  const page = (await ask('POST', '/find/orders', body)).body as unknown as OrderPage;
  expect(page.orders.map(({ orderId }) => orderId).toSorted()).toEqual(found.toSorted());
});

test('a row tells what a list shows, and nothing personal', async () => {
  const { ask } = await openShop();
  const { body, text } = await ask('POST', '/find/orders', { text: 'O1234567' });
  expect(body.orders).toEqual([
    {
      ...{ site: 'shop', orderId: 'O1234567', status: 'approved', total: '112.00', currency: 'USD' },
      ...{ placedAt: '2026-11-22T11:00:00.000Z', receivedAt: '2026-11-22T12:00:00.000Z', partner: 'impact' },
      ...{ shopConfirmed: false, contested: false, signals: expect.any(Array) },
      deliveries: [{ connection: 'impact', state: 'due' }],
    },
  ]);
  expect(text).not.toContain('jane');
});

test('a filter that is not understood is told so', async () => {
  const { ask } = await openShop();
  const wrong = { status: 'lost', delivery: 'gone', since: 'soon' };
  expect(await ask('POST', '/find/orders', wrong)).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'status' }, { field: 'delivery' }, { field: 'since' }] },
  });
});

test('pages follow one another, also through a batch of one moment', async () => {
  const { ask, write } = await openAdmin();
  const bodies = Array.from({ length: 120 }, (_, n) =>
    conversion({ orderId: `P${n}`, visitor: `visitor-p${n}`, touches: [], customer: {} }),
  );
  await write.receive(bodies.map((body) => ({ route: 'conversion' as const, site: 'shop', body })));
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page = (await ask('POST', '/find/orders', { after })).body as unknown as OrderPage;
    seen.push(...page.orders.map(({ orderId }) => orderId));
    after = page.next;
  } while (after !== null);
  expect(seen).toHaveLength(120);
  expect(new Set(seen).size).toBe(120);
});

test('what is found is a file for a spreadsheet, all pages of it, and none of its cells is a formula', async () => {
  const { ask, write } = await openAdmin();
  const bodies = Array.from({ length: 120 }, (_, n) =>
    conversion({ orderId: n === 7 ? '=cmd|calc' : `P${n}`, visitor: `visitor-p${n}`, touches: [], customer: {} }),
  );
  await write.receive(bodies.map((body) => ({ route: 'conversion' as const, site: 'shop', body })));
  const { text, headers } = await ask('POST', '/find/orders', { status: 'approved', format: 'csv' });
  expect(headers.get('content-disposition')).toBe('attachment; filename="clickthread-orders-2026-11-22.csv"');
  expect(headers.get('content-type')).toContain('text/csv');
  const [head, ...rows] = text.trim().split('\r\n');
  expect(head).toBe(
    'site,orderId,status,total,currency,placedAt,receivedAt,partner,shopConfirmed,contested,signals,deliveries',
  );
  expect(new Set(rows.map((row) => row.split(',')[1])).size).toBe(120);
  expect(rows.filter((row) => row.includes('cmd'))).toEqual([
    expect.stringMatching(/^shop,'=cmd\|calc,approved,112\.00,USD,/),
  ]);
  expect(text).not.toContain('jane');
  expect(await ask('POST', '/find/orders', { status: 'lost', format: 'csv' })).toMatchObject({ status: 422 });
});

test('a person refunds an order with a reason; the story and the audit log say who', async () => {
  const { ask } = await openShop();
  const change = (body: object) => ask('POST', '/orders/O1234567/change', { site: 'shop', ...body });
  expect(await change({ status: 'refunded' })).toMatchObject({ status: 422, body: { errors: [{ field: 'reason' }] } });
  expect(await change({ status: 'refunded', reason: 'x', colour: 'red' })).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'colour' }] },
  });
  expect(await ask('POST', '/orders/NONE/change', { site: 'shop', status: 'refunded', reason: 'x' })).toMatchObject({
    status: 404,
  });
  const done = await change({ status: 'refunded', reason: 'sent back' });
  expect(done).toMatchObject({ status: 200, body: { status: 'refunded' } });
  const story = done.body as unknown as OrderStory;
  expect(story.events.map(({ text }) => text)).toContain('set to refunded by admin API: sent back');
  expect(story.actions.map(({ name }) => name)).toEqual([]);
  const { audit } = (await ask('GET', '/audit')).body as { audit: { action: string; detail: string }[] };
  expect(audit[0]).toMatchObject({ actor: 'admin API', action: 'order change' });
  expect(JSON.parse(audit[0]!.detail)).toMatchObject({ orderId: 'O1234567', status: 'refunded', reason: 'sent back' });
});

test('a correction of the amount becomes what networks are told', async () => {
  const { ask } = await openShop();
  const body = { site: 'shop', total: '92.00', currency: 'USD', reason: 'a line was returned' };
  expect((await ask('POST', '/orders/O1234567/change', body)).body).toMatchObject({ total: '92.00' });
});

test('the story says what may be done now', async () => {
  const { ask, write } = await openShop();
  const actions = async () =>
    ((await ask('GET', '/orders/O1234567')).body as unknown as OrderStory).actions.map(({ name }) => name);
  expect(await actions()).toEqual(['refund', 'cancel', 'correct']);
  const { deliveries } = (await ask('GET', '/deliveries')).body as { deliveries: { id: string }[] };
  const [claimed] = await write.claim({
    ...{ site: 'shop', connection: 'impact', now: Date.UTC(2026, 10, 23), leaseMs: 1, limit: 1, owner: 't' },
  });
  const settle = (state: 'held' | 'by_hand', fence: number) =>
    write.settle(
      [{ id: deliveries[0]!.id, site: 'shop', fence, change: { state, reason: 'no', nextAt: null }, attempts: [] }],
      1,
    );
  await settle('held', claimed!.fence);
  expect(await actions()).toEqual(['replay', 'refund', 'cancel', 'correct']);
  await settle('by_hand', claimed!.fence);
  expect(await actions()).toEqual(['done', 'refund', 'cancel', 'correct']);
  const done = { site: 'shop', deliveries: [deliveries[0]!.id] };
  expect((await ask('POST', '/orders/O1234567/done', done)).body).toMatchObject({
    deliveries: [{ state: 'delivered', reason: 'done there by hand (admin API)' }],
  });
  expect((await ask('POST', '/orders/O1234567/done', done)).status).toBe(409);
  expect((await ask('POST', '/orders/O1234567/done', { deliveries: [] })).status).toBe(422);
});
