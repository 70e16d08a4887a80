/** What a browser hears of its touches. */
import { expect, test, vi } from 'vitest';
import { cookielessVisitor } from '../../../collector/model/visitor.ts';
import { CLICK, NOON, configured } from '../cli/commands/setup.ts';

const touches = [{ param: 'irclickid', value: CLICK, at: NOON - 60_000 }];

const bodyOf = (more: object = {}) => JSON.stringify({ visitor: 'visitor-0001', touches, ...more });
const touch = { route: 'touch' as const, site: 'shop' };

test('who has no cookie hears nothing, and gets one that names nobody whom a page could name', async () => {
  const { store, door } = (await configured()).open(NOON);
  for (const body of [bodyOf({ brief: true }), bodyOf()]) {
    const { answers } = await door.receive([{ ...touch, body }]);
    expect(answers[0]).toMatchObject({ status: 204, body: '', visitor: expect.stringMatching(/^[\w-]{36}$/) });
    expect(answers[0]!.visitor).not.toContain('visitor-0001');
  }
  expect(await store.touchesOf('shop', cookielessVisitor('visitor-0001'))).toMatchObject([{ value: CLICK }]);
});

test("a visitor's cookie gets the whole journey back, under the page's own name; a tag that knows it hears nothing", async () => {
  const { store, door } = (await configured()).open(NOON);
  const first = await door.receive([{ ...touch, body: bodyOf() }]);
  const visitor = first.answers[0]!.visitor!;
  const lost = await door.receive([
    { ...touch, visitor, body: JSON.stringify({ visitor: 'visitor-0002', touches: [] }) },
  ]);
  expect(lost.answers[0]).toMatchObject({ status: 200, visitor });
  expect(JSON.parse(lost.answers[0]!.body)).toEqual({
    visitor: 'visitor-0002',
    touches: [{ param: 'irclickid', value: CLICK, at: touches[0]!.at }],
  });
  const told = [{ param: 'irclickid', value: 'ANOTHER', at: NOON }];
  const brief = JSON.stringify({ visitor: 'visitor-0002', touches: told, brief: true });
  const known = await door.receive([
    { ...touch, visitor, body: brief },
    { ...touch, visitor, body: brief },
  ]);
  for (const answer of known.answers) expect(answer).toMatchObject({ status: 204, body: '', visitor });
  expect((await store.touchesOf('shop', visitor)).map(({ value }) => value)).toEqual([CLICK, 'ANOTHER']);
});

/** A tree of `levels` in every place where a page may send one. */
const deepBodies = (levels: number): string[] => {
  const lists = '['.repeat(levels) + ']'.repeat(levels);
  const objects = '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
  return [lists, objects].flatMap((deep) => [
    `{"found":[{"source":"dataLayer","data":{"event":"purchase","ecommerce":{"transaction_id":"A1","value":"abc","items":${deep}}}}]}`,
    `{"orderId":"D","total":"1","found":[{"source":"dataLayer","data":${deep}}]}`,
    `{"orderId":"D","total":"1","items":${deep},"custom":${deep}}`,
    `{"orderId":"D","total":"1","customer":${deep},"identity":${deep},"touches":${deep}}`,
    JSON.stringify({ orderId: 'D', total: '1', found: `[${deep}]`, touches: `[${deep}]` }),
    deep,
  ]);
};

test.each([50, 20_000])('an order beside bodies nested %i levels deep is taken like any other', async (levels) => {
  const { store, door } = (await configured()).open(NOON);
  const order = { orderId: 'O1', total: '10.00', currency: 'USD', visitor: 'visitor-0001' };
  const requests = ['conversion', 'touch', 'sale'].flatMap((route) =>
    deepBodies(levels).map((body) => ({ route: route as 'sale', site: 'shop', body })),
  );
  const { answers } = await door.receive([
    ...requests,
    { route: 'conversion', site: 'shop', body: JSON.stringify(order) },
  ]);
  expect(answers.at(-1)!.status).toBe(200);
  for (const { status } of answers) expect(status).toBeLessThan(500);
  expect(await store.order('shop', 'O1')).toBeDefined();
});

test('a request that reading trips over is kept for the operator, and its neighbours are taken', async () => {
  const { store, door } = (await configured()).open(NOON);
  await door.receive([]);
  // The first that is written while requests are read is what of this one is refused.
  const stringify = vi.spyOn(JSON, 'stringify').mockImplementationOnce(() => {
    throw new RangeError('Maximum call stack size exceeded');
  });
  const lost =
    '{"found":[{"source":"dataLayer","data":{"event":"purchase","ecommerce":{"transaction_id":"A1","value":"abc"}}}]}';
  const { answers } = await door.receive([
    { route: 'conversion', site: 'shop', body: lost },
    { route: 'conversion', site: 'shop', body: '{"orderId":"O1","total":"10.00","currency":"USD"}' },
  ]);
  stringify.mockRestore();
  expect(answers.map(({ status }) => status)).toEqual([422, 200]);
  expect(await store.quarantine({})).toMatchObject([
    {
      route: 'conversion',
      errors: [{ field: 'body', message: 'could not be read: Maximum call stack size exceeded' }],
    },
  ]);
});
