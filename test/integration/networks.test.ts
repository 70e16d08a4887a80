/** Two networks on the built collector, where store and relay are threads apart: a batch with a verdict each, and a token that is kept sealed. */
import { afterEach, expect, test } from 'vitest';
import Database from 'better-sqlite3';
import { systemClock } from '../../collector/lib/clock.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { startCollector, type Collector } from '../harness/collector.ts';
import { until } from '../harness/until.ts';
import { controlOf } from '../sandbox/control.ts';

const ADMIN = 'an-invented-admin-token';
const AWIN = 'aw/secret+key=1';
const TRADEDOUBLER = {
  clientId: 'client-1',
  clientSecret: 'td/client+secret=1',
  username: 'shop',
  password: 'td/pass+word=1',
};

let sandbox: Sandbox;
let collector: Collector;
afterEach(async () => {
  await collector.remove();
  await sandbox.stop();
});

const configuration = () =>
  JSON.stringify({
    sites: [
      {
        ...{ id: 'shop', domains: ['shop.example'], currency: 'EUR', consent: 'granted' },
        connections: [
          {
            ...{ id: 'awin', type: 'awin' },
            settings: {
              ...{ advertiserId: '1001', apiKey: AWIN, baseUrl: `${sandbox.url}/awin` },
              groups: { 'category=Shoes': 'SHOES' },
            },
          },
          {
            ...{ id: 'td', type: 'tradedoubler' },
            settings: { ...TRADEDOUBLER, organizationId: '2', eventId: '4', baseUrl: `${sandbox.url}/tradedoubler` },
          },
        ],
      },
    ],
  });

const order = (orderId: string, click: { param: string; value: string }) => ({
  ...{ orderId, total: '100.00', currency: 'EUR', visitor: `visitor-${orderId}` },
  items: [
    { sku: 'S', category: 'Shoes', quantity: 1, price: '33.33' },
    { sku: 'H', category: 'Hats', quantity: 1, price: '66.67' },
  ],
  clicks: { [click.param]: click.value },
});

test('a batch is told with its groups and explained, a change finds its transaction with a token that is kept sealed', async () => {
  sandbox = await startSandbox({ clock: systemClock });
  const awin = controlOf(() => sandbox, 'awin');
  const tradedoubler = controlOf(() => sandbox, 'tradedoubler');
  await awin.settings({ apiKey: AWIN });
  await tradedoubler.settings(TRADEDOUBLER);
  collector = await startCollector({ yaml: configuration(), env: { CLICKTHREAD_ADMIN_TOKEN: ADMIN } });
  const state = (orderId: string, kind: string, wanted: string) =>
    until(
      async () => {
        const newest = (await collector.explain(orderId)).deliveries.filter((one) => one.kind === kind).at(-1);
        return newest?.state === wanted && newest;
      },
      { what: `${kind} of ${orderId} to be ${wanted}` },
    );

  await collector.browser('conversion', order('A1', { param: 'awc', value: '1001_1763000000_abcdef' }));
  const told = await state('A1', 'conversion', 'delivered');
  expect(told.tells).toBe('100.00 EUR (net; SHOES 33.33 EUR; DEFAULT 66.67 EUR)');
  expect((await awin.state()).recorded).toMatchObject([
    { orderReference: 'A1', groups: [{ amount: 33.33 }, { amount: 66.67 }] },
  ]);

  await collector.browser('conversion', order('T1', { param: 'tduid', value: 'a1b2c3d4e5f60718293a4b5c6d7e8f90' }));
  // Asked for minutes later: until then it is told and unverified, and metrics count it under that name.
  await state('T1', 'conversion', 'unverified');
  const metrics = await collector.api('GET', '/metrics', undefined, { authorization: `Bearer ${ADMIN}` });
  expect(metrics.text).toContain('clickthread_deliveries{site="shop",connection="td",state="unverified"} 1');
  const { out } = await collector.run('connection', 'test', 'td');
  expect(out).toContain('Tradedoubler gives a token');
  expect((await tradedoubler.state()).recorded).toMatchObject([{ orderNumber: 'T1', orderValue: '100.00' }]);

  // Its report says that it is there: then the refund may go, with a token.
  const report = 'Order number;Order value;Status\nT1;100,00;P\n';
  const { writeFileSync } = await import('node:fs');
  writeFileSync(`${collector.data}/report.csv`, report);
  const settled = await collector.run('reconcile', 'td', `${collector.data}/report.csv`);
  expect(settled.out).toContain('1 report told without an answer has its verdict now.');
  await collector.api('PATCH', '/v1/orders/T1?site=shop', { status: 'refunded' }, { authorization: `Bearer ${ADMIN}` });
  await state('T1', 'reversal', 'delivered');
  expect((await tradedoubler.state()).recorded).toMatchObject([{ status: 'D' }]);
  const db = new Database(collector.database, { readonly: true });
  const token = db.prepare("SELECT token FROM connection WHERE id = 'td'").pluck().get() as Buffer;
  db.close();
  expect(token.length).toBeGreaterThan(100);
  expect(token.toString('latin1')).not.toContain('access');
});
