/** Two domains, two cookies, one buyer: a counted hand-over joins the two visitors, for the question whose order it is and for a withdrawal. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GATE_REASONS } from '../../../../collector/model/authority/consent-gate.ts';
import { erasePerson } from '../../../../collector/privacy/erase.ts';
import { minutes } from '../../../../collector/lib/duration.ts';
import { makeHandover } from '../../../../tag/late/handover.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShop } from '../../../harness/shop-front.ts';
import { IMPACT, testSeal } from '../../../harness/sites.ts';

const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;
let shop: Shop;
beforeEach(async () => {
  vi.stubGlobal('__CT_SERVED__', true);
  shop = await openShop({ file: join(folder(), 'clickthread.db'), connections: [IMPACT] });
});
afterEach(() => shop.store.close());

const SHOP = { visitor: 'cookie-of-the-shop' };
const TILL = { visitor: 'cookie-of-the-till' };
const landing = (value: string) => ({
  visitor: 'page-0001',
  touches: [{ param: 'irclickid', value, at: shop.clock.now() }],
});
const sale = (total: string, more: object = {}) => ({ orderId: 'O1', total, visitor: 'page-0002', ...more });
const told = async () => (await shop.of('conversion')).map(({ state, report }) => [state, report.click?.value]);

/** A click on the shop's domain, carried to the checkout by a link; `counted` or not. */
async function walk(counted: boolean): Promise<void> {
  await shop.browser('touch', landing('click-1'), SHOP);
  const token = makeHandover(`1^page-0001^irclickid^click-1^${shop.clock.now().toString(36)}`);
  await shop.browser('touch', { give: token }, SHOP);
  const { status } = await shop.browser('touch', { visitor: 'page-0002', handover: token }, TILL);
  expect(status).toBe(200);
  if (!counted) expect((await shop.browser('touch', { visitor: 'page-0003', handover: token })).status).toBe(409);
}

test('the checkout’s order on the linked domain is credited with the click that the link carried, uncontested', async () => {
  await walk(true);
  await shop.browser('conversion', sale('112.00'), TILL);
  expect(await told()).toEqual([['due', 'click-1']]);
  await shop.browser('conversion', sale('112.00', { visitor: 'page-0001' }), SHOP);
  await shop.shop({ orderId: 'O1', total: '112.00' });
  expect((await shop.store.order('shop', 'O1'))?.contest).toBeNull();
  expect(await told()).toEqual([['due', 'click-1']]);
});

test.each([
  ['joined by a hand-over are one', true, null],
  ['whom nothing joins contest it', false, 'hold'],
])('two visitors who name one order with other amounts and clicks: those %s', async (_who, joins, kind) => {
  if (joins) await walk(true);
  else await shop.browser('touch', landing('click-1'), TILL);
  await shop.browser('conversion', sale('100.00'), TILL);
  shop.clock.pass(minutes(2));
  await shop.browser('touch', landing('click-2'), SHOP);
  await shop.browser('conversion', sale('103.00', { visitor: 'page-0001' }), SHOP);
  await shop.shop({ orderId: 'O1', total: '120.00' });
  expect((await shop.store.order('shop', 'O1'))?.contest?.kind ?? null).toBe(kind);
  if (joins) expect(await told()).toEqual([['due', 'click-1']]);
});

test('a token that is used again joins nobody', async () => {
  await walk(false);
  await shop.browser('conversion', sale('100.00', { visitor: 'page-0003' }));
  await shop.browser('conversion', sale('103.00'), TILL);
  expect((await shop.store.order('shop', 'O1'))?.contest?.kind).toBe('alert');
});

test('a withdrawal on the one domain ends the touches on the other and stops what is queued, until the visitor says yes again', async () => {
  await walk(true);
  const consent = { marketing: 'granted', source: 'manual' };
  await shop.browser('conversion', sale('112.00', { consent }), TILL);
  shop.clock.pass(minutes(5));
  await shop.browser('touch', { visitor: 'page-0001', touches: [], consent: { marketing: false } }, SHOP);
  expect((await shop.of('conversion')).map(({ state, reason }) => [state, reason])).toEqual([
    ['skipped', GATE_REASONS.withdrawn],
  ]);
  for (const { visitor } of [SHOP, TILL]) expect(await shop.store.touchesOf('shop', visitor)).toEqual([]);
  shop.clock.pass(minutes(5));
  const later = { orderId: 'O2', clicks: { irclickid: 'click-3' } };
  await shop.browser('conversion', sale('50.00', later), TILL);
  expect((await shop.of('conversion', 'impact', 'O2'))[0]?.reason).toBe(GATE_REASONS.withdrawn);
  await shop.browser('conversion', sale('60.00', { ...later, orderId: 'O3', consent }), TILL);
  expect((await shop.of('conversion', 'impact', 'O3'))[0]?.state).toBe('due');
  const person = { by: 'visitor' as const, value: TILL.visitor, sites: ['shop'], now: shop.clock.now(), actor: 'test' };
  expect(await erasePerson({ ...person, store: shop.store, seal: testSeal })).toMatchObject([{ withdrawals: 1 }]);
});
