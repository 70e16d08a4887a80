/** What a browser hears of its touches. */
import { expect, test } from 'vitest';
import { CLICK, NOON, configured } from './cli/setup.ts';

const touches = [{ param: 'irclickid', value: CLICK, at: NOON - 60_000 }];

test('a tag that knows the journey hears nothing but a cookie, and what it told is kept once all the same', async () => {
  const { store, door } = (await configured()).open(NOON);
  const body = JSON.stringify({ visitor: 'visitor-0001', touches, brief: true });
  const touch = { route: 'touch' as const, site: 'shop', body };
  for (const requests of [[touch, touch], [touch]]) {
    const { answers } = await door.receive(requests);
    for (const answer of answers) expect(answer).toMatchObject({ status: 204, body: '', visitor: 'visitor-0001' });
  }
  expect(await store.touchesOf('shop', 'visitor-0001')).toMatchObject([{ value: CLICK }]);
  const known = await door.receive([{ ...touch, visitor: 'visitor-0009' }]);
  expect(known.answers[0]).toMatchObject({ status: 200, visitor: 'visitor-0009' });
  expect(JSON.parse(known.answers[0]!.body)).toMatchObject({ visitor: 'visitor-0009', touches: [{ value: CLICK }] });
});
