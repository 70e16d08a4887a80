import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLICK, openImpactWorld, seedOrder, TOKEN, type ImpactWorld } from '../harness/impact-world.ts';
import { until } from '../harness/until.ts';

let world: ImpactWorld;
beforeAll(async () => {
  world = await openImpactWorld();
});
afterAll(() => world?.close());

describe('the order of the founding document', () => {
  test('reaches impact.com once, as exactly the request of its example, and is confirmed', async () => {
    const { collector, impact } = world;
    const landed = Date.parse('2024-08-01T10:00:00Z');
    const touch = { visitor: 'visitor-0001', touches: [{ param: 'irclickid', value: CLICK, at: landed }] };
    // The landing is kept under a name that only the cookie holds; to a page that brought no cookie nothing is returned.
    const kept = await collector.browser('touch', touch);
    expect([kept.status, kept.text]).toEqual([204, '']);
    expect(kept.headers.getSetCookie()[0]).toMatch(/^_ct_v=[\da-f-]{36}; .*HttpOnly$/);
    const { clicks: _clicks, ...order } = seedOrder();
    expect(await collector.browser('conversion', order)).toMatchObject({
      status: 200,
      body: { orderId: 'O1234567', result: 'accepted' },
    });
    const delivery = await world.settled('O1234567', 'confirmed');

    const [request, ...questions] = (await impact.state()).received;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/Advertisers/IRexample1/Conversions',
      headers: {
        accept: 'application/json',
        authorization: 'Basic ***',
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
    expect(Object.fromEntries(new URLSearchParams(request!.body))).toEqual({
      CampaignId: '1000',
      ActionTrackerId: '9876',
      EventDate: '2024-08-02T07:55:24Z',
      OrderId: 'O1234567',
      ClickId: CLICK,
      CustomerId: 'BCZ2WVSH674563PDPYOTM3AXDQ',
      CurrencyCode: 'USD',
      OrderDiscount: '15.00',
      OrderPromoCode: '15BUCKSOFF',
      ItemSku1: '1ABC2345',
      ItemName1: 'Product Name 1',
      ItemCategory1: 'Hardware',
      ItemQuantity1: '2',
      ItemSubTotal1: '28.00',
      ItemSku2: '9ZXY7654',
      ItemName2: 'Product Name 2',
      ItemCategory2: 'Gardening',
      ItemQuantity2: '3',
      ItemSubTotal2: '99.00',
    });
    expect(questions.every(({ path }) => /^\/Advertisers\/IRexample1\/APISubmissions\/A-[\w-]+$/.test(path))).toBe(
      true,
    );
    expect(delivery).toMatchObject({
      ...{ connection: 'impact', kind: 'conversion', reason: 'recorded by impact.com', nextAt: null },
    });
    expect(delivery.attempts[0]).toMatchObject({ purpose: 'report', outcome: 'delivered', response: { status: 200 } });
    expect(delivery.attempts.at(-1)).toMatchObject({
      purpose: 'confirm',
      outcome: 'confirmed',
      response: { status: 200 },
    });
    expect(await world.recorded('O1234567')).toMatchObject([{ amount: '112.00', currency: 'USD', duplicates: 0 }]);
  });

  test('is explained with its click, the rule, what was sent and what came back', async () => {
    const view = await world.collector.explain('O1234567');
    expect(view).toMatchObject({
      ...{ site: 'shop', orderId: 'O1234567', status: 'approved', total: '112.00', currency: 'USD' },
      placedAt: '2024-08-02T07:55:24.000Z',
      attribution: {
        ...{ rule: 'last-touch', winner: { connection: 'impact', param: 'irclickid', value: CLICK } },
        touches: [{ reason: 'won: newest touch inside 30 days' }],
      },
    });
    const printed = await world.collector.run('explain', 'O1234567');
    expect(printed.code).toBe(0);
    for (const words of ['Credited to impact for irclickid', 'won: newest touch', 'confirmed: recorded by impact.com'])
      expect(printed.out).toContain(words);
  });

  test('reported again three times, and by another tab, stays one conversion', async () => {
    const { collector, impact } = world;
    const before = (await impact.state()).received.filter(({ path }) => path.endsWith('/Conversions')).length;
    for (const visitor of ['visitor-0001', 'visitor-0001', 'visitor-0001', 'visitor-0002']) {
      expect((await collector.browser('conversion', { ...seedOrder(), visitor })).body).toMatchObject({
        result: 'duplicate',
      });
    }
    await collector.browser('conversion', seedOrder('Oafter'));
    await world.settled('Oafter', 'confirmed');
    const after = (await impact.state()).received.filter(({ path }) => path.endsWith('/Conversions')).length;
    expect(after - before).toBe(1);
    expect(await world.recorded('O1234567')).toMatchObject([{ duplicates: 0 }]);
  });

  test('shows neither token nor credentials anywhere', async () => {
    const shown = JSON.stringify(await world.collector.explain('O1234567')) + world.collector.log();
    expect(shown).not.toContain(TOKEN);
    expect(shown).not.toContain(Buffer.from(`IRexample1:${TOKEN}`).toString('base64'));
  });
});

describe('an order and its life at impact.com', () => {
  test.concurrent('refunded before its verdict: the reversal waits for the sale, then goes once', async () => {
    const { collector, bearer } = world;
    await collector.browser('conversion', seedOrder('Orefund'));
    await world.settled('Orefund', 'delivered');
    const change = { status: 'refunded', reason: 'broken' };
    expect(await collector.api('PATCH', '/v1/orders/Orefund', change, bearer)).toMatchObject({
      status: 200,
      body: { orderId: 'Orefund', result: 'updated', status: 'refunded' },
    });
    const reversal = await world.settled('Orefund', 'confirmed', 'reversal');
    const sale = await world.settled('Orefund', 'confirmed');
    const verdict = sale.attempts.find(({ outcome }) => outcome === 'confirmed');
    expect(reversal.attempts[0]!.at! >= verdict!.at!).toBe(true);
    const [, request, ...more] = await world.callsFor('Orefund');
    expect(more).toEqual([]);
    expect(request).toMatchObject({ method: 'DELETE', path: '/Advertisers/IRexample1/Actions' });
    expect(Object.fromEntries(new URLSearchParams(request!.body))).toEqual({
      ...{ ActionTrackerId: '9876', OrderId: 'Orefund', DispositionCode: 'ITEM_RETURNED' },
    });
    expect(await world.recorded('Orefund')).toMatchObject([{ state: 'REVERSED' }]);
  });

  test.concurrent('refunded in part: one modification with the new amount', async () => {
    const { collector, bearer } = world;
    await collector.browser('conversion', seedOrder('Opart'));
    await world.settled('Opart', 'confirmed');
    await collector.api('PATCH', '/v1/orders/Opart', { total: '84.00' }, bearer);
    await world.settled('Opart', 'confirmed', 'modification');
    const [, change, ...more] = await world.callsFor('Opart');
    expect(more).toEqual([]);
    expect(change).toMatchObject({ method: 'PUT', path: '/Advertisers/IRexample1/Actions' });
    expect(Object.fromEntries(new URLSearchParams(change!.body))).toEqual({
      ...{ ActionTrackerId: '9876', OrderId: 'Opart', Reason: 'ORDER_UPDATE', Amount: '84.00' },
    });
  });

  test.concurrent('cancelled before it arrives: kept, and never reported', async () => {
    const { collector, bearer } = world;
    expect(await collector.api('PATCH', '/v1/orders/Oearly', { status: 'cancelled' }, bearer)).toMatchObject({
      status: 202,
    });
    await collector.browser('conversion', seedOrder('Oearly'));
    const reason = 'the order was cancelled before it was reported';
    expect(await world.settled('Oearly', 'skipped')).toMatchObject({ reason });
    await collector.browser('conversion', seedOrder('Olast'));
    await until(async () => (await world.recorded('Olast')).length === 1, { what: 'a later order' });
    expect(await world.callsFor('Oearly')).toEqual([]);
  });

  test.concurrent('approved late: reported then, with the time of the sale', async () => {
    const { collector, bearer } = world;
    await collector.api('POST', '/v1/orders', seedOrder('Olate', { status: 'pending' }), bearer);
    await world.settled('Olate', 'waiting');
    await collector.api('PATCH', '/v1/orders/Olate', { status: 'approved' }, bearer);
    await world.settled('Olate', 'confirmed');
    const [sale, ...more] = await world.callsFor('Olate');
    expect(more).toEqual([]);
    expect(new URLSearchParams(sale!.body).get('EventDate')).toBe('2024-08-02T07:55:24Z');
  });
});
