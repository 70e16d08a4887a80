import { expect, test } from 'vitest';
import { configured, conversion, install, NOON, type Installation } from './commands/setup.ts';

const CARTSTACK = ['--type', 'cartstack', '--set', 'key=k', '--set', 'siteId=s', '--no-test'];

async function told(installation: Installation, change: object): Promise<Installation> {
  await installation.finish(['connection', 'add', 'cartstack', ...CARTSTACK]);
  const { store, door, shop } = installation.open();
  await door.receive([{ route: 'conversion', site: 'shop', body: conversion() }]);
  const claim = { site: 'shop', connection: 'cartstack', now: NOON + 1, leaseMs: 1000, limit: 1, owner: 't' };
  const [claimed] = await store.claim(claim);
  const arrived = { state: 'delivered', reason: 'accepted', nextAt: null, attempts: 1 } as const;
  await store.settle(
    [{ id: claimed!.delivery.id, site: 'shop', fence: claimed!.fence, change: arrived, attempts: [] }],
    NOON + 2,
  );
  await shop(change);
  await store.close();
  return installation;
}

test('what a network has no way to be told is a to-do, which a person ticks off', async () => {
  const { finish, json, open } = await told(await configured(), { total: '92.00' });
  const [todo, ...more] = await json<{ id: string; state: string; reason: string; kind: string }[]>(
    ...['deliveries', '--status', 'by_hand'],
  );
  expect(more).toEqual([]);
  expect(todo).toMatchObject({
    ...{ state: 'by_hand', kind: 'modification' },
    reason: 'CartStack offers no way to report a changed amount: change it there by hand',
  });
  expect((await finish(['explain', 'O1234567'])).out).toContain(
    'modification  by_hand: 92.00 USD (total), CartStack offers no way',
  );
  expect((await finish(['replay'])).out).toBe('Nothing is held, rejected or waiting for a resumed connection.\n');
  expect((await finish(['deliveries', 'done', todo!.id.slice(-8)])).out).toBe(
    'Done: modification of O1234567 at cartstack\n',
  );
  expect(await json('deliveries', '--status', 'by_hand')).toEqual([]);
  expect(await json('deliveries', '--order', 'O1234567', '--connection', 'cartstack')).toContainEqual(
    expect.objectContaining({ id: todo!.id, state: 'delivered', reason: 'done there by hand (command line)' }),
  );
  expect((await finish(['deliveries', 'done', todo!.id])).code).toBe(1);
  const { store } = open();
  expect((await store.auditLog({ limit: 1 }))[0]).toMatchObject({ action: 'deliveries done', actor: 'command line' });
});

test('a second change before the first was done by hand is one to-do, with the newest amount', async () => {
  const installation = await told(await configured(), { total: '92.00' });
  const { shop, store } = installation.open(NOON + 10);
  await shop({ total: '82.00' });
  const todos = (await store.deliveriesOf('shop', 'O1234567')).filter(({ state }) => state === 'by_hand');
  expect(todos).toMatchObject([{ kind: 'modification', report: { order: { total: 8200 }, before: { total: 11200 } } }]);
  await shop({ status: 'cancelled' });
  const after = (await store.deliveriesOf('shop', 'O1234567')).filter(({ connection }) => connection === 'cartstack');
  expect(after.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    ...['conversion delivered', 'modification skipped', 'reversal by_hand'],
  ]);
  await shop({ status: 'approved' });
  const back = (await store.deliveriesOf('shop', 'O1234567')).filter(({ connection }) => connection === 'cartstack');
  expect(back.find(({ kind }) => kind === 'reversal')).toMatchObject({ state: 'skipped' });
});

test('an unknown id is named before anything is ticked off', async () => {
  const { finish } = await told(await configured(), { total: '92.00' });
  const { complaint, code } = await finish(['deliveries', 'done', 'nope1234']);
  expect(complaint).toContain('Nothing waits to be done by hand under nope1234.');
  expect(code).toBe(1);
  expect((await install().finish(['deliveries'])).code).toBe(1);
});
