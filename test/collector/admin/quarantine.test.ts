/** A refused order that is read again is what it was: of the same browser, from the same page, with what its browser asked for. */
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { mendQuarantined, replayQuarantine } from '../../../collector/admin/quarantine.ts';
import type { Arrival } from '../../../collector/model/quarantined.ts';
import { isNamedIn } from '../../../collector/privacy/erase.ts';
import { subjectOf } from '../../../collector/privacy/subject.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShop } from '../../harness/shop-front.ts';
import { testSeal as seal } from '../../harness/sites.ts';

const folder = temporaryFolders();
let open: Awaited<ReturnType<typeof openShop>> | undefined;
afterEach(() => open?.store.close());

const RIGHT = { orderId: 'O1', total: '112.00', currency: 'USD' };
const PAGE = { origin: 'https://shop.example' };
const BUYER = { visitor: 'visitor-known-by-cookie', ip: '203.0.113.7' };

/** An order that came so, with a slip in it; `again` is what becomes of it once the slip is mended. */
async function refuse(came: Arrival, { site = '', body = { ...RIGHT, currency: 'dollars' } as object } = {}) {
  const shop = (open = await openShop({ file: join(folder(), 'clickthread.db'), site }));
  const touches = [{ param: 'irclickid', value: 'REAL', at: shop.clock.now() }];
  await shop.browser('touch', { visitor: 'visitor-of-the-page', touches }, { ...PAGE, visitor: BUYER.visitor });
  const { status } = await shop.browser('conversion', body, came);
  const row = (await shop.store.quarantine({}))[0]!;
  const deps = { ...shop, seal, clock: shop.clock.now, wake: () => undefined };
  return {
    ...{ shop, status, row, deps },
    mend: () => mendQuarantined({ id: row.id, body: JSON.stringify(RIGHT), actor: 'test' }, deps),
    replay: () => replayQuarantine({ ids: [], actor: 'test' }, deps),
    order: () => shop.store.order('shop', 'O1'),
  };
}

test('it is its buyer’s, and credited with the clicks of the cookie that came with it', async () => {
  const { mend, order } = await refuse({ ...PAGE, ...BUYER });
  expect(await mend()).toMatchObject({ result: 'accepted' });
  expect(await order()).toMatchObject({ visitor: BUYER.visitor, attribution: { winner: { value: 'REAL' } } });
});

test('it is known by its address, as every other order of it', async () => {
  const { mend, order } = await refuse({ ...PAGE, ip: '203.0.113.7' });
  await mend();
  expect((await order())?.words.heard[0]?.marks.address).toBeDefined();
});

test.each<[string, Arrival, string]>([
  ['Global Privacy Control', { ...PAGE, ...BUYER, gpc: true }, 'denied'],
  ['none', { ...PAGE, ...BUYER }, 'unknown'],
])('what the browser asked for holds: %s', async (_, came, marketing) => {
  const { mend, order } = await refuse(came);
  await mend();
  expect((await order())?.consent?.marketing ?? 'unknown').toBe(marketing);
});

test('an opaque page names no visitor by it either', async () => {
  const { mend, order } = await refuse(
    { origin: 'null' },
    { body: { ...RIGHT, total: '', visitor: 'visitor-hint-1' } },
  );
  await mend();
  expect((await order())?.words.heard).toMatchObject([{ page: 'foreign', visitor: null }]);
});

test('of a page that is not listed it stays refused until its host is, and is taken then', async () => {
  const stranger = { origin: 'https://evil.example' };
  const { shop, status, deps, replay, mend, order } = await refuse(stranger, { body: RIGHT });
  expect(status).toBe(403);
  expect(await replay()).toMatchObject([{ result: 'invalid', errors: [{ field: 'origin' }] }]);
  expect(await mend()).toMatchObject({ result: 'invalid' });
  expect(await deps.store.quarantine({})).toHaveLength(1);
  await shop.apply(undefined, 'linked: [evil.example]');
  expect(await replay()).toMatchObject([{ result: 'accepted' }]);
  expect(await order()).toBeDefined();
});

test('the same words of another browser do not stand for it', async () => {
  const { shop, deps } = await refuse({ ip: '203.0.113.66' });
  for (const came of [BUYER, BUYER]) await shop.browser('conversion', { ...RIGHT, currency: 'dollars' }, came);
  expect((await deps.store.quarantine({})).map(({ seen }) => seen)).toEqual([2, 1]);
});

test.each<[string, Arrival, boolean]>([
  ['visitor', { visitor: 'visitor-known-by-cookie' }, true],
  ['email', { referer: 'https://shop.example/thanks?email=jane%40example.com' }, true],
  ['email', { referer: 'https://shop.example/thanks' }, false],
])('erasing a person by %s finds whom the request itself named: %o', async (by, came, found) => {
  const { row } = await refuse(came);
  const value = by === 'visitor' ? 'visitor-known-by-cookie' : 'jane@example.com';
  expect(isNamedIn(row, subjectOf({ by: by as 'email', value, seal }), seal)).toBe(found);
});
