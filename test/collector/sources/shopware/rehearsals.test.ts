/** Orders that are none: Shopware marks no order as a test, so its owner names a payment method that serves for rehearsals alone. */
import { expect, test } from 'vitest';
import { temporaryFolders } from '../../../harness/folder.ts';
import { later, openShopWorld } from '../../../harness/shop-world.ts';

const AWC = '1001_1763000000_abcdef';
const NUMBER = '10042';
const folder = temporaryFolders();

test('an order by the payment method of rehearsals is told to nobody, and a page’s report of it is taken back', async () => {
  const world = await openShopWorld('shopware', {
    folder: folder(),
    settings: (sandbox) => ({
      ...{ url: `${sandbox}/shopware`, accessKeyId: 'SWIASANDBOXSANDBOX', secretAccessKey: 'sandbox' },
      testMethod: 'payment_cash',
    }),
  });
  const order = { customFields: { ct_clicks: `awc=${AWC}` }, method: 'payment_cash' };
  const sale = { orderId: NUMBER, total: '95.00', currency: 'EUR', visitor: 'visitor-1', clicks: { awc: AWC } };
  await world.browser('conversion', sale);
  expect(await world.told(NUMBER)).toEqual(['conversion delivered']);
  await world.merchant('POST', 'orders', order);
  await later(world);
  expect((await world.told(NUMBER)).at(-1)).toBe('reversal delivered');
  const { orderNumber } = await world.merchant('POST', 'orders', order);
  await later(world);
  expect((await world.told(String(orderNumber))).filter((line) => line.endsWith('delivered'))).toEqual([]);
  expect(await world.books()).toHaveLength(1);
});
