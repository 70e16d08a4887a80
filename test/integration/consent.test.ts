/** Consent against the built collector over HTTP: each door that told an order after a "no", or without an answer, and the honest case beside it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLICK, openImpactWorld, type ImpactWorld } from '../harness/impact-world.ts';
import { until } from '../harness/until.ts';

let world: ImpactWorld;
let auth: Record<string, string>;
beforeAll(async () => {
  world = await openImpactWorld({ site: '    consent: wait' });
  auth = { authorization: `Bearer ${await world.collector.key()}`, 'content-type': 'application/json' };
});
afterAll(() => world?.close());

const yes = { marketing: 'granted', source: 'manual' };
const no = { marketing: 'denied', source: 'manual' };
const landing = (visitor: string, consent: object = yes) => ({
  ...{ visitor, consent },
  touches: [{ param: 'irclickid', value: CLICK, at: Date.now() }],
});
const sale = (orderId: string, more: object = {}) => ({ orderId, total: '10.00', currency: 'USD', ...more });
const report = async (orderId: string, more: object = {}) => {
  const answer = await world.collector.api('POST', '/v1/orders', sale(orderId, more), auth);
  expect(answer.status, answer.text).toBeLessThan(300);
};
const pixel = async (query: string, headers: Record<string, string> = {}) =>
  expect((await world.collector.api('GET', `/t/shop/sale?${query}`, undefined, headers)).status).toBe(200);
const withdraw = (visitor: string) => world.collector.browser('touch', { visitor, touches: [], consent: no });
/** The state and reason of the conversion, and whether impact.com heard anything. */
const fate = async (orderId: string) => {
  const view = await world.collector.explain(orderId);
  const sales = view.deliveries.filter(({ kind }) => kind === 'conversion');
  return [view.gate, sales.map(({ state }) => state), (await world.callsFor(orderId)).length];
};

describe('a withdrawal', () => {
  test('stops the shop’s later order with that journey, whatever the shop says of consent', async () => {
    await world.collector.browser('touch', landing('visitor-w001'));
    await withdraw('visitor-w001');
    await report('W-JOURNEY', { visitor: 'visitor-w001', clicks: { irclickid: CLICK }, consent: { marketing: true } });
    expect(await fate('W-JOURNEY')).toEqual(['withdrawn', ['skipped'], 0]);
  });

  test('stops the shop’s later order of that customer, who is told of in no browser', async () => {
    const customer = { id: 'C-W2' };
    await world.collector.browser('touch', landing('visitor-w002'));
    await report('W-FIRST', { visitor: 'visitor-w002', customer });
    await world.settled('W-FIRST', 'confirmed');
    await withdraw('visitor-w002');
    await report('W-PHONE', { customer, clicks: { irclickid: CLICK }, consent: { marketing: true } });
    expect(await fate('W-PHONE')).toEqual(['withdrawn', ['skipped'], 0]);
    await report('W-OTHER', { customer: { id: 'C-W3' }, clicks: { irclickid: CLICK }, consent: { marketing: true } });
    await world.settled('W-OTHER', 'confirmed');
  });

  test('stops what waits for its next try, and the vendor hears nothing more', async () => {
    await world.impact.script([{ kind: 'status', status: 503, times: 1 }]);
    await world.collector.browser('conversion', {
      ...sale('W-QUEUED', { consent: yes }),
      ...landing('visitor-w003'),
    });
    await until(async () => (await world.callsFor('W-QUEUED')).length === 1, { what: 'the first try' });
    await world.settled('W-QUEUED', 'due');
    await withdraw('visitor-w003');
    expect((await world.settled('W-QUEUED', 'skipped')).reason).toBe('the visitor withdrew consent');
    expect(await world.callsFor('W-QUEUED')).toHaveLength(1);
  });
});

describe('no answer', () => {
  test('of a pixel on a site that waits is no yes; a yes on a later page releases the order', async () => {
    await pixel(`id=N-PIXEL&amount=10&visitor=visitor-n001&irclickid=${CLICK}`);
    expect(await fate('N-PIXEL')).toEqual(['waiting', ['waiting'], 0]);
    await world.collector.browser('touch', landing('visitor-n001'));
    await world.settled('N-PIXEL', 'confirmed');
  });

  test('is given in the pixel itself, and in the form', async () => {
    await pixel(`id=N-YES&amount=10&irclickid=${CLICK}&consent=granted`);
    await pixel(`id=N-NO&amount=10&irclickid=${CLICK}&consent=denied`);
    const form = `id=N-FORM&amount=10&irclickid=${CLICK}&consent=granted`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await fetch(`${world.collector.url}/t/shop/sale`, { method: 'POST', body: form, headers, redirect: 'manual' });
    for (const orderId of ['N-YES', 'N-FORM']) await world.settled(orderId, 'confirmed');
    expect(await fate('N-NO')).toEqual(['denied', ['skipped'], 0]);
  });

  test('of a shop whose visitor nobody knows waits, is counted, and is named by the doctor', async () => {
    await report('N-SHOP', { clicks: { irclickid: CLICK } });
    expect(await fate('N-SHOP')).toEqual(['waiting', ['waiting'], 0]);
    const metrics = await world.collector.api('GET', '/metrics', undefined, world.bearer);
    expect(metrics.text).toMatch(/clickthread_orders_stopped_by_consent\{site="shop",why="waiting"\} 1\n/);
    const { out } = await world.collector.run('doctor', '--json');
    expect(out).toContain('1 order waits for an answer about consent');
    await report('N-SHOP', { clicks: { irclickid: CLICK }, consent: { marketing: true } });
    await world.settled('N-SHOP', 'confirmed');
  });
});

test('Global Privacy Control without a yes is a no, counted under its name; with a yes it is told', async () => {
  const signal = { 'sec-gpc': '1' };
  await pixel(`id=G-PIXEL&amount=10&irclickid=${CLICK}`, signal);
  const page = sale('G-PAGE', { ...landing('visitor-g001', { marketing: 'granted', source: 'site' }) });
  await world.collector.browser('conversion', page, signal);
  for (const orderId of ['G-PIXEL', 'G-PAGE']) expect(await fate(orderId), orderId).toEqual(['gpc', ['skipped'], 0]);
  const metrics = await world.collector.api('GET', '/metrics', undefined, world.bearer);
  expect(metrics.text).toMatch(/clickthread_orders_stopped_by_consent\{site="shop",why="gpc"\} 2\n/);
  await world.collector.browser('conversion', sale('G-YES', landing('visitor-g002')), signal);
  await world.settled('G-YES', 'confirmed');
});
