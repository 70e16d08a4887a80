/** Honest lives of orders beside the attacks: each ends told once, and nobody has to decide anything. */
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { hours, minutes } from '../../../collector/lib/duration.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShop } from '../../harness/shop-front.ts';
import { IMPACT } from '../../harness/sites.ts';

const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;
let open: Shop | undefined;
afterEach(() => open?.store.close());

const sale = (orderId: string, more: object = {}): object => ({ orderId, total: '112.00', currency: 'USD', ...more });
const touched = (at: number, value = 'click-1'): object => ({ touches: [{ param: 'irclickid', value, at }] });
const FOREIGN = { page: 'foreign' as const };

type Life = (shop: Shop, orderId: string) => Promise<void>;
const LIVES: Record<string, Life> = {
  async 'two tabs'(shop, orderId) {
    const word = sale(orderId, { visitor: 'visitor-1', ...touched(shop.clock.now()) });
    await shop.report(word);
    await shop.report(word);
  },
  async 'checkout on the linked domain'(shop, orderId) {
    const landed = touched(shop.clock.now());
    await shop.browser('touch', { visitor: 'visitor-shop', ...landed });
    await shop.browser('touch', { visitor: 'visitor-till', handover: 'once-0001', ...landed });
    await shop.report(sale(orderId, { visitor: 'visitor-till', ...landed }));
    await shop.report(sale(orderId, { visitor: 'visitor-shop', ...landed }));
  },
  async 'cookies blocked'(shop, orderId) {
    const word = sale(orderId, touched(shop.clock.now()));
    await shop.report(word);
    await shop.report(word);
  },
  async 'collector on another domain'(shop, orderId) {
    const landed = { visitor: 'visitor-page', ...touched(shop.clock.now()) };
    await shop.browser('touch', landed, { origin: 'https://shop.example', hosts: ['t.collector.example'] });
    const { status } = await shop.browser('conversion', sale(orderId, landed), {
      ...{ origin: 'https://shop.example', hosts: ['t.collector.example'] },
    });
    expect(status).toBe(200);
  },
  async 'a sandboxed pixel, then the thank-you page'(shop, orderId) {
    const landed = touched(shop.clock.now());
    await shop.report(sale(orderId, landed), FOREIGN);
    await shop.report(sale(orderId, { visitor: 'visitor-1', ...landed }));
  },
  async 'a sandboxed pixel alone'(shop, orderId) {
    await shop.report(sale(orderId, touched(shop.clock.now())), FOREIGN);
  },
  async 'an e-mail link opened on the phone, after another click'(shop, orderId) {
    await shop.report(sale(orderId, { visitor: 'visitor-laptop', ...touched(shop.clock.now()) }));
    shop.clock.pass(hours(20));
    await shop.browser('touch', { visitor: 'visitor-phone', ...touched(shop.clock.now(), 'click-later') });
    await shop.report(sale(orderId, { visitor: 'visitor-phone', ...touched(shop.clock.now(), 'click-later') }));
  },
  async 'an e-mail link opened on the phone, of a buyer who bought twice'(shop, orderId) {
    await shop.report(sale(`${orderId}-first`, { visitor: 'visitor-laptop' }));
    await shop.report(sale(orderId, { visitor: 'visitor-laptop', ...touched(shop.clock.now()) }));
    await shop.report(sale(orderId, { visitor: 'visitor-phone' }));
  },
  async 'consent a page later'(shop, orderId) {
    const word = sale(orderId, { visitor: 'visitor-1', ...touched(shop.clock.now()) });
    await shop.report({ ...word, consent: { marketing: 'unknown' } });
    await shop.report({ ...word, consent: { marketing: 'granted', source: 'gcm' } });
  },
  async 'the amount without tax and shipping on the page'(shop, orderId) {
    await shop.report(sale(orderId, { total: '100.00', visitor: 'visitor-1', ...touched(shop.clock.now()) }));
  },
};

const told = async (shop: Shop, orderId: string) =>
  (await shop.of('conversion', 'impact', orderId)).filter(({ state }) => state === 'confirmed');

describe.each(Object.entries(LIVES))('%s', (_name, live) => {
  test.each(['shop', 'browser'])('ends told once, and uncontested (release: %s)', async (release) => {
    open = await openShop({
      file: join(folder(), 'clickthread.db'),
      connections: [IMPACT],
      site: `release: ${release}`,
    });
    await live(open, 'LIFE');
    await open.relayed({ state: 'confirmed' });
    open.clock.pass(minutes(1));
    await open.shop(sale('LIFE', { tax: '7.00', shipping: '5.00' }));
    await open.relayed({ state: 'confirmed' });
    expect(await told(open, 'LIFE')).toMatchObject([{ report: { credited: true, click: { value: 'click-1' } } }]);
    expect(await open.of('reversal', 'impact', 'LIFE')).toEqual([]);
    expect((await open.store.order('shop', 'LIFE'))?.contest).toBeNull();
  });
});

describe('many at once', () => {
  test.each([
    ['gift orders from one office', 30, { ip: '203.0.113.9' }, 'address-busy'],
    ['a sale day: one visitor buys and buys', 14, { visitor: 'visitor-keen' }, 'visitor-busy'],
  ])('%s are each told once, uncontested, whatever signs they show', async (_name, orders, same, signal) => {
    open = await openShop({ file: join(folder(), 'clickthread.db'), connections: [IMPACT], site: 'release: shop' });
    const { clock } = open;
    for (let n = 1; n <= orders; n += 1) {
      const own = { visitor: `visitor-gift-${n}`, ...touched(clock.now(), `click-of-gift-${n}`), ...same };
      const { ip, ...word } = own as { ip?: string };
      await open.report(sale(`GIFT${n}`, word), ip === undefined ? {} : { ip });
      clock.pass(minutes(1));
      await open.shop(sale(`GIFT${n}`));
    }
    while ((await open.relayed({ state: 'confirmed' })).length > 0);
    for (let n = 1; n <= orders; n += 1) {
      expect(await told(open, `GIFT${n}`)).toHaveLength(1);
      expect((await open.store.order('shop', `GIFT${n}`))?.contest).toBeNull();
    }
    expect((await open.store.findOrders({ signal })).length).toBeGreaterThan(0);
  });
});
