import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readOrderView } from '../../../../collector/admin/read-order-view.ts';
import { cachedSites } from '../../../../collector/configuration/sites.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShop } from '../../../harness/shop-front.ts';
import { IMPACT, testSeal, VT } from '../../../harness/sites.ts';

const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;
let open: Shop | undefined;
afterEach(() => open?.store.close());

const order = { orderId: 'O1', total: '100.00', clicks: { irclickid: 'click-1' } };

/** A shop that reported O1, and then lost impact.com after what `meanwhile` did. */
async function withoutImpact(more: object, meanwhile: (shop: Shop) => Promise<unknown> = async () => undefined) {
  open = await openShop({ file: join(folder(), 'clickthread.db'), connections: [IMPACT, VT] });
  await open.shop({ ...order, ...more });
  await meanwhile(open);
  await open.apply([VT], undefined, true);
  return open;
}

async function shown({ store, clock }: Shop): Promise<string[]> {
  const stored = (await store.order('shop', 'O1'))!;
  const view = await readOrderView(stored, store, { sites: cachedSites({ store, seal: testSeal }), clock: clock.now });
  return view.deliveries
    .filter(({ connection }) => connection === 'impact')
    .map((one) => `${one.state}: ${one.reason}`);
}

const told = (shop: Shop): Promise<unknown> => shop.relayed({ state: 'confirmed' });

test.each<[string, object, (shop: Shop) => Promise<unknown>, RegExp]>([
  [
    'waits for approval',
    { status: 'pending' },
    async () => undefined,
    /^waiting: .*; the connection impact was removed, and nothing goes on/,
  ],
  ['is due', {}, async () => undefined, /^due: ready to be sent; the connection impact was removed/],
  [
    'waits for its verdict',
    {},
    (shop) => shop.relayed({ state: 'delivered', confirmAt: shop.clock.now() + 1000 }),
    /^delivered: .* was removed/,
  ],
  ['is told', {}, told, /^confirmed: it is confirmed$/],
])('a report that %s when its connection is removed says how it stands', async (_how, more, meanwhile, words) => {
  expect(await shown(await withoutImpact(more, meanwhile))).toEqual([expect.stringMatching(words)]);
});

test('what was not told yet is skipped for its own reason, and goes on where the connection is set up again', async () => {
  const shop = await withoutImpact({ status: 'pending' });
  await shop.patch({ status: 'approved' });
  expect(await shown(shop)).toEqual(['skipped: the connection impact was removed before this was told']);
  await shop.apply([IMPACT, VT]);
  await shop.patch({ total: '90.00' });
  expect(await shop.of('conversion')).toMatchObject([{ state: 'due', report: { order: { total: 9000 } } }]);
});

test('what happens to an order that was told is a person’s to do, once for each that stands', async () => {
  const shop = await withoutImpact({}, told);
  const byHand = 'the connection impact was removed: change it there by hand';
  await shop.patch({ total: '90.00' });
  expect(await shop.of('modification')).toMatchObject([
    { state: 'by_hand', reason: byHand, report: { amount: { minor: 9000 } } },
  ]);
  await shop.patch({ total: '80.00' });
  expect(await shop.states()).toMatchObject({ 'impact modification 1': 'skipped', 'impact modification 2': 'by_hand' });
  await shop.patch({ status: 'refunded' });
  await shop.patch({ status: 'refunded' });
  expect(await shop.of('reversal')).toMatchObject([{ state: 'by_hand', reason: byHand, attempts: 0, reference: null }]);
  expect(await shop.states()).toMatchObject({ 'impact modification 2': 'skipped', 'impact conversion 0': 'confirmed' });
});

test('of what it never heard there is nothing to do', async () => {
  const shop = await withoutImpact({}, (one) => one.relayed({ state: 'rejected' }));
  await shop.patch({ status: 'refunded' });
  expect(await shop.states()).toMatchObject({ 'impact conversion 0': 'rejected' });
  expect(await shop.of('reversal')).toEqual([]);
});
