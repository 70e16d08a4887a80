/** Answers, withdrawals and reports of one order in every order of arrival: the same words end in the same gate, and in the same reports. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { minutes } from '../../../../collector/lib/duration.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShop } from '../../../harness/shop-front.ts';
import { IMPACT } from '../../../harness/sites.ts';

const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;

const CLICK = 'QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0';
const yes = { marketing: 'granted', source: 'manual' };
const BUYER = { visitor: 'cookie-0001' };
const order = { orderId: 'O1', total: '112.00' };

/** What may come in any order. */
const EVENTS: Record<string, (shop: Shop) => Promise<unknown>> = {
  page: (shop) => shop.browser('conversion', { ...order, visitor: 'page-0001', clicks: { irclickid: CLICK } }, BUYER),
  shop: (shop) => shop.shop({ ...order, customer: { id: 'C1' } }),
  agreeing: (shop) => shop.shop({ ...order, customer: { id: 'C1' }, consent: { marketing: true } }),
  yes: (shop) =>
    shop.browser('touch', { visitor: 'page-0001', consent: yes, touches: [touchAt(shop.clock.now())] }, BUYER),
  no: (shop) => shop.browser('touch', { visitor: 'page-0001', consent: { marketing: false }, touches: [] }, BUYER),
};
const touchAt = (at: number) => ({ param: 'irclickid', value: CLICK, at });

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

async function endOf(names: readonly string[], site: string): Promise<unknown> {
  const shop = await openShop({ file: join(folder(), 'clickthread.db'), connections: [IMPACT], site });
  for (const name of names) {
    await EVENTS[name]!(shop);
    shop.clock.pass(minutes(1));
  }
  const { gate } = (await shop.store.order('shop', 'O1'))!;
  const told = (await shop.of('conversion')).map(({ state }) => state);
  // The customer's next order, which the shop reports alone: a withdrawal is the customer's, a yes is its order's.
  await shop.shop({ orderId: 'O2', total: '5', customer: { id: 'C1' }, clicks: { irclickid: CLICK } });
  const next = (await shop.store.order('shop', 'O2'))!.gate;
  await shop.store.close();
  return { gate, told, next };
}

test.each<[string, string[], { gate: string; told: string[]; next: string }]>([
  ['a yes, a page and a shop', ['page', 'shop', 'yes'], { gate: 'open', told: ['due'], next: 'waiting' }],
  ['no answer', ['page', 'shop'], { gate: 'waiting', told: ['waiting'], next: 'waiting' }],
  ['the shop’s yes', ['page', 'agreeing'], { gate: 'open', told: ['due'], next: 'waiting' }],
  [
    'a withdrawal beside them all',
    ['page', 'shop', 'yes', 'no'],
    { gate: 'withdrawn', told: ['skipped'], next: 'withdrawn' },
  ],
  [
    'a withdrawal and the shop’s yes',
    ['page', 'agreeing', 'no'],
    { gate: 'withdrawn', told: ['skipped'], next: 'withdrawn' },
  ],
])('%s', async (_what, names, expected) => {
  for (const shuffled of permutations(names))
    expect(await endOf(shuffled, 'consent: wait'), shuffled.join(', ')).toEqual(expected);
});
