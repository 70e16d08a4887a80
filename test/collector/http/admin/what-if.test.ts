/** Other rules on the orders of the last days: what would have gone to somebody else, while nothing is stored or sent. */
import { expect, test } from 'vitest';
import type { RulesCompared } from '../../../../wire/admin/rules.ts';
import { days } from '../../../../collector/lib/duration.ts';
import { conversion, NOON } from '../../cli/commands/setup.ts';
import { type AdminWorld, openAdmin } from '../setup.ts';

const sale = (orderId: string, age: number, more: object = {}) => ({
  ...{ route: 'conversion' as const, site: 'shop' },
  body: conversion({
    ...{ orderId, visitor: `visitor-${orderId}`, coupons: [], customer: {} },
    ...{ touches: [{ param: 'irclickid', value: `click-${orderId}`, at: NOON - age }], ...more },
  }),
});

async function openShop(): Promise<AdminWorld> {
  const world = await openAdmin();
  await world.write.receive([sale('NEW', days(1)), sale('OLD', days(5)), sale('NONE', 0, { touches: [] })]);
  return world;
}
const compare = async ({ ask }: AdminWorld, body: object): Promise<RulesCompared> =>
  (await ask('POST', '/sites/shop/what-if', body)).body as unknown as RulesCompared;

test('without a difference between the rules nothing changes', async () => {
  const world = await openShop();
  const { body } = await world.ask('GET', '/sites/shop');
  expect(await compare(world, { attribution: body.attribution })).toEqual({
    ...{ since: new Date(NOON - days(30)).toISOString(), orders: 3, more: false, apart: 0, changes: 0, changed: [] },
    partners: [
      {
        ...{ partner: 'impact', currency: 'USD', before: 2, after: 2 },
        ...{ beforeTotal: '224.00', afterTotal: '224.00' },
      },
      { partner: null, currency: 'USD', before: 1, after: 1, beforeTotal: '112.00', afterTotal: '112.00' },
    ],
  });
});

test('a shorter window takes what is older than it, with the reason; nothing is stored and nobody is told', async () => {
  const world = await openShop();
  const state = async () => [
    (await world.ask('GET', '/orders/OLD')).text,
    world.woken.length,
    (await world.ask('GET', '/audit')).text,
  ];
  const before = await state();
  const found = await compare(world, { connections: { impact: { window: '3d' } } });
  expect(found).toMatchObject({
    ...{ orders: 3, changes: 1 },
    changed: [{ orderId: 'OLD', was: 'impact', would: null, reason: expect.stringMatching(/window|older/) }],
    partners: [
      { partner: 'impact', before: 2, after: 1, afterTotal: '112.00' },
      { partner: null, before: 1, after: 2, afterTotal: '224.00' },
    ],
  });
  expect(await state()).toEqual(before);
});

test('orders that were undone are no part of it, and those that no rule in force decided are counted apart', async () => {
  const world = await openShop();
  await world.ask('POST', '/orders/OLD/change', { site: 'shop', status: 'refunded', reason: 'x' });
  expect(await compare(world, { attribution: { precedence: ['paid'] } })).toMatchObject({ orders: 2, changes: 1 });
  await world.ask('PUT', '/sites/shop', {
    ...{ domains: ['shop.example'], currency: 'USD', consent: 'granted', attribution: { precedence: ['paid'] } },
  });
  expect(await compare(world, {})).toMatchObject({ orders: 1, apart: 1, changes: 0 });
});

test.each([
  [{ days: 0 }, 'days'],
  [{ days: '30' }, 'days'],
  [{ attribution: { window: 'soon' } }, 'attribution.window'],
  [{ connections: { gone: { window: '1d' } } }, 'connections.gone'],
  [{ attribution: { colour: 'red' } }, 'attribution.colour'],
])('what is not understood is told so: %j', async (body, field) => {
  const { ask } = await openShop();
  expect(await ask('POST', '/sites/shop/what-if', body)).toMatchObject({ status: 422, body: { errors: [{ field }] } });
});
