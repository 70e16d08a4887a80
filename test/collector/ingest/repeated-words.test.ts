/** Words of the shop that come twice or late: a repeated message says nothing new, and of two dated words the newer stands, field by field. */
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { minutes } from '../../../collector/lib/duration.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShop } from '../../harness/shop-front.ts';
import { IMPACT } from '../../harness/sites.ts';

const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;
let shop: Shop;
afterEach(() => shop.store.close());

const open = async (): Promise<void> => {
  shop = await openShop({ file: join(folder(), 'clickthread.db'), connections: [IMPACT] });
};
const FIRST = {
  ...{ orderId: 'O1', total: '112.00', currency: 'USD', tax: '7.00', clicks: { irclickid: 'click-1' } },
  ...{ customer: { id: 'C1', email: 'jane@example.com' }, items: [{ sku: 'A', quantity: 2, price: '52.50' }] },
};
const at = (minute: number): string => `2026-11-20T11:${String(minute).padStart(2, '0')}:00Z`;
type Said = Record<string, unknown>;
/** `['post' | 'patch', what]`, a minute apart. */
type Word = readonly ['post' | 'patch', Said];

async function say(words: readonly Word[]) {
  const results = [];
  for (const [verb, what] of words) {
    results.push(verb === 'post' ? await shop.shop({ ...FIRST, ...what }) : await shop.patch(what));
    while ((await shop.relayed({ state: 'confirmed' })).length > 0);
    shop.clock.pass(minutes(1));
  }
  const { order } = (await shop.store.order('shop', 'O1'))!;
  return { results, order, kinds: (await shop.deliveries()).map(({ kind }) => kind) };
}

describe('a report that is sent once more, word for word', () => {
  test.each<[string, Said, Said, Said]>([
    ['after a refund', {}, { status: 'refunded' }, { status: 'refunded', total: 11200 }],
    [
      'with a status of its own, after a refund',
      { status: 'approved' },
      { status: 'refunded' },
      { status: 'refunded' },
    ],
    ['after a cancellation', { status: 'approved' }, { status: 'cancelled' }, { status: 'cancelled' }],
    ['that says pending, after the approval', { status: 'pending' }, { status: 'approved' }, { status: 'approved' }],
    ['after a partial refund', {}, { total: '60.00' }, { total: 6000 }],
    ['after a refund of the tax', {}, { total: '105.00', tax: 0 }, { total: 10500, tax: 0 }],
    ['after its lines were corrected', {}, { items: [{ sku: 'B', price: '105.00' }] }, { items: [{ sku: 'B' }] }],
    ['after its code was removed', { coupons: ['P10'] }, { coupons: [] }, { coupons: [] }],
    ['after its currency was corrected', {}, { total: '100.00', currency: 'EUR' }, { currency: 'EUR', total: 10000 }],
    ['with a time, after a change without', { updatedAt: at(1) }, { status: 'refunded' }, { status: 'refunded' }],
  ])('%s: the change stands', async (_name, more, change, expected) => {
    await open();
    const { results, order, kinds } = await say([
      ['post', more],
      ['patch', change],
      ['post', more],
      ['post', more],
    ]);
    expect(order).toMatchObject(expected);
    expect(results.map((reply) => 'result' in reply && reply.result)).toEqual([
      ...['accepted', 'updated', 'duplicate', 'duplicate'],
    ]);
    const before = kinds.length;
    expect((await say([['post', more]])).kinds).toHaveLength(before);
  });

  test.each<[string, readonly Word[], Said]>([
    [
      'another total',
      [
        ['post', {}],
        ['patch', { total: '60.00' }],
        ['post', { total: '80.00' }],
      ],
      { total: 8000 },
    ],
    [
      'a shop that reports the whole order at each change',
      [
        ['post', { status: 'approved' }],
        ['post', { status: 'cancelled' }],
        ['post', { status: 'approved' }],
      ],
      { status: 'approved' },
    ],
    [
      'the same words with a newer time',
      [
        ['post', { status: 'approved', updatedAt: at(1) }],
        ['patch', { status: 'cancelled', updatedAt: at(2) }],
        ['post', { status: 'approved', updatedAt: at(3) }],
      ],
      { status: 'approved' },
    ],
    [
      'paid again by a change',
      [
        ['post', {}],
        ['patch', { status: 'cancelled' }],
        ['patch', { status: 'approved' }],
      ],
      { status: 'approved' },
    ],
  ])('%s is a newer word', async (_name, words, expected) => {
    await open();
    expect((await say(words)).order).toMatchObject(expected);
  });
});

describe('dated words end the same in whatever order they come', () => {
  const permutations = <T>(list: readonly T[]): T[][] =>
    list.length < 2
      ? [[...list]]
      : list.flatMap((one, n) => permutations(list.toSpliced(n, 1)).map((rest) => [one, ...rest]));
  const CASES: Record<string, { words: readonly Word[]; expected: Said }> = {
    'a refund by amount and a cancellation': {
      words: [
        ['post', { updatedAt: at(1) }],
        ['patch', { total: '60.00', updatedAt: at(2) }],
        ['patch', { status: 'cancelled', updatedAt: at(3) }],
      ],
      expected: { status: 'cancelled', total: 6000 },
    },
    'two refunds by amount': {
      words: [
        ['post', { updatedAt: at(1) }],
        ['patch', { total: '90.00', updatedAt: at(2) }],
        ['patch', { total: '60.00', updatedAt: at(3) }],
      ],
      expected: { status: 'approved', total: 6000 },
    },
    'cancelled and paid again': {
      words: [
        ['post', { status: 'approved', updatedAt: at(1) }],
        ['patch', { status: 'cancelled', updatedAt: at(2) }],
        ['patch', { status: 'approved', updatedAt: at(3) }],
      ],
      expected: { status: 'approved', total: 11200 },
    },
    'a whole report between two changes': {
      words: [
        ['patch', { status: 'pending', updatedAt: at(1) }],
        ['post', { status: 'approved', total: '110.00', updatedAt: at(2) }],
        ['patch', { coupons: ['P10'], updatedAt: at(3) }],
      ],
      expected: { status: 'approved', total: 11000, coupons: ['P10'] },
    },
    'a corrected currency': {
      words: [
        ['post', { updatedAt: at(1) }],
        ['patch', { total: '90.00', tax: '5.00', updatedAt: at(2) }],
        ['patch', { total: '100.00', currency: 'EUR', updatedAt: at(3) }],
      ],
      expected: { currency: 'EUR', total: 10000 },
    },
  };
  const rows = Object.entries(CASES).flatMap(([name, { words, expected }]) =>
    permutations(words).map(
      (order): [string, string, Word[], Said] =>
        [
          ...[name, order.map(([verb, { updatedAt }]) => `${verb} ${String(updatedAt).slice(14, 16)}`).join(', ')],
          ...[order, expected],
        ] as [string, string, Word[], Said],
    ),
  );
  test.each(rows)('%s: %s', async (_name, _order, words, expected) => {
    await open();
    expect((await say(words)).order).toMatchObject(expected);
  });
});

describe('the time of a change', () => {
  test('says which fields a late change left alone', async () => {
    await open();
    const { results } = await say([
      ['post', {}],
      ['patch', { status: 'refunded', updatedAt: at(3) }],
      ['patch', { status: 'approved', updatedAt: at(2) }],
    ]);
    expect(results[2]).toMatchObject({
      ...{ result: 'duplicate', status: 'refunded' },
      warnings: [{ field: 'status', message: expect.stringContaining('stated it anew since') }],
    });
  });

  test('that nobody can read is named, and the change is as new as its arrival', async () => {
    await open();
    const { order } = await say([
      ['post', { updatedAt: at(3) }],
      ['patch', { status: 'refunded', updatedAt: 'yesterday' }],
    ]);
    expect(order.status).toBe('refunded');
  });
});
