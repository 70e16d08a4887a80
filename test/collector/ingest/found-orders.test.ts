/** Orders that the page shows and nobody reports, before the collector: stored, joined, refused where a person sees it. */
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShop } from '../../harness/shop-front.ts';
import { IMPACT } from '../../harness/sites.ts';

const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;
let open: Shop | undefined;
afterEach(() => open?.store.close());

async function shopWith(connections: readonly string[] = [IMPACT]): Promise<Shop> {
  open = await openShop({ file: join(folder(), 'clickthread.db'), connections });
  return open;
}

const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';
const items = [{ item_id: 'A', item_name: 'a', price: 10, quantity: 1 }];
const layer = (more: object = {}, event = 'purchase') => ({
  source: 'layer',
  name: 'dataLayer',
  data: { event, ecommerce: { transaction_id: 'O1', value: 10, currency: 'USD', ...more } },
});
const page = (shop: Shop, ...found: object[]) => ({
  visitor: 'visitor-1',
  touches: [{ param: 'irclickid', value: CLICK, at: shop.clock.now() }],
  found,
});

describe('what a page said', () => {
  test('is stored and credited as a report of the page', async () => {
    const shop = await shopWith();
    const { status, body } = await shop.browser('conversion', page(shop, layer({ items, coupon: 'A, B' })));
    expect([status, body]).toEqual([200, { orderId: 'O1', result: 'accepted' }]);
    expect(await shop.store.order('shop', 'O1')).toMatchObject({
      reporter: 'browser',
      order: { total: 1000, currency: 'USD', coupons: ['A', 'B'], items: [{ sku: 'A', quantity: 1, price: 1000 }] },
      attribution: { winner: { connection: 'impact', value: CLICK } },
    });
  });

  test('may be several orders, each answered', async () => {
    const shop = await shopWith();
    const { body } = await shop.browser('conversion', page(shop, layer(), layer({ transaction_id: 'O2' })));
    expect(body).toEqual({
      orderId: 'O1',
      result: 'accepted',
      orders: [
        { orderId: 'O1', result: 'accepted' },
        { orderId: 'O2', result: 'accepted' },
      ],
    });
  });

  test('and can’t be read is in quarantine, and what can be is taken all the same', async () => {
    const shop = await shopWith();
    const wrong = layer({ transaction_id: 'O2', value: '(12.00)' });
    const { status, body } = await shop.browser('conversion', page(shop, layer(), wrong));
    expect([status, body]).toEqual([
      200,
      { orderId: 'O1', result: 'accepted', warnings: [{ field: 'total', message: expect.any(String) as string }] },
    ]);
    expect(await shop.store.order('shop', 'O2')).toBeUndefined();
    expect((await shop.browser('conversion', page(shop, wrong))).status).toBe(422);
    expect(await shop.store.quarantine({ limit: 10 })).toMatchObject([
      { route: 'conversion', errors: [{ field: 'total' }], seen: 2 },
    ]);
  });

  test('and is no sale leaves nothing, and the answer says so', async () => {
    const shop = await shopWith();
    const { status, body } = await shop.browser('conversion', page(shop, layer({ items }, 'refund')));
    expect([status, body]).toMatchObject([200, { orderId: '', result: 'ignored', warnings: [{ field: 'event' }] }]);
    expect(await shop.store.order('shop', 'O1')).toBeUndefined();
    expect(await shop.store.quarantine({ limit: 10 })).toEqual([]);
  });
});
