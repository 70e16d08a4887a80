/** What the newest orders say of a site: one row a shop. */
import { expect, test } from 'vitest';
import { orderFindings } from '../../../../collector/admin/doctor/orders.ts';
import { storedOrder } from '../../store/rows.ts';

const base = storedOrder();
const winner = { connection: 'impact', param: 'irclickid', value: 'abc', at: 0 };
const touch = { ...winner, kind: 'partner', reason: 'won', source: 'visitor' };

/** So many orders of one kind. */
const orders = (
  many: number,
  { touched = false, confirmed = false, seen = true }: { touched?: boolean; confirmed?: boolean; seen?: boolean } = {},
) =>
  Array.from({ length: many }, () => ({
    attribution: {
      ...base.attribution,
      ...{ winner: touched ? winner : null, touches: touched ? [touch] : [] },
    } as never,
    shopConfirmed: confirmed,
    words: { ...base.words, heard: seen ? base.words.heard : [] },
  }));

test.each([
  ['too few to say anything', orders(19, { touched: true }), undefined, /./],
  [
    'a healthy shop',
    [...orders(10, { touched: true, confirmed: true }), ...orders(30)],
    'ok',
    /40 orders 10 had a touch; the tag saw 10 of 10 .*; 0 of 10 credited/,
  ],
  ['nobody arrives with a touch', orders(40), 'warn', /40 orders 0 had a touch$/],
  [
    'one in ten does',
    [...orders(36), ...orders(4, { touched: true })],
    'ok',
    /4 of 4 credited ones stand on a browser/,
  ],
  [
    'the tag misses most of what the shop reports',
    [...orders(30, { confirmed: true, seen: false, touched: true }), ...orders(10, { confirmed: true, touched: true })],
    'warn',
    /the tag saw 10 of 40 that the shop reported/,
  ],
  [
    'browsers block a few of them',
    [...orders(5, { confirmed: true, seen: false, touched: true }), ...orders(30, { confirmed: true, touched: true })],
    'ok',
    /the tag saw 30 of 35/,
  ],
] as const)('%s', (_title, newest, level, message) => {
  const [found] = orderFindings({
    sites: [{ config: { id: 'shop' } as never }],
    newest: new Map([['shop', newest]]),
    tagged: new Set(['shop']),
  });
  expect(found?.level).toBe(level);
  if (level !== undefined) expect(found?.message).toMatch(message);
  expect(found?.fix !== undefined).toBe(level === 'warn');
});

test('a shop without the tag, whose server reports all, is told nothing of what the tag missed', () => {
  const newest = new Map([['shop', orders(40, { confirmed: true, seen: false, touched: true })]]);
  const sites = [{ config: { id: 'shop' } as never }];
  expect(orderFindings({ sites, newest, tagged: new Set() })).toMatchObject([{ level: 'ok' }]);
});
