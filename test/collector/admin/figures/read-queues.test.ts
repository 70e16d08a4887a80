/** What a network is owed, judged from what stands in the store: one row a situation. */
import { describe, expect, test } from 'vitest';
import { type Standing, viewQueue } from '../../../../collector/admin/figures/read-queues.ts';
import { hours, minutes } from '../../../../collector/lib/duration.ts';
import type { QueuedGroup } from '../../../../collector/store/figures-store.ts';
import { conversion, NOON } from '../../cli/commands/setup.ts';
import { openAdmin } from '../../http/setup.ts';

const own = { site: 'shop', connection: 'impact' };
const group = (state: QueuedGroup['state'], more: Partial<QueuedGroup> = {}): QueuedGroup => ({
  ...{ ...own, state, count: 1, oldestAt: NOON - minutes(5), nextAt: state === 'due' ? NOON - 1 : null },
  ...more,
});
const breaker = (kind: 'held' | 'outage') => ({
  ...{ ...own, kind, reason: 'it said so', openedAt: NOON - 9, probeAt: NOON + 7, failures: 1 },
});
const used = { left: 0, of: 1000, per: 'hour' as const, freeAt: NOON + minutes(3) };
const calm = { groups: [], breaker: undefined, askedFor: 0, budget: null, now: NOON };

type Given = Partial<Standing & { enabled: boolean }>;

describe('a queue', () => {
  test.each<[string, Given, object]>([
    ['owed nothing is idle', {}, { state: 'idle', until: null, oldestAt: null }],
    ['is being told', { groups: [group('due')] }, { state: 'moving', owed: 1 }],
    ['is being told', { groups: [group('sending')] }, { state: 'moving', owed: 1 }],
    [
      'counts the held apart from what is owed, the oldest of both',
      { groups: [group('due'), group('held', { count: 3, oldestAt: 7 }), group('waiting', { oldestAt: 1 })] },
      { state: 'moving', owed: 1, held: 3, waiting: 1, oldestAt: new Date(7).toISOString() },
    ],
    [
      'tries again later',
      { groups: [group('due', { nextAt: NOON + hours(1) })] },
      { state: 'retry', until: new Date(NOON + hours(1)).toISOString() },
    ],
    [
      'is late where nothing holds it up',
      { groups: [group('due', { nextAt: NOON - minutes(2) })] },
      { state: 'late', until: null },
    ],
    [
      'has no room left in its hour',
      { groups: [group('due')], budget: used },
      { state: 'full', until: new Date(used.freeAt).toISOString(), budget: { left: 0, of: 1000, per: 'hour' } },
    ],
    ['has a used hour and nothing to send', { budget: used }, { state: 'idle', until: null }],
    [
      'was asked to wait',
      { groups: [group('due')], askedFor: minutes(2), budget: used },
      { state: 'asked', until: new Date(NOON + minutes(2)).toISOString() },
    ],
    [
      'does not answer',
      { groups: [group('due')], breaker: breaker('outage'), askedFor: 5 },
      { state: 'outage', reason: 'it said so', until: new Date(NOON + 7).toISOString() },
    ],
    ['is held', { groups: [group('held')], breaker: breaker('held') }, { state: 'held', held: 1, owed: 0 }],
    [
      'is paused by a person, and what waits for that is old, too',
      { groups: [group('waiting', { oldestAt: 5 })], breaker: breaker('held'), enabled: false },
      { state: 'off', reason: null, waiting: 1, oldestAt: new Date(5).toISOString() },
    ],
  ])('%s', (_title, { enabled = true, ...given }, expected) => {
    const connection = { site: 'shop', id: 'impact', type: 'impact', enabled, destination: undefined };
    expect(viewQueue(connection, { ...calm, ...given })).toMatchObject(expected);
  });
});

test('the route tells what is left of the hour, and each only of their sites', async () => {
  const { ask, write } = await openAdmin();
  await write.receive([{ route: 'conversion', site: 'shop', body: conversion() }]);
  const { body } = await ask('GET', '/queues');
  expect(body.queues).toMatchObject([
    { site: 'shop', connection: 'impact', state: 'moving', owed: 1, budget: { left: 1000, of: 1000, per: 'hour' } },
    { site: 'shop', connection: 'net', state: 'off', owed: 0, budget: null },
  ]);
  expect((await ask('GET', '/queues?site=other')).body).toEqual({ queues: [] });
});
