/** What the dashboard asks while somebody sets a shop up. */
import { expect, test } from 'vitest';
import type { OrderStory } from '../../../../wire/admin/orders.ts';
import type { SiteSigns } from '../../../../wire/admin/start.ts';
import { conversion, NOON } from '../../cli/commands/setup.ts';
import { openAdmin } from '../setup.ts';

test('a rehearsed order is told with a click that no network made, once a number, and is in the audit log', async () => {
  const { ask, woken } = await openAdmin();
  const first = await ask('POST', '/sites/shop/rehearsal', { connection: 'impact' });
  expect([first.status, first.body]).toEqual([
    201,
    { orderId: 'REHEARSAL-1', click: { param: 'im_ref', value: 'rehearsal-click-1' } },
  ]);
  expect(woken).toContainEqual({ site: 'shop', connection: 'impact' });
  const story = (await ask('GET', '/orders/REHEARSAL-1?site=shop')).body as unknown as OrderStory;
  expect(story.attribution.winner).toMatchObject({ connection: 'impact', value: 'rehearsal-click-1' });
  expect(story.events.map(({ text }) => text)).toContain('reported by the shop, rehearsed by admin API');
  expect((await ask('POST', '/sites/shop/rehearsal', { connection: 'impact' })).body).toMatchObject({
    orderId: 'REHEARSAL-2',
  });
  const { audit } = (await ask('GET', '/audit')).body as { audit: { action: string; detail: string }[] };
  expect(audit.filter(({ action }) => action === 'order rehearsed')).toHaveLength(2);
  expect((await ask('POST', '/sites/shop/rehearsal', { connection: 'nobody' })).status).toBe(404);
});

test('the signs of a site are the latest that are known, and the pages that were refused', async () => {
  const { ask, write } = await openAdmin();
  const before = (await ask('GET', '/sites/shop/signs')).body as unknown as SiteSigns;
  expect(before.lines.map(({ name }) => name)).toEqual(['tag', 'thanks.found']);
  expect(before.lines[0]!.text).toBe('<script async src="https://t.shop.example/t/shop.js"></script>');
  expect({ ...before, lines: [] }).toEqual({
    ...{
      now: new Date(NOON).toISOString(),
      tag: null,
      touch: null,
      consent: null,
      order: null,
      refused: [],
      lines: [],
    },
  });
  await write.noteSiteFacts([{ site: 'shop', name: 'tag', at: NOON - 5000, count: 1 }]);
  await write.receive([{ route: 'conversion', site: 'shop', body: conversion(), origin: 'https://else.example' }]);
  expect((await ask('GET', '/sites/shop/signs')).body).toMatchObject({
    tag: { at: new Date(NOON - 5000).toISOString(), host: null },
    refused: [{ host: expect.stringContaining('else.example'), count: 1 }],
  });
});

test('networks’ stand-ins can be spoken to where private addresses are allowed', async () => {
  const { ask } = await openAdmin();
  expect((await ask('GET', '/rehearsal')).body).toMatchObject({ address: 'http://127.0.0.1:8788' });
});
