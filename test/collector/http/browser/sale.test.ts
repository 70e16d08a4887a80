import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createFrontDoor } from '../../../../collector/ingest/front-door.ts';
import { createIngestLane } from '../../../../collector/http/browser/ingest-lane.ts';
import { createIngest } from '../../../../collector/ingest/ingest.ts';
import { cachedSites } from '../../../../collector/configuration/sites.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShop } from '../../../harness/shop-front.ts';
import { testSeal } from '../../../harness/sites.ts';

const folder = temporaryFolders();
const ADDRESS = '203.0.113.66';

/** Both doors of one site over real HTTP. */
async function openDoors(site = '') {
  const { store, clock, shop } = await openShop({ file: join(folder(), 'clickthread.db'), site });
  const sites = cachedSites({ store, seal: testSeal });
  const ingest = createIngest({ store, sites, seal: testSeal, clock: clock.now });
  const lane = createIngestLane({
    ...{ prefix: '/t', door: createFrontDoor({ ingest, sites, clock: clock.now }), secure: false },
    tag: { serve: () => Promise.reject(new Error('no script is asked for here')) },
    ...{ wake: () => undefined, thankYou: async () => undefined, addressOf: () => ADDRESS, waitOf: () => 0 },
    ...{ hostsOf: () => [], mayRead: async () => false },
    log: { error: (fields) => void process.stderr.write(`${JSON.stringify(fields)}\n`) },
  });
  const server = createServer((request, response) => lane.handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await store.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/t/shop/sale`;
  const read = async (response: Response) => {
    const text = await response.text();
    const errors = response.ok ? [] : (JSON.parse(text) as { errors: { field: string; message: string }[] }).errors;
    return { status: response.status, fields: errors.map(({ field }) => field).sort(), errors };
  };
  return {
    store,
    shop,
    pixel: async (query: string) => read(await fetch(`${url}?${query}`)),
    form: async (body: string) =>
      read(await fetch(url, { method: 'POST', body: new URLSearchParams(body), redirect: 'manual' })),
  };
}

test.each([
  ['', ['amount', 'id']],
  ['id=&amount=abc', ['amount', 'id']],
  ['id=O1&amount=-5', ['amount']],
  ['id=O1&amount=5&currency=dollars', ['currency']],
  ['id=O1&amount=5&signature=abc', ['signature']],
])('a sale of %j names the fields as the shop sent them: %j', async (query, fields) => {
  const doors = await openDoors();
  for (const answer of [await doors.pixel(query), await doors.form(query)])
    expect(answer).toMatchObject({ status: 422, fields });
});

test.each([
  'ID=O1&Amount=5.00&CURRENCY=EUR',
  'id=O1&amp;amount=5.00&amp;currency=EUR',
  'id=O1&amp;amp;amount=5.00&AMP;currency=EUR',
  'id=O1&amount=&Amount=5.00&currency=EUR',
])('a pixel of %j is the sale that it means', async (query) => {
  const doors = await openDoors();
  expect(await doors.pixel(query)).toMatchObject({ status: 200 });
  expect((await doors.store.order('shop', 'O1'))?.order).toMatchObject({ total: 500, currency: 'EUR' });
});

test.each([
  ['granted', 'granted'],
  ['1', 'granted'],
  ['Yes', 'granted'],
  ['denied', 'denied'],
  ['0', 'denied'],
  ['{{consent}}', 'unknown'],
])('the consent %s of a pixel is %s', async (word, marketing) => {
  const doors = await openDoors();
  expect(await doors.pixel(`id=O1&amount=5&consent=${encodeURIComponent(word)}`)).toMatchObject({ status: 200 });
  expect((await doors.store.order('shop', 'O1'))?.consent?.marketing).toBe(marketing);
});

test('a sale in another currency than before changes nothing that was said first', async () => {
  const doors = await openDoors();
  expect(await doors.pixel('id=O1&amount=5')).toMatchObject({ status: 200 });
  expect(await doors.form('id=O1&amount=5&currency=EUR')).toMatchObject({ status: 200 });
  expect((await doors.store.order('shop', 'O1'))?.order).toMatchObject({ total: 500, currency: 'USD' });
});

test.each([
  ['pending', 'pending'],
  ['Pending', 'pending'],
  ['approved', 'approved'],
  ['1', 'approved'],
  ['cancelled', 'pending'],
])('a sale whose status is %s is stored as %s: browsers report sales', async (said, status) => {
  const doors = await openDoors();
  expect(await doors.pixel(`id=O1&amount=5&status=${said}`)).toMatchObject({ status: 200 });
  expect((await doors.store.order('shop', 'O1'))?.order.status).toBe(status);
});

test('what is kept in quarantine bears the names of an order, as it is replayed', async () => {
  const doors = await openDoors();
  await doors.pixel('id=O1&amount=abc');
  const [kept] = await doors.store.quarantine({ site: 'shop' });
  expect(kept!.errors.map(({ field }) => field)).toEqual(['total']);
  expect(JSON.parse(testSeal.open(kept!.body))).toEqual({ orderId: 'O1', total: 'abc' });
});

test('whoever names several orders by pixel or form is known by the address, and earns none of them', async () => {
  const doors = await openDoors('release: shop');
  for (const n of [1, 2]) {
    expect(await doors.pixel(`id=P${n}&amount=1&irclickid=EVIL`)).toMatchObject({ status: 200 });
    expect(await doors.form(`id=F${n}&amount=1&irclickid=EVIL`)).toMatchObject({ status: 200 });
  }
  for (const orderId of ['P1', 'F1']) {
    await doors.shop({ orderId, total: '112.00', currency: 'USD', consent: { marketing: true } });
    expect((await doors.store.order('shop', orderId))?.contest).toMatchObject({ kind: 'hold' });
  }
});
