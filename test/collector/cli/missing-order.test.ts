import { expect, test } from 'vitest';
import { configured, conversion, NOON } from './commands/setup.ts';

test('an order that was refused says when, why, and where it lies', async () => {
  const { finish, json, open } = await configured();
  const { store, door } = open();
  await door.receive([{ route: 'conversion', site: 'shop', body: conversion({ orderId: 'Q1', total: 'many' }) }]);
  await store.close();
  const [row] = await json<{ id: string; orderId: string }[]>('quarantine');
  expect(row).toMatchObject({ orderId: 'Q1' });
  const { complaint, code } = await finish(['explain', 'Q1']);
  expect(complaint).toMatch(/^Order Q1 was refused at 2026-11-22T12:00:00\.000Z: total .*clickthread quarantine show /);
  expect(complaint).toContain(row!.id);
  expect(code).toBe(1);
  expect((await finish(['quarantine'])).out).toMatch(/^ID +SITE +ORDER +AT +SEEN +PROBLEMS\n.* shop +Q1 /);
  expect((await finish(['quarantine', 'show', row!.id.slice(-8)])).out).toContain('"orderId":"Q1"');
  expect((await finish(['quarantine', 'drop', row!.id.slice(-8)])).out).toBe('Removed: 1 refused order.\n');
});

test('a change that overtook its order is told to whoever looks for the order', async () => {
  const { finish, open } = await configured();
  const { shop, store } = open(NOON);
  await shop({ status: 'refunded' }, 'NOPE');
  await store.close();
  expect((await finish(['explain', 'NOPE'])).complaint).toBe(
    'There is no order NOPE yet. A change (refunded, 2026-11-22T12:00:00.000Z) waits for this order and will be applied as soon as it is reported.\n',
  );
  expect((await finish(['explain', 'NOTHING'])).complaint).toBe(
    'There is no order NOTHING: none was reported, and none was refused.\n',
  );
});
