/** Bodies of a shop that are no JSON: answered with 400, and kept where somebody sees them. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { mendQuarantined, replayQuarantine } from '../../../../collector/admin/quarantine.ts';
import { cachedSites } from '../../../../collector/configuration/sites.ts';
import { createFailureLimit } from '../../../../collector/http/failure-limit.ts';
import { ordersRouter } from '../../../../collector/http/shop/orders.ts';
import { createFrontDoor } from '../../../../collector/ingest/front-door.ts';
import { createIngest } from '../../../../collector/ingest/ingest.ts';
import type { Seal } from '../../../../collector/lib/seal.ts';
import { createReportCommit } from '../../../../collector/writer/report-commit.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShop } from '../../../harness/shop-front.ts';
import { CARTSTACK, IMPACT, testSeal as seal } from '../../../harness/sites.ts';

const folder = temporaryFolders();
const TOKEN = 'an-admin-token-of-tests';

/** `odd`: the e-mail address of an order whose decision breaks. */
async function openOrders({ odd }: { odd?: string } = {}) {
  const { store, clock } = await openShop({ file: join(folder(), 'clickthread.db'), connections: [IMPACT, CARTSTACK] });
  const sites = cachedSites({ store, seal });
  const breaking: Seal = {
    ...seal,
    hash(text) {
      if (odd !== undefined && text.includes(odd) && !text.includes('orderId')) throw new Error('no such address');
      return seal.hash(text);
    },
  };
  const whole = createIngest({ store, sites, seal: breaking, clock: clock.now });
  const { ingest, ingestOrders } = createReportCommit(whole);
  const failures = createFailureLimit(() => undefined);
  const deps = { store, read: store, seal, adminToken: TOKEN, clock: clock.now, ingest, ingestOrders, sites, failures };
  const app = express().use('/v1', ordersRouter({ ...deps, wake: () => undefined }));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await store.close();
  });
  const { receive } = createFrontDoor({ ingest: whole, sites, clock: clock.now });
  return {
    store,
    replay: { store, sites, ingest, receive, clock: clock.now, wake: () => undefined, seal },
    post: async (body: string, token = TOKEN) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const { port } = server.address() as AddressInfo;
      return fetch(`http://127.0.0.1:${port}/v1/orders?site=shop`, { method: 'POST', headers, body });
    },
  };
}

test.each([
  ['a value that JSON does not have', '{"orderId":"O1","total":10.00,"currency":"USD","tax":NaN}'],
  ['a comma too many', '{"orderId":"O1","total":10.00,"currency":"USD",}'],
  ['a form', 'orderId=O1&total=10.00&currency=USD'],
  ['a line an order', '{"orderId":"O1"}\n{"orderId":"O2"}'],
])('%s is kept, and once however often it comes', async (_, body) => {
  const { post, store } = await openOrders();
  for (const _again of [1, 2]) expect((await post(body)).status).toBe(400);
  const rows = await store.quarantine({});
  expect(rows).toMatchObject([
    { site: 'shop', route: 'orders', seen: 2, errors: [{ field: 'body', message: 'is not JSON' }] },
  ]);
});

test('it is not replayed as it is, and taken once somebody has mended it', async () => {
  const { post, store, replay } = await openOrders();
  await post('{"orderId":"O1","total":10.00,"currency":"USD",}');
  const [row] = await store.quarantine({});
  const broken = { id: row!.id, result: 'invalid', errors: [{ field: 'body', message: 'is not JSON' }] };
  expect(await replayQuarantine({ ids: [], actor: 'test' }, replay)).toEqual([broken]);
  const mended = { id: row!.id, body: '{"orderId":"O1","total":10.00,"currency":"USD"}', actor: 'test' };
  expect(await mendQuarantined(mended, replay)).toEqual({ id: row!.id, result: 'accepted' });
  expect((await store.order('shop', 'O1'))?.order.total).toBe(1000);
  expect(await store.quarantine({})).toEqual([]);
});

test.each([
  ['nothing', '', TOKEN],
  ['more than any order', `{"orderId":"${'x'.repeat(300_000)}`, TOKEN],
  ['what a stranger sends', '{"orderId":', 'a-guess'],
])('%s is not', async (_, body, token) => {
  const { post, store } = await openOrders();
  expect((await post(body, token)).status).toBeGreaterThanOrEqual(400);
  expect(await store.quarantine({})).toEqual([]);
});

test('of a list one order that can not be recorded costs no other anything, is kept, and so it is however often the list comes', async () => {
  const { post, store } = await openOrders({ odd: 'odd@shop.example' });
  const orderOf = (orderId: string, email: string) => ({
    orderId,
    total: '10.00',
    currency: 'USD',
    customer: { email },
  });
  const odd = orderOf('ODD', 'odd@shop.example');
  const list = [orderOf('O1', 'a@shop.example'), odd, { orderId: 'NONE' }, orderOf('O2', 'b@shop.example')];
  const errors = [{ field: 'body', message: 'could not be recorded: no such address' }];
  for (const first of [true, false]) {
    const response = await post(JSON.stringify(list));
    expect(response.status).toBe(200);
    const taken = first ? 'accepted' : 'duplicate';
    expect(await response.json()).toMatchObject({
      results: [
        { orderId: 'O1', result: taken },
        { orderId: 'ODD', result: 'invalid', errors },
        { orderId: 'NONE', result: 'invalid', errors: [{ field: 'total' }] },
        { orderId: 'O2', result: taken },
      ],
    });
  }
  const rows = await store.quarantine({});
  expect(rows.map((row) => [row.errors[0]!.field, row.seen]).sort()).toEqual([
    ['body', 2],
    ['total', 2],
  ]);
  const alone = await post(JSON.stringify(odd));
  expect([alone.status, await alone.json()]).toMatchObject([422, { orderId: 'ODD', result: 'invalid', errors }]);
});
