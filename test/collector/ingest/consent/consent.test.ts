/** Consent in an order's life: what waits and is released, what a withdrawal ends and stops, by visitor and by customer, and what the browser's signal means. */
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Command } from '../../../../collector/intake/command.ts';
import { days, hours } from '../../../../collector/lib/duration.ts';
import { GATE_REASONS, VISITORLESS_REASON } from '../../../../collector/model/authority/consent-gate.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShop } from '../../../harness/shop-front.ts';
import { CARTSTACK, IMPACT } from '../../../harness/sites.ts';

const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;
let open: Shop | undefined;
afterEach(() => open?.store.close());

async function shopWith(site: string, connections: readonly string[] = [IMPACT]): Promise<Shop> {
  open = await openShop({ file: join(folder(), 'clickthread.db'), connections, site });
  return open;
}

const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';
const yes = { marketing: 'granted', source: 'manual' };
const no = { marketing: 'denied', source: 'manual' };
const landing = (shop: Shop, more: object = {}) => ({
  ...{ visitor: 'visitor-1', consent: yes },
  touches: [{ param: 'irclickid', value: CLICK, at: shop.clock.now() }],
  ...more,
});
const order = { orderId: 'O1', total: '112.00', visitor: 'visitor-1' };
const clicked = { ...order, clicks: { irclickid: CLICK } };
const withdraw = (shop: Shop, visitor = 'visitor-1', more: object = {}) =>
  shop.browser('touch', { visitor, touches: [], consent: no }, more);
const reasonOf = async (shop: Shop, orderId = 'O1') => {
  const [sale] = await shop.of('conversion', 'impact', orderId);
  return sale && [sale.state, sale.reason];
};
const countsOf = async (shop: Shop) =>
  Object.fromEntries(
    (await shop.store.orderCounts()).filter(({ what }) => what === 'consent').map((one) => [one.name, one.count]),
  );
const WAITS = ['waiting', GATE_REASONS.waiting];
const DUE = ['due', 'ready to be sent'];
const WITHDRAWN = ['skipped', GATE_REASONS.withdrawn];

describe('on a site that waits', () => {
  test('an order without an answer waits, is counted, and a yes a page later releases it', async () => {
    const shop = await shopWith('consent: wait');
    await shop.browser('conversion', clicked);
    expect(await reasonOf(shop)).toEqual(WAITS);
    expect(await countsOf(shop)).toEqual({ waiting: 1 });
    shop.clock.pass(hours(1));
    await shop.browser('touch', landing(shop, { visitor: 'visitor-2' }));
    expect(await reasonOf(shop)).toEqual(WAITS);
    await shop.browser('touch', landing(shop));
    expect(await reasonOf(shop)).toEqual(DUE);
    expect(await countsOf(shop)).toEqual({});
    expect((await shop.story()).at(-1)).toContain('its visitor agreed');
    expect((await shop.store.order('shop', 'O1'))?.consent).toEqual(yes);
  });

  test('the yes that comes with another order of the visitor releases what waited', async () => {
    const shop = await shopWith('consent: wait');
    await shop.browser('conversion', clicked, { visitor: 'cookie-0001' });
    shop.clock.pass(hours(1));
    await shop.browser(
      'conversion',
      { ...clicked, orderId: 'O2', total: '5', consent: yes },
      { visitor: 'cookie-0001' },
    );
    expect(await reasonOf(shop)).toEqual(DUE);
    expect(await reasonOf(shop, 'O2')).toEqual(DUE);
  });

  test('a yes that comes in the same commit as the order releases it', async () => {
    const shop = await shopWith('consent: wait');
    const touched: Command = {
      ...{ type: 'touch', site: 'shop', visitor: '~visitor-1', hint: 'visitor-1', touches: [], brief: true },
      consent: { marketing: 'granted', source: 'manual' },
    };
    await shop.together(clicked, touched);
    expect(await reasonOf(shop)).toEqual(DUE);
  });

  test('the yes of a site, an answer that is none and somebody else’s yes release nothing', async () => {
    const shop = await shopWith('consent: wait');
    await shop.browser('conversion', clicked);
    for (const consent of [{ marketing: 'granted', source: 'site' }, { marketing: 'unknown' }, undefined])
      await shop.browser('touch', landing(shop, { consent }));
    expect(await reasonOf(shop)).toEqual(WAITS);
  });

  test('an earlier yes of the visitor counts for a pixel that says nothing', async () => {
    const shop = await shopWith('consent: wait');
    await shop.browser('touch', landing(shop));
    await shop.browser('sale', { orderId: 'O1', total: '112', visitor: 'visitor-1' });
    expect(await reasonOf(shop)).toEqual(DUE);
  });

  test('a pixel may state the answer', async () => {
    const shop = await shopWith('consent: wait');
    for (const [orderId, marketing, state] of [
      ['O1', 'granted', 'due'],
      ['O2', 'denied', 'skipped'],
    ] as const) {
      await shop.browser('sale', { ...clicked, orderId, visitor: `visitor-${orderId}`, consent: { marketing } });
      expect(await shop.states(orderId)).toEqual({ 'impact conversion 0': state });
    }
  });

  test('a shop’s report without consent and without a known visitor waits, or is told where the site says so', async () => {
    const shop = await shopWith('consent: wait');
    const report = { orderId: 'O1', total: '112', clicks: { irclickid: CLICK } };
    expect(await shop.shop(report)).toMatchObject({
      warnings: [{ field: 'consent', message: expect.stringContaining('shopConsent') }],
    });
    expect(await reasonOf(shop)).toEqual(['waiting', VISITORLESS_REASON]);
    expect(await countsOf(shop)).toEqual({ waiting: 1 });
    expect(await shop.shop({ ...report, consent: { marketing: true } })).toMatchObject({ warnings: [] });
    expect(await reasonOf(shop)).toEqual(DUE);
    await shop.shop({ ...report, orderId: 'O2', consent: { marketing: false } });
    expect(await reasonOf(shop, 'O2')).toEqual(['skipped', GATE_REASONS.denied]);
    await shop.apply([IMPACT], 'consent: wait\nshopConsent: granted');
    await shop.shop({ ...report, orderId: 'O3' });
    expect(await reasonOf(shop, 'O3')).toEqual(DUE);
  });

  test('a shop’s report that names a visitor follows its answer, whatever shopConsent says', async () => {
    const shop = await shopWith('consent: wait\nshopConsent: granted');
    await shop.browser('conversion', clicked);
    await shop.shop({ orderId: 'O1', total: '112' });
    expect(await reasonOf(shop)).toEqual(WAITS);
    await shop.browser('touch', landing(shop));
    expect(await reasonOf(shop)).toEqual(DUE);
    await shop.shop({ orderId: 'O2', total: '7', visitor: 'visitor-1' });
    expect(await reasonOf(shop, 'O2')).toEqual(DUE);
  });
});

describe('a withdrawal', () => {
  test('ends the visitor’s touches, stops what is queued, and is counted under its name', async () => {
    const shop = await shopWith('consent: wait');
    await shop.browser('touch', landing(shop));
    await shop.browser('conversion', { ...order, consent: yes });
    expect(await reasonOf(shop)).toEqual(DUE);
    shop.clock.pass(hours(1));
    await withdraw(shop);
    expect(await reasonOf(shop)).toEqual(WITHDRAWN);
    expect(await countsOf(shop)).toEqual({ withdrawn: 1 });
    expect(await shop.store.touchesOf('shop', '~visitor-1')).toEqual([]);
    expect((await shop.story()).at(-1)).toBe('its visitor withdrew consent');
  });

  test('beats the shop’s yes, its journey, and the visitor’s old name, whichever comes first', async () => {
    for (const before of [true, false]) {
      const shop = await shopWith('consent: wait\nshopConsent: granted');
      const report = { ...clicked, consent: { marketing: true } };
      await shop.browser('touch', landing(shop));
      if (before) await withdraw(shop);
      await shop.shop(report);
      shop.clock.pass(1000);
      if (!before) await withdraw(shop);
      expect(await reasonOf(shop), `withdrawn ${before ? 'before' : 'after'}`).toEqual(WITHDRAWN);
      await shop.shop({ ...report, total: '113' });
      await shop.patch({ status: 'pending' });
      await shop.patch({ status: 'approved' });
      expect((await reasonOf(shop))?.[0]).toBe('skipped');
      await shop.store.close();
    }
    open = undefined;
  });

  test('is looked up when the report is sent, whatever the order says', async () => {
    const shop = await shopWith('consent: granted');
    await shop.browser('conversion', clicked);
    shop.clock.pass(hours(1));
    const [claim] = await shop.store.claim({
      ...{ site: 'shop', connection: 'impact', now: shop.clock.now(), leaseMs: 1, limit: 1, owner: 'one' },
    });
    expect(claim?.gate).toBe('open');
    shop.clock.pass(hours(1));
    await withdraw(shop);
    const [again] = await shop.store.claim({
      ...{ site: 'shop', connection: 'impact', now: shop.clock.now(), leaseMs: 60_000, limit: 1, owner: 'two' },
    });
    expect(again?.gate).toBe('withdrawn');
  });

  test('of a customer stops the orders that the shop reports without a browser, and those of the e-mail and the phone', async () => {
    const shop = await shopWith('consent: granted', [IMPACT, CARTSTACK]);
    const customer = { id: 'C1', email: 'jane@example.com', phone: '+1 555 0100 77' };
    await shop.browser('touch', landing(shop));
    await shop.browser('conversion', order);
    await shop.shop({ orderId: 'O1', total: '112.00', customer });
    await shop.shop({ orderId: 'QUEUED', total: '9', clicks: { irclickid: CLICK }, customer: { id: 'C1' } });
    expect(await reasonOf(shop, 'QUEUED')).toEqual(DUE);
    shop.clock.pass(days(1));
    await withdraw(shop);
    for (const orderId of ['O1', 'QUEUED']) expect(await reasonOf(shop, orderId), orderId).toEqual(WITHDRAWN);
    const later = { total: '5', clicks: { irclickid: CLICK }, consent: { marketing: true } };
    const named: [string, object][] = [
      ['BY-ID', { id: 'C1' }],
      ['BY-MAIL', { email: ' Jane@Example.com' }],
      ['BY-PHONE', { phone: '0015550100 77' }],
    ];
    for (const [orderId, who] of named) {
      await shop.shop({ ...later, orderId, customer: who });
      expect(await reasonOf(shop, orderId), orderId).toEqual(WITHDRAWN);
    }
    await shop.shop({ ...later, orderId: 'OTHER', customer: { id: 'C2', email: 'joe@example.com' } });
    expect(await reasonOf(shop, 'OTHER')).toEqual(DUE);
    const kept = JSON.stringify(await shop.store.withdrawalsOf('shop', '~visitor-1'));
    expect(kept).not.toContain('jane');
  });

  test('of a visitor whom the shop names as a customer only later is the customer’s, too', async () => {
    const shop = await shopWith('consent: granted');
    await shop.browser('touch', landing(shop));
    await withdraw(shop);
    shop.clock.pass(hours(1));
    await shop.shop({ ...order, customer: { id: 'C1' } });
    await shop.shop({ orderId: 'O2', total: '5', clicks: { irclickid: CLICK }, customer: { id: 'C1' } });
    expect(await reasonOf(shop, 'O2')).toEqual(WITHDRAWN);
  });

  test('of a customer ends with a later yes of the same customer in another browser', async () => {
    const shop = await shopWith('consent: wait');
    const customer = { id: 'C1' };
    await shop.browser('conversion', { ...clicked, consent: yes });
    await shop.shop({ orderId: 'O1', total: '112', customer });
    shop.clock.pass(hours(1));
    await withdraw(shop);
    shop.clock.pass(days(30));
    await shop.browser('conversion', { ...clicked, orderId: 'O2', visitor: 'visitor-2', consent: yes });
    await shop.shop({ orderId: 'O2', total: '112', customer });
    expect(await reasonOf(shop, 'O2')).toEqual(DUE);
  });

  test('of a stranger who guessed the number of an order stops nothing that the shop states a yes for', async () => {
    const shop = await shopWith('consent: wait');
    await shop.browser('conversion', { ...clicked, total: '1', visitor: 'stranger-1', consent: yes });
    const report = { orderId: 'O1', total: '112', clicks: { irclickid: 'REAL-click-1' }, customer: { id: 'C1' } };
    await shop.shop({ ...report, consent: { marketing: true } });
    shop.clock.pass(hours(1));
    await withdraw(shop, 'stranger-1');
    expect(await reasonOf(shop)).toEqual(DUE);
    await shop.shop({ ...report, orderId: 'O2', consent: { marketing: true } });
    expect(await reasonOf(shop, 'O2')).toEqual(DUE);
  });

  test('tells no more changes of a sale that was told, and lets it be taken back', async () => {
    const shop = await shopWith('consent: granted');
    await shop.browser('conversion', clicked);
    await shop.relayed({ state: 'delivered' });
    shop.clock.pass(hours(1));
    await withdraw(shop);
    await shop.patch({ total: '50.00' });
    expect(await shop.of('modification')).toMatchObject([{ state: 'skipped', reason: GATE_REASONS.withdrawn }]);
    await shop.patch({ status: 'refunded' });
    expect(await shop.of('reversal')).toMatchObject([{ state: 'due' }]);
    const claims = await shop.store.claim({
      ...{ site: 'shop', connection: 'impact', now: shop.clock.now(), leaseMs: 1, limit: 9, owner: 'one' },
    });
    expect(claims.map(({ delivery, gate }) => [delivery.kind, gate])).toEqual([['reversal', 'withdrawn']]);
  });
});

describe('Global Privacy Control', () => {
  test('without a yes is a no on every kind of site, counted under its name, and leaves nothing behind', async () => {
    for (const site of ['consent: wait', 'consent: granted', 'consent: auto']) {
      const shop = await shopWith(site);
      const consent = site === 'consent: granted' ? { marketing: 'granted', source: 'site' } : undefined;
      await shop.browser('touch', landing(shop, { consent }), { gpc: true });
      expect(await shop.store.touchesOf('shop', '~visitor-1'), site).toEqual([]);
      expect(await shop.store.withdrawalsOf('shop', '~visitor-1'), site).toEqual([]);
      await shop.browser('conversion', { ...clicked, consent }, { gpc: true });
      expect(await reasonOf(shop), site).toEqual(['skipped', GATE_REASONS.gpc]);
      expect(await countsOf(shop), site).toEqual({ gpc: 1 });
      await shop.browser('conversion', { ...clicked, consent: yes }, { gpc: true });
      expect(await reasonOf(shop), site).toEqual(DUE);
      await shop.store.close();
    }
    open = undefined;
  });

  test('is told nothing by where the site ignores it', async () => {
    const shop = await shopWith('consent: granted\ngpc: ignore');
    await shop.browser('conversion', clicked, { gpc: true });
    expect(await reasonOf(shop)).toEqual(DUE);
  });

  test('a change to ignore it is in the audit log, once', async () => {
    const shop = await shopWith('consent: granted');
    await shop.apply([IMPACT], 'gpc: ignore');
    await shop.apply([IMPACT], 'gpc: ignore\nname: Shop');
    const logged = (await shop.store.auditLog({ limit: 10 })).filter(({ detail }) => detail.includes('gpcIgnored'));
    expect(logged.map(({ detail }) => JSON.parse(detail) as object)).toMatchObject([{ gpcIgnored: ['shop'] }]);
  });
});
