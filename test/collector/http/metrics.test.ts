/** What monitoring is told of orders that ask for a person's eye. */
import { expect, test } from 'vitest';
import { createMetrics } from '../../../collector/http/metrics.ts';
import { readEnvironment } from '../../../collector/environment.ts';
import { configured, conversion, NOON } from '../cli/commands/setup.ts';

test('contested orders are counted by site and kind, until a person has decided', async () => {
  const { open, env, run } = await configured();
  const { store, door } = open();
  const metrics = createMetrics({ read: store, limits: readEnvironment(env).limits, clock: () => NOON });
  const counted = async (): Promise<string[]> =>
    (await metrics.text()).split('\n').filter((line) => line.startsWith('clickthread_orders_contested'));
  await door.receive([{ route: 'conversion', site: 'shop', body: conversion() }]);
  expect(await counted()).toEqual([]);
  const second = conversion({ visitor: 'visitor-0002', total: '80.00', discount: '0.00', items: [] });
  await door.receive([{ route: 'conversion', site: 'shop', body: second }]);
  expect(await counted()).toEqual(['clickthread_orders_contested{site="shop",kind="alert"} 1']);
  await run(['contested', 'O1234567', '--credit', 'visitor-0001']);
  expect(await counted()).toEqual([]);
});

test('orders that consent stops are counted by site and by what stops them', async () => {
  const { open, env } = await configured();
  const { store, door } = open();
  const metrics = createMetrics({ read: store, limits: readEnvironment(env).limits, clock: () => NOON });
  const counted = async (): Promise<string[]> =>
    (await metrics.text()).split('\n').filter((line) => line.startsWith('clickthread_orders_stopped_by_consent'));
  const report = (orderId: string, more: object, gpc = false) =>
    door.receive([{ route: 'conversion', site: 'shop', body: conversion({ orderId, ...more }), gpc }]);
  await report('OPEN', { visitor: 'visitor-0001' });
  await report('SIGNAL', { visitor: 'visitor-0002' }, true);
  await report('WAITS', { visitor: 'visitor-0003', consent: { marketing: 'unknown' } });
  await report('NO', { visitor: 'visitor-0004', consent: { marketing: false } });
  expect((await counted()).toSorted()).toEqual(
    ['denied', 'gpc', 'waiting'].map((why) => `clickthread_orders_stopped_by_consent{site="shop",why="${why}"} 1`),
  );
  const signals = (await metrics.text()).split('\n').filter((line) => line.includes('signal="'));
  expect(signals.filter((line) => /waiting|gpc|denied/.test(line))).toEqual([]);
});
