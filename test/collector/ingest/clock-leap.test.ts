/** A clock that leaps ahead by years, and is put right: what came meanwhile is kept, and what comes after it is credited as ever. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShop } from '../../harness/shop-front.ts';
import { IMPACT } from '../../harness/sites.ts';

const folder = temporaryFolders();

test('a touch and its order after the leap are credited, and listed after those of before', async () => {
  const shop = await openShop({ file: join(folder(), 'clickthread.db'), connections: [IMPACT] });
  const noon = shop.clock.now();
  const buy = async (orderId: string): Promise<void> => {
    const visitor = `visitor-of-${orderId}`;
    const touches = [{ param: 'irclickid', value: `click-of-${orderId}`, at: shop.clock.now() }];
    await shop.browser('touch', { visitor, touches });
    shop.clock.pass(1000);
    await shop.browser('conversion', {
      orderId,
      total: '112.00',
      currency: 'USD',
      visitor,
      customer: { id: 'customer-1' },
    });
  };
  await buy('before');
  shop.clock.set(noon + 74 * 365 * 86_400_000);
  await buy('leapt');
  shop.clock.set(noon + 60_000);
  await buy('after');
  // By what the shop knows of the customer: only touches that were heard of before the order count here.
  const told = { total: '112.00', currency: 'USD', customer: { id: 'customer-1' } };
  await shop.shop({ orderId: 'after', ...told });
  shop.clock.pass(1000);
  await shop.shop({ orderId: 'later', ...told });
  expect((await shop.store.order('shop', 'later'))!.attribution.winner).toMatchObject({ value: 'click-of-after' });
  for (const orderId of ['before', 'leapt', 'after'])
    expect((await shop.store.order('shop', orderId))!.attribution.winner, orderId).toMatchObject({
      connection: 'impact',
      value: `click-of-${orderId}`,
    });
  expect((await shop.store.deliveries({ site: 'shop' })).map(({ orderId }) => orderId)).toEqual([
    'later',
    'after',
    'leapt',
    'before',
  ]);
  await shop.store.close();
});
