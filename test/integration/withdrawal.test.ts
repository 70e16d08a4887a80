import { afterAll, beforeAll, expect, test } from 'vitest';
import { openImpactWorld, seedOrder, type ImpactWorld } from '../harness/impact-world.ts';

let world: ImpactWorld;
beforeAll(async () => {
  world = await openImpactWorld();
});
afterAll(() => world?.close());

test('a withdrawal is on disk when it is answered, is shown with the order, and is erased with the visitor', async () => {
  const { collector } = world;
  const visitor = 'visitor-0042';
  const order = { visitor, consent: { marketing: 'granted', source: 'tcf' } };
  expect((await collector.browser('conversion', seedOrder('W1', order))).status).toBe(200);
  const at = Date.now();
  const consent = { marketing: 'denied', source: 'tcf', at, tcString: 'CPdenied.AAAA' };
  const told = await collector.browser('touch', { visitor, touches: [], consent });
  expect([told.status, told.headers.get('set-cookie')]).toEqual([204, expect.stringMatching(/^_ct_v=;/)]);
  await collector.kill();
  await collector.restart();
  expect((await collector.explain('W1')) as object).toMatchObject({
    consent: { marketing: 'granted' },
    withdrawals: [{ saidAt: new Date(at).toISOString(), source: 'tcf', tcString: 'CPdenied.AAAA' }],
  });
  const erased = await collector.run('erase', '--visitor', visitor, '--json');
  expect(JSON.parse(erased.out)).toMatchObject([{ site: 'shop', orders: 1, withdrawals: 1 }]);
  expect((await collector.explain('W1')) as object).toMatchObject({ withdrawals: [] });
});
