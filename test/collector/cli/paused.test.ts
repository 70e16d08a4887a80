import { expect, test } from 'vitest';
import { tagSettings } from '../../../collector/tag-files/site-tag.ts';
import { cachedSites } from '../../../collector/configuration/sites.ts';
import { configured, conversion, NOON, type Installation } from './commands/setup.ts';

async function orderWhilePaused(): Promise<Installation> {
  const installation = await configured();
  await installation.finish(['connection', 'pause', 'impact']);
  const { store, door } = installation.open();
  await door.receive([{ route: 'conversion', site: 'shop', body: conversion() }]);
  await store.close();
  return installation;
}

test('what is reported while a connection is paused waits, says so, and is sent after the pause', async () => {
  const { finish, json } = await orderWhilePaused();
  const { out } = await finish(['explain', 'O1234567']);
  expect(out).toMatch(/Credited to impact for irclickid=/);
  expect(out).toContain('won: newest touch inside 7 days; impact was paused then');
  expect(out).toContain('impact  conversion  waiting: 112.00 USD (goods), impact was paused then');
  expect((await finish(['replay'])).out).toMatch(/^Nothing is held/);
  expect((await finish(['connection', 'resume', 'impact'])).out).toBe(
    'Resumed: impact\n1 report waited while it was paused. Send it with: clickthread replay --connection impact\n',
  );
  expect((await finish(['replay', '--dry-run', '--connection', 'impact'])).out).toBe(
    'Would be sent again: 1 report.\n  O1234567  impact  conversion  was waiting\n',
  );
  expect((await finish(['replay', '--connection', 'impact'])).code).toBe(0);
  expect(await json('deliveries', '--order', 'O1234567', '--connection', 'impact')).toMatchObject([
    { state: 'due', reason: 'replayed by hand' },
  ]);
});

test('an order that is cancelled during the pause is never told', async () => {
  const installation = await orderWhilePaused();
  const { shop, store } = installation.open(NOON + 10);
  await shop({ status: 'cancelled' });
  await store.close();
  await installation.finish(['connection', 'resume', 'impact']);
  expect((await installation.finish(['replay'])).out).toMatch(/^Nothing is held/);
});

test('a later word of the order after the pause sends it without a replay', async () => {
  const installation = await orderWhilePaused();
  await installation.finish(['connection', 'resume', 'impact']);
  const { shop, store } = installation.open(NOON + 10);
  await shop({ total: '92.00' });
  expect(await store.deliveries({ connection: 'impact' })).toMatchObject([
    { kind: 'conversion', state: 'due', report: { order: { total: 9200 } } },
  ]);
});

test("the tag goes on capturing a paused connection's parameters", async () => {
  const { finish, open } = await configured();
  await finish(['connection', 'pause', 'impact']);
  const { store, seal } = open();
  const site = (await cachedSites({ store, seal })()).byId.get('shop')!;
  expect(tagSettings(site).params).toEqual(expect.arrayContaining(['im_ref', 'irclickid', 'transaction_id']));
});

test("a pause that only a shopper's browser could end says so", async () => {
  const { finish, open } = await configured();
  const add = ['connection', 'add', 'pixel', '--type', 'sale-pixel', '--set', 'url=https://p.example/?o={orderId}'];
  await finish([...add, '--no-test']);
  expect((await finish(['connection', 'pause', 'pixel'])).out).toContain("Only a shopper's browser can tell it");
  const { store, door } = open();
  await door.receive([{ route: 'conversion', site: 'shop', body: conversion() }]);
  expect(await store.deliveries({ connection: 'pixel' })).toMatchObject([
    { state: 'skipped', reason: "pixel was paused then, and only the shopper's browser could tell it" },
  ]);
});
