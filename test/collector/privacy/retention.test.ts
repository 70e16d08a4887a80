import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { erasePerson } from '../../../collector/privacy/erase.ts';
import { runRetention } from '../../../collector/privacy/retention.ts';
import { databaseFile } from '../../../collector/environment.ts';
import { cachedSites } from '../../../collector/configuration/sites.ts';
import type { Store } from '../../../collector/store/store.ts';
import { emailKey } from '../../../collector/ingest/draft.ts';
import { write } from '../store/rows.ts';
import { CLICK, NOON, configured, conversion } from '../cli/commands/setup.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** One order with a touch, an exchange and a refused order, all of the given moment. */
async function world(at = NOON) {
  const installation = await configured();
  await installation.run(['connection', 'add', 'vt', '--type', 'vtmarketing', '--set', 'apiKey=k', '--no-test']);
  const { store, seal, door } = installation.open(at);
  await door.receive([
    { route: 'conversion', site: 'shop', body: conversion() },
    { route: 'conversion', site: 'shop', body: '{"orderId":"","customer":{"email":"Jane@example.com","id":"c 9"}}' },
    {
      route: 'conversion',
      site: 'shop',
      body: conversion({ orderId: 'O2', customer: { email: 'joe@example.com' }, visitor: 'visitor-0002' }),
    },
  ]);
  const claim = { site: 'shop', connection: 'vt', now: at + HOUR, leaseMs: 1000, limit: 10, owner: 'test' };
  const [claimed] = (await store.claim(claim)).filter(({ delivery }) => delivery.orderId === 'O1234567');
  const { delivery, fence } = claimed!;
  const request = { method: 'POST' as const, url: 'https://v.example/e?email=jane', body: '{"n":1}' };
  const response = { status: 200, headers: { a: 'b' }, body: 'thanks' };
  await store.settle(
    [
      {
        id: delivery.id,
        site: 'shop',
        fence,
        change: { state: 'delivered', reason: 'ok' },
        attempts: [{ at, purpose: 'report', request, response, outcome: 'delivered', reason: 'ok', took: 5 }],
      },
    ],
    at,
  );
  // A withdrawal ends the touches: they are put back, for it is the age and the erasure of both that is looked at here.
  const touches = await store.touchesOf('shop', '~visitor-0001');
  await door.receive([
    {
      ...{ route: 'touch', site: 'shop' },
      body: JSON.stringify({ visitor: 'visitor-0001', touches: [], consent: { marketing: 'denied', at } }),
    },
  ]);
  await write(store, { touches: touches.map((touch) => ({ ...touch, site: 'shop' })) });
  // Ties that the shop's word made.
  const tied = [
    ['visitor-0001', 'c:BCZ2WVSH674563PDPYOTM3AXDQ'],
    ['visitor-0001', `e:${emailKey(seal, 'jane@example.com')}`],
    ['visitor-0002', `e:${emailKey(seal, 'joe@example.com')}`],
  ] as const;
  await write(store, { identities: tied.map(([visitor, key]) => ({ site: 'shop', key, visitor, at })) });
  return { ...installation, store, seal };
}

const retention = (store: Store, seal: Parameters<typeof cachedSites>[0]['seal'], now: number) =>
  runRetention({ store, sites: cachedSites({ store, seal }), clock: () => now });

const attemptsOf = async (store: Store) =>
  (await store.deliveriesOf('shop', 'O1234567')).flatMap(({ attemptLog }) => attemptLog);

test('nothing is forgotten before its time', async () => {
  const { store, seal } = await world();
  const before = await store.order('shop', 'O1234567');
  expect(await retention(store, seal, NOON + 35 * HOUR)).toEqual({
    touch: 0,
    orders: 0,
    attempt: 0,
    identity: 0,
    quarantine: 0,
    contact: 0,
    withdrawal: 0,
    token: 0,
  });
  expect(await store.order('shop', 'O1234567')).toEqual(before);
  expect((await store.auditLog({ limit: 10 })).map(({ action }) => action)).not.toContain('forget');
});

test('personal fields, bodies of exchanges and refused orders go with retention.personal; the order and its story stay', async () => {
  const { store, seal } = await world();
  expect(await retention(store, seal, NOON + 37 * HOUR)).toEqual({
    touch: 0,
    orders: 2,
    attempt: 1,
    identity: 0,
    quarantine: 1,
    contact: 0,
    withdrawal: 0,
    token: 0,
  });
  expect(await store.order('shop', 'O1234567')).toMatchObject({
    personal: null,
    emailHash: null,
    order: { total: 11200, customerId: 'BCZ2WVSH674563PDPYOTM3AXDQ' },
  });
  expect(await attemptsOf(store)).toEqual([
    expect.objectContaining({
      request: { method: 'POST', url: 'https://v.example/e?…' },
      response: { status: 200, headers: {}, body: '' },
      outcome: 'delivered',
    }),
  ]);
  expect(await store.quarantine({})).toEqual([]);
  expect(await store.touchesOf('shop', '~visitor-0001')).toHaveLength(1);
  expect(await store.auditLog({ limit: 1 })).toMatchObject([
    {
      actor: 'retention',
      action: 'forget',
      detail: '{"touch":0,"orders":2,"attempt":1,"identity":0,"quarantine":1,"contact":0,"withdrawal":0}',
    },
  ]);
  expect(await retention(store, seal, NOON + 38 * HOUR)).toMatchObject({ orders: 0, attempt: 0, quarantine: 0 });
});

test('touches, proofs of withdrawn consent and identities go with retention.touches', async () => {
  const { store, seal } = await world();
  const { touch, identity, withdrawal } = await retention(store, seal, NOON + 201 * DAY);
  expect({ touch, identity, withdrawal }).toEqual({ touch: 2, identity: 3, withdrawal: 1 });
  expect(await store.withdrawalsOf('shop', '~visitor-0001')).toEqual([]);
  expect(await store.touchesOf('shop', '~visitor-0001')).toEqual([]);
});

test('a process that may not forget leaves everything to the one that does, and one that may not any more stops', async () => {
  const { store, seal } = await world();
  const deps = { store, sites: cachedSites({ store, seal }), clock: () => NOON + 37 * HOUR };
  const kept = await runRetention({ ...deps, mayRun: () => Promise.resolve(false) });
  expect(Object.values(kept).every((count) => count === 0)).toBe(true);
  expect(await store.quarantineCounts()).toEqual([{ site: 'shop', count: 1 }]);
  let asked = 0;
  const begun = await runRetention({ ...deps, mayRun: () => Promise.resolve((asked += 1) === 1) });
  expect(begun).toMatchObject({ orders: 2, token: 0 });
});

test('data of a site that was removed is forgotten by the defaults', async () => {
  const { store, seal, run } = await world();
  await run(['site', 'remove', 'shop', '--yes']);
  expect(await retention(store, seal, NOON + 89 * DAY)).toMatchObject({ orders: 0 });
  expect(await retention(store, seal, NOON + 91 * DAY)).toMatchObject({ orders: 2, touch: 0 });
});

test('one-time tokens and message ids go after a day', async () => {
  const { store, seal } = await world();
  await store.rememberMessage('shop', 'm1', NOON);
  expect(await retention(store, seal, NOON + 23 * HOUR)).toMatchObject({ token: 0 });
  expect(await retention(store, seal, NOON + 25 * HOUR)).toMatchObject({ token: 1 });
});

test('a sweep looks at no more rows than it was told to, and goes on where it stopped', async () => {
  const { store, door } = await (async () => {
    const installation = await configured();
    return installation.open();
  })();
  const orders = Array.from({ length: 7 }, (_, n) => ({
    route: 'conversion' as const,
    site: 'shop',
    body: conversion({ orderId: `N${n}` }),
  }));
  await door.receive(orders);
  const want = { site: 'shop', before: NOON + 1, limit: 3 };
  const first = await store.sweep('orders', { ...want, after: null });
  const second = await store.sweep('orders', { ...want, after: first.next });
  const third = await store.sweep('orders', { ...want, after: second.next });
  expect([first, second, third].map(({ changed }) => changed)).toEqual([3, 3, 1]);
  expect(third.next).toBeNull();
});

test.each([
  ['email', ' JANE@example.com '],
  ['customer', 'BCZ2WVSH674563PDPYOTM3AXDQ'],
  ['visitor', 'visitor-0001'],
] as const)('erasure by %s reaches every table, says what went, and leaves others alone', async (by, value) => {
  const { store, seal, folder } = await world();
  const other = await store.order('shop', 'O2');
  const result = await erasePerson({ by, value, sites: ['shop'], store, seal, now: NOON, actor: 'test' });
  expect(result).toEqual([
    {
      site: 'shop',
      orders: 1,
      deliveries: 2,
      attempts: 1,
      touches: 1,
      identities: 2,
      withdrawals: 1,
      quarantine: by === 'email' ? 1 : 0,
      stopped: 0,
      texts: 0,
      contacts: 0,
    },
  ]);
  expect(await store.order('shop', 'O1234567')).toMatchObject({ personal: null, emailHash: null, visitor: null });
  expect(await store.order('shop', 'O2')).toEqual(other);
  expect(await store.touchesOf('shop', '~visitor-0001')).toEqual([]);
  expect(await store.touchesOf('shop', '~visitor-0002')).toHaveLength(1);
  expect((await attemptsOf(store))[0]).toMatchObject({
    request: { url: 'https://v.example/e?…' },
    response: { body: '' },
  });
  const [entry] = await store.auditLog({ limit: 1 });
  expect(entry).toMatchObject({ actor: 'test', action: `erase by ${by}` });
  expect(entry!.detail.toLowerCase()).not.toContain(value.trim().toLowerCase());
  // No live row of any table still says the customer's id or e-mail in the clear.
  const db = new Database(databaseFile(folder), { readonly: true });
  const tables = db.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).pluck().all() as string[];
  const text = tables.map((table) => JSON.stringify(db.prepare(`SELECT * FROM ${table}`).all())).join('\n');
  db.close();
  expect(text).not.toContain('BCZ2WVSH674563PDPYOTM3AXDQ');
  expect(text).not.toContain('visitor-0001');
  expect(text).toContain(CLICK);
});

test('an order that a shop undoes after the erasure is still undone', async () => {
  const { store, seal, open } = await world();
  await erasePerson({ by: 'email', value: 'jane@example.com', sites: ['shop'], store, seal, now: NOON, actor: 'test' });
  const { createIngest } = await import('../../../collector/ingest/ingest.ts');
  const again = open(NOON + HOUR);
  const ingest = createIngest({ store: again.store, sites: cachedSites(again), seal, clock: () => NOON + HOUR });
  const { replies } = await ingest.ingest([
    { type: 'change', site: 'shop', orderId: 'O1234567', patch: { status: 'refunded', amounts: {} } },
  ]);
  expect(replies).toMatchObject([{ result: 'updated', status: 'refunded' }]);
});

test('nobody is erased by an empty value', async () => {
  const { store, seal } = await world();
  await expect(
    erasePerson({ by: 'email', value: ' ', sites: ['shop'], store, seal, now: NOON, actor: 'test' }),
  ).rejects.toThrow(/Nobody is named/);
});
