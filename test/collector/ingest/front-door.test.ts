/** What a browser hears of its touches. */
import { expect, test } from 'vitest';
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
