/** The stream of orders over real HTTP: what it tells, to whom, how it is resumed and how it ends. */
import { expect, test } from 'vitest';
import type { LiveRefusal, OrderRow } from '../../../../wire/admin/orders.ts';
import { sha256 } from '../../../../collector/lib/hash.ts';
import { hours } from '../../../../collector/lib/duration.ts';
import { conversion, NOON } from '../../cli/commands/setup.ts';
import { type AdminWorld, openAdmin } from '../setup.ts';

const sale = (orderId: string, more: object = {}) => ({
  route: 'conversion' as const,
  site: 'shop',
  body: conversion({ orderId, visitor: `visitor-${orderId}`, ...more }),
});

interface Event {
  id: string;
  event: string;
  row: OrderRow & LiveRefusal;
}

/** Follows the stream; `next` gives the events of one more order, `ended` when it is over. */
async function follow({ url }: AdminWorld, headers: Record<string, string> = {}, query = '', kinds = 'order|refused') {
  const whole = new RegExp(`^([^]*?id: (\\S+)\\nevent: (${kinds})\\ndata: (.*)\\n\\n)`);
  const response = await fetch(`${url}/live${query}`, {
    headers: { accept: 'text/event-stream', authorization: 'Bearer an-admin-token-of-tests', ...headers },
  });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (): Promise<Event | undefined> => {
    for (;;) {
      const [, read, id, event, data] = whole.exec(text) ?? [];
      if (read !== undefined) {
        text = text.slice(read.length);
        return { id: id!, event: event!, row: JSON.parse(data!) as Event['row'] };
      }
      const { done, value } = await reader.read();
      if (done) return undefined;
      text += value;
    }
  };
  return { response, next, leave: () => reader.cancel() };
}

test('an order is told when it comes and whenever anything about it changes, its reports included', async () => {
  const world = await openAdmin();
  const { write, ask } = world;
  await write.receive([sale('O1')]);
  const stream = await follow(world);
  expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
  expect((await stream.next())?.row).toMatchObject({ orderId: 'O1', deliveries: [{ state: 'due' }] });
  await write.receive([sale('O2')]);
  expect((await stream.next())?.row).toMatchObject({ orderId: 'O2', status: 'approved', partner: 'impact' });
  const [claimed] = await write.claim({
    ...{ site: 'shop', connection: 'impact', now: NOON + hours(1), leaseMs: 1, limit: 1, owner: 't' },
  });
  const { id, orderId } = claimed!.delivery;
  expect((await stream.next())?.row).toMatchObject({ orderId, deliveries: [{ state: 'sending' }] });
  const change = { state: 'rejected' as const, reason: 'no', nextAt: null };
  await write.settle([{ id, site: 'shop', fence: claimed!.fence, attempts: [], change }], NOON);
  expect((await stream.next())?.row).toMatchObject({ orderId, deliveries: [{ state: 'rejected' }] });
  await ask('POST', '/orders/O2/change', { site: 'shop', status: 'refunded', reason: 'x' });
  expect((await stream.next())?.row).toMatchObject({ orderId: 'O2', status: 'refunded' });
  await stream.leave();
});

test('whoever comes back is told what they have missed, and no more', async () => {
  const world = await openAdmin();
  await world.write.receive([sale('O1'), sale('O2')]);
  const keeping = await follow(world);
  const first = await keeping.next();
  const second = await keeping.next();
  await world.write.receive([sale('O3')]);
  const third = await keeping.next();
  const back = await follow(world, { 'last-event-id': first!.id });
  expect((await back.next())?.row.orderId).toBe(second!.row.orderId);
  expect((await back.next())?.row.orderId).toBe(third!.row.orderId);
  const stranger = await follow(world, { 'last-event-id': 'of-another-process.2' });
  expect((await stranger.next())?.row.orderId).toBe(first!.row.orderId);
  await Promise.all([keeping.leave(), back.leave(), stranger.leave()]);
});

test('nobody hears of a site that is not asked for, and who can’t follow a stream is answered at once', async () => {
  const world = await openAdmin();
  await world.write.receive([sale('O1')]);
  expect((await world.ask('GET', '/live')).body).toMatchObject({ orders: [{ orderId: 'O1', site: 'shop' }] });
  expect((await world.ask('GET', '/live?site=other')).body).toEqual({
    ...{ now: new Date(NOON).toISOString(), orders: [], refused: [] },
  });
  const stream = await follow(world, {}, '?site=other');
  const all = await follow(world);
  expect((await all.next())?.row.orderId).toBe('O1');
  world.live.end();
  expect(await stream.next()).toBeUndefined();
  await all.leave();
});

test('the end is polite: every stream is closed, and no further one is opened', async () => {
  const world = await openAdmin();
  const stream = await follow(world);
  world.live.end();
  expect(await stream.next()).toBeUndefined();
  expect((await follow(world)).response.status).toBe(503);
});

test('no more than fifty watch at a time, and who leaves makes room', async () => {
  const world = await openAdmin();
  const streams = await Promise.all(Array.from({ length: 50 }, () => follow(world)));
  expect(streams.map(({ response }) => response.status)).toEqual(Array(50).fill(200));
  expect((await follow(world)).response.status).toBe(503);
  await streams[0]!.leave();
  await expect.poll(async () => (await follow(world)).response.status).toBe(200);
});

test('an operator is told what was refused, which field and why, and again when it comes again; of the customer nothing is told', async () => {
  const world = await openAdmin();
  const body = JSON.stringify({
    orderId: 'O9',
    total: 'free',
    visitor: 'visitor-9',
    customer: { email: 'jane@shop.example' },
  });
  const refused = { route: 'conversion' as const, site: 'shop', body };
  await world.write.receive([refused, sale('O1')]);
  const stream = await follow(world);
  const told = [await stream.next(), await stream.next()].find((one) => one?.event === 'refused');
  expect(told?.row).toMatchObject({ site: 'shop', route: 'conversion', seen: 1, browsers: ['visitor-9'] });
  expect(told?.row.errors.map(({ field }) => field)).toContain('total');
  expect(told?.row.body).toContain('"free"');
  expect(told?.row.body).not.toContain('jane');
  await world.write.receive([refused]);
  expect(await stream.next()).toMatchObject({ event: 'refused', row: { id: told!.row.id, seen: 2 } });
  expect((await world.ask('GET', '/live')).body).toMatchObject({
    refused: [{ seen: 2 }],
    orders: [{ browsers: ['~visitor-O1'], gate: 'open' }],
  });
  await stream.leave();
});

test('which refusals still stand is told when one was mended, and to whoever comes back after that', async () => {
  const world = await openAdmin();
  const refuse = (orderId: string) => ({
    route: 'conversion' as const,
    site: 'shop',
    body: JSON.stringify({ orderId }),
  });
  await world.write.receive([refuse('R1'), refuse('R2')]);
  const stream = await follow(world, {}, '', 'refusals');
  const first = await stream.next();
  const [newer, older] = (await world.write.quarantine({})).map(({ id }) => id);
  expect(first?.row).toEqual({ site: 'shop', ids: [newer, older] });
  await world.ask('DELETE', `/quarantine/${older}`);
  expect((await stream.next())?.row).toEqual({ site: 'shop', ids: [newer] });
  const back = await follow(world, { 'last-event-id': first!.id }, '', 'refusals');
  expect((await back.next())?.row).toEqual({ site: 'shop', ids: [newer] });
  await Promise.all([stream.leave(), back.leave()]);
});

test('a viewer is told of orders alone', async () => {
  const world = await openAdmin();
  const link = { hash: sha256('link'), person: 'Viewer', expiresAt: NOON + 1000 };
  const person = { name: 'Viewer', role: 'viewer' as const, sites: null, createdAt: NOON, signedInAt: null };
  await world.write.addPerson(person, link, { at: NOON, actor: 'test', action: 'add', detail: {} });
  const token = 'token-of-a-viewer-and-long-enough';
  const at = { createdAt: NOON, seenAt: NOON, rotatedAt: NOON };
  await world.write.signIn(link.hash, { id: 's', hash: sha256(token), agent: '', ...at });
  const cookie = `clickthread_session=${token}`;
  await world.write.receive([{ route: 'conversion', site: 'shop', body: '{"orderId":"X"}' }, sale('O1')]);
  const watching = await follow(world);
  const stream = await follow(world, { authorization: '', cookie });
  expect((await stream.next())?.event).toBe('order');
  const answer = await world.ask('GET', '/live', undefined, { cookie });
  expect(answer.body).toMatchObject({ orders: [{ orderId: 'O1' }], refused: [] });
  await world.write.receive([{ route: 'conversion', site: 'shop', body: '{"orderId":"Y"}' }, sale('O2')]);
  expect(await stream.next()).toMatchObject({ event: 'order', row: { orderId: 'O2' } });
  await Promise.all([stream.leave(), watching.leave()]);
});
