import { expect, test } from 'vitest';
import { configured, conversion, NOON, type Installation } from './setup.ts';

async function sold(): Promise<Installation> {
  const installation = await configured();
  const { store, door, shop } = installation.open(NOON - 3_600_000);
  const bodies = [
    conversion(),
    conversion({ orderId: 'O2', total: '20.00', items: [] }),
    conversion({ orderId: 'O3', total: '5.50', visitor: 'visitor-0002', touches: [], items: [], customer: {} }),
  ];
  for (const body of bodies) await door.receive([{ route: 'conversion', site: 'shop', body }]);
  await shop({ status: 'refunded' }, 'O2');
  await store.close();
  return installation;
}

test('orders are listed with the partner that earned them, and added up by partner', async () => {
  const { finish, json } = await sold();
  const { out, code } = await finish(['orders']);
  expect(code).toBe(0);
  expect(out).toMatch(/^REPORTED +SITE +ORDER +TOTAL +STATUS +PARTNER +RULE\n/);
  expect(out).toContain('\nimpact: 1 order, 112.00 USD; 1 undone, 20.00 USD\nnobody: 1 order, 5.50 USD\n');
  expect(await json('orders')).toHaveLength(3);
  expect(await json('orders', '--partner', 'nobody')).toMatchObject([{ orderId: 'O3', partner: null }]);
  expect(await json('orders', '--partner', 'impact', '--status', 'refunded')).toMatchObject([
    { orderId: 'O2', total: '20.00', currency: 'USD', status: 'refunded', partner: 'impact', rule: 'last-touch' },
  ]);
});

test('a time bounds the list, a limit shortens it and says so, and the totals count all', async () => {
  const { finish } = await sold();
  expect((await finish(['orders', '--since', '10m'])).out).toBe('No order matches since 10m.\n');
  const { out } = await finish(['orders', '--limit', '1']);
  expect(out).toContain('… and 2 more (--limit)');
  expect(out).toContain('nobody: 1 order, 5.50 USD');
});

test.each([
  [['--partner', 'impct'], 'There is no connection impct; known: impact, net.\n'],
  [['--site', 'nope'], 'There is no site nope; known: shop.\n'],
  [['--since', 'yesterday'], '--since must be a time such as 2026-11-01 or a duration such as 24h.\n'],
  [['--limit', '0'], '--limit must be a whole number above 0.\n'],
])('%j is refused with words', async (args, complaint) => {
  const { finish } = await sold();
  expect(await finish(['orders', ...args])).toEqual({ out: '', complaint, code: 1 });
});

test('stats add up a time by partner and count reports by state', async () => {
  const { finish, json } = await sold();
  const { out } = await finish(['stats']);
  expect(out).toContain("3 orders, 2 earned by a partner, 2 of them (100 %) on a browser's word alone.");
  expect(out).toMatch(/shop +impact +1 +112\.00 USD +1 +20\.00 USD/);
  expect(out).toMatch(/Reports, of all time:\nSITE +CONNECTION +STATE +COUNT\nshop +impact +due +1/);
  expect(await json('stats', '--since', '10m')).toMatchObject({ orders: 0, credited: 0, partners: [] });
  expect((await finish(['stats', '--site', 'nope'])).complaint).toBe('There is no site nope; known: shop.\n');
});

test('the share told on a browser’s word alone ends with the shop’s word', async () => {
  const { open, json, finish } = await sold();
  const { shop, store } = open(NOON - 1_800_000);
  expect(await json('stats')).toMatchObject({ credited: 2, onBrowsersWord: 2 });
  await shop({ total: '112.00', currency: 'USD' }, 'O1234567');
  await store.close();
  expect(await json('stats')).toMatchObject({ credited: 2, onBrowsersWord: 1 });
  expect((await finish(['stats'])).out).toContain(
    "2 earned by a partner, 1 of them (50 %) on a browser's word alone.\n",
  );
});
