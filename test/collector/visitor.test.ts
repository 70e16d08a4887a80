/** Whose visitor a request reaches: the cookie's, and nobody else's; each attack beside the honest visit that looks like it. */
import { expect, test } from 'vitest';
import type { IntakeRequest } from '../../collector/intake/read-request.ts';
import { cookielessVisitor } from '../../collector/model/visitor.ts';
import { CLICK, NOON, configured, conversion } from './cli/commands/setup.ts';

const own = { origin: 'https://shop.example', fetchSite: 'same-site' };
const opaque = { origin: 'null' };
const linked = { origin: 'https://checkout.example', fetchSite: 'cross-site' };

async function open() {
  const { store, door } = (await configured()).open(NOON);
  const send = async (route: IntakeRequest['route'], body: object, more: Partial<IntakeRequest> = {}) => {
    const { answers } = await door.receive([{ route, site: 'shop', body: JSON.stringify(body), ...own, ...more }]);
    return answers[0]!;
  };
  const click = (value: string, visitor = 'page-id-01') => ({
    visitor,
    touches: [{ param: 'irclickid', value, at: NOON - 60_000 }],
  });
  const order = (orderId: string, more: object = {}) =>
    JSON.parse(conversion({ orderId, touches: [], ...more })) as object;
  const values = async (visitor: string) => (await store.touchesOf('shop', visitor)).map(({ value }) => value);
  const winner = async (orderId: string) => (await store.order('shop', orderId))?.attribution.winner?.value;
  return { store, send, click, order, values, winner };
}

test('a hint reads, dates, adds to and deletes nothing of a visitor whom a cookie names', async () => {
  const { send, click, order, values, winner } = await open();
  const cookie = { visitor: 'cookie-id-01' };
  await send('touch', click('REAL'), cookie);
  for (const hint of ['cookie-id-01', 'page-id-01']) {
    expect(await send('touch', { visitor: hint, touches: [] })).toMatchObject({ status: 204, body: '' });
    expect((await send('touch', click('EVIL', hint))).visitor).not.toBe('cookie-id-01');
    await send('conversion', order(`THEIRS-${hint}`, { visitor: hint }));
    expect(await winner(`THEIRS-${hint}`)).toBe('EVIL');
    const denied = { visitor: hint, touches: [], consent: { marketing: 'denied' } };
    await send('touch', denied);
  }
  expect(await values('cookie-id-01')).toEqual(['REAL']);
  await send('conversion', order('OURS', { visitor: 'page-id-01' }), cookie);
  expect(await winner('OURS')).toBe('REAL');
});

test('a browser that keeps no cookie is one visitor by the id that its page holds: it adds touches and completes its order', async () => {
  const { store, send, click, order, values, winner } = await open();
  await send('touch', click('ONE'), linked);
  await send('touch', click('TWO'), linked);
  expect((await values(cookielessVisitor('page-id-01'))).sort()).toEqual(['ONE', 'TWO']);
  await send('conversion', order('O1', { visitor: 'page-id-01' }), linked);
  expect(['ONE', 'TWO']).toContain(await winner('O1'));
  expect(await store.order('shop', 'O1')).toMatchObject({ visitor: cookielessVisitor('page-id-01') });
});

test('a first landing is found by the cookie that it got, and by its page only until that cookie comes', async () => {
  const { send, click, order, values, winner } = await open();
  const { visitor } = await send('touch', click('FIRST'));
  expect(await values(visitor!)).toEqual(['FIRST']);
  await send('conversion', order('BEFORE', { visitor: 'page-id-01' }));
  expect(await winner('BEFORE')).toBe('FIRST');
  await send('touch', { ...click('SECOND'), brief: true }, { visitor: visitor! });
  expect(await values(visitor!)).toEqual(['FIRST', 'SECOND']);
  expect(await values(cookielessVisitor('page-id-01'))).toEqual([]);
  await send('conversion', order('AFTER', { visitor: 'page-id-01' }));
  expect(await winner('AFTER')).toBeUndefined();
});

test('two tabs that land at once get two names; the order of either has both clicks, for the page carries them', async () => {
  const { send, click, order, winner, values } = await open();
  const [, second] = [await send('touch', click('A')), await send('touch', click('B'))];
  const touches = [...click('A').touches, ...click('B').touches];
  await send('conversion', order('O1', { visitor: 'page-id-01', touches }), { visitor: second.visitor! });
  expect((await values(second.visitor!)).sort()).toEqual(['A', 'B']);
  expect(['A', 'B']).toContain(await winner('O1'));
});

test('a foreign page reports an order and nothing else: no cookie, no visitor, no withdrawal', async () => {
  const { store, send, click, order, winner } = await open();
  await send('touch', click('REAL'), { visitor: 'cookie-id-01' });
  for (const more of [opaque, { ...opaque, visitor: 'cookie-id-01' }]) {
    expect(await send('touch', click('EVIL', 'cookie-id-01'), more)).toMatchObject({ status: 403 });
    const denied = { visitor: 'cookie-id-01', touches: [], consent: { marketing: 'denied' } };
    const refused = await send('touch', denied, more);
    expect(refused).toMatchObject({ status: 403 });
    expect(refused).not.toHaveProperty('visitor');
  }
  const taken = await send('conversion', order('OPAQUE', { ...click('SEEN', 'cookie-id-01') }), opaque);
  expect(taken).toEqual({
    status: 200,
    body: expect.stringContaining('accepted'),
    heard: ['order'],
    readableBy: '*',
  });
  expect(await store.order('shop', 'OPAQUE')).toMatchObject({ visitor: null });
  expect(await winner('OPAQUE')).toBe('SEEN');
  expect(await store.touchesOf('shop', 'cookie-id-01')).toMatchObject([{ value: 'REAL' }]);
  expect(await store.withdrawalsOf('shop', 'cookie-id-01')).toEqual([]);
});

test('over a cross-site connection no cookie is set, replaced or deleted, and the order is its own', async () => {
  const { send, click, order, winner } = await open();
  for (const body of [click('ONE'), { visitor: 'page-id-01', touches: [], consent: { marketing: 'denied' } }])
    expect(await send('touch', body, linked)).not.toHaveProperty('visitor');
  const answered = await send('conversion', order('O1', click('CARRIED')), linked);
  expect(answered).not.toHaveProperty('visitor');
  expect(answered).toMatchObject({ status: 200, readableBy: 'https://checkout.example' });
  expect(await winner('O1')).toBe('CARRIED');
});

test('the order of an unlisted page is refused, kept once for its owner, and its page is counted', async () => {
  const { store, send, order } = await open();
  for (const id of ['O1', 'O1', 'O2']) {
    const answered = await send('conversion', order(id), { origin: 'https://shop-example.translate.example' });
    expect(answered).toMatchObject({ status: 403 });
    expect(answered).not.toHaveProperty('readableBy');
  }
  const kept = await store.quarantine({ site: 'shop' });
  expect(kept.map(({ errors, seen }) => [errors[0]!.field, seen])).toEqual([
    ['origin', 1],
    ['origin', 2],
  ]);
  expect(await store.refusedPages()).toEqual([
    { site: 'shop', host: 'shop-example.translate.example', count: 3, firstAt: NOON, lastAt: NOON },
  ]);
});

test('hosts that somebody invents are counted together beyond a hundred', async () => {
  const { store, send, order } = await open();
  for (let n = 0; n < 120; n += 1) await send('conversion', order('O1'), { origin: `https://n${n}.evil.example` });
  const pages = await store.refusedPages();
  expect(pages).toHaveLength(101);
  expect(pages[0]).toMatchObject({ host: '…', count: 20 });
});

test('the click of the page itself is still the one that its order wins by', async () => {
  const { send, order, winner } = await open();
  await send('conversion', order('O1', { touches: [{ param: 'irclickid', value: CLICK, at: NOON - 1000 }] }));
  expect(await winner('O1')).toBe(CLICK);
});
