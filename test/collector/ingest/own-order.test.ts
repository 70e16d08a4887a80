/** Whose order it is, rule by rule: from one visitor's touches, never from a guess, and decided by a person where no rule says. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { minutes, seconds } from '../../../collector/lib/duration.ts';
import type { Observation, OrderWords, ShopWord } from '../../../collector/model/authority/order-words.ts';
import { addObservation, MOST_HEARD } from '../../../collector/model/authority/order-words.ts';
import { MOST_CONSIDERED } from '../../../collector/ingest/decide.ts';
import { ownOrder, type OwnershipFacts } from '../../../collector/ingest/own-order.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShop } from '../../harness/shop-front.ts';
import { IMPACT } from '../../harness/sites.ts';

const folder = temporaryFolders();
const NOON = Date.UTC(2026, 10, 22, 12);
const facts = { currency: 'USD', status: 'approved' as const, coupons: [], items: [], placedAt: NOON };

const heard = (id: string, more: Partial<Observation> & { total?: number } = {}): Observation => {
  const { total = 11200, ...rest } = more;
  return {
    ...{
      id,
      visitor: id,
      page: 'own' as const,
      at: NOON,
      said: { ...facts, total },
      given: [],
      carried: [],
      marks: {},
    },
    ...rest,
  };
};
const shopWord = (more: Partial<ShopWord['said']> = {}, rest: Partial<ShopWord> = {}): ShopWord => ({
  ...{ firstAt: NOON + minutes(1), at: NOON + minutes(1), whole: true },
  said: { ...facts, total: 11200, ...more },
  ...rest,
});

/** `a` and `b` earn different networks the order, `none` earns nobody anything, `a2` leads to the same credit as `a`. */
const CREDITS: Record<string, string> = { a: 'impact', a2: 'impact', b: 'awin', none: '' };

function own(
  words: OrderWords,
  more: Partial<OwnershipFacts> = {},
): [owner: string | undefined, contest: string | undefined] {
  const { owner, contest } = ownOrder({
    words,
    creditOf: ({ id }) => CREDITS[id] ?? id,
    earnsNothing: ({ id }) => CREDITS[id] === '',
    areJoined: (a, b) => a.id === b.id,
    isClean: () => true,
    told: false,
    ...more,
  });
  return [owner?.id, contest?.kind];
}

describe('before the shop has spoken', () => {
  test.each<[string, Observation[], [string | undefined, string | undefined]]>([
    ['nobody has reported it', [], [undefined, undefined]],
    ['the first from one of the site’s pages', [heard('a'), heard('a2', { at: NOON + 1 })], ['a', undefined]],
    ['one of the site’s pages before an opaque one', [heard('b', { page: 'foreign' }), heard('a')], ['a', undefined]],
    [
      'a signed report before the first',
      [heard('b'), heard('a', { proof: { fields: ['total'], at: null } })],
      ['a', undefined],
    ],
    ['another credit is an alert, and the first stands', [heard('a'), heard('b')], ['a', 'alert']],
    ['another amount is an alert', [heard('a'), heard('a2', { total: 5 })], ['a', 'alert']],
    ['who earns nobody anything contests nothing', [heard('a'), heard('none')], ['a', undefined]],
  ])('%s', (_what, observations, expected) => {
    expect(own({ heard: observations })).toEqual(expected);
  });
});

describe('after the shop has spoken', () => {
  const early = NOON - minutes(5) - seconds(1);
  test.each<[string, OrderWords, [string | undefined, string | undefined]]>([
    [
      'the first that told the shop’s amount',
      { shop: shopWord(), heard: [heard('b', { total: 1 }), heard('a')] },
      ['a', undefined],
    ],
    [
      'a guess ahead of the order owns nothing, even alone',
      { shop: shopWord(), heard: [heard('b', { at: early })] },
      [undefined, undefined],
    ],
    ['nor beside the buyer', { shop: shopWord(), heard: [heard('b', { at: early }), heard('a')] }, ['a', undefined]],
    [
      'five minutes ahead are a clock that is off',
      { shop: shopWord(), heard: [heard('a', { at: NOON - minutes(5) })] },
      ['a', undefined],
    ],
    [
      'where none told the amount, a person decides',
      { shop: shopWord({ total: 5 }), heard: [heard('a'), heard('b')] },
      [undefined, 'hold'],
    ],
    [
      'the same credit is no contest',
      { shop: shopWord({ total: 5 }), heard: [heard('a'), heard('a2')] },
      ['a', undefined],
    ],
    [
      'the visitor whom the shop names',
      { shop: shopWord({}, { visitor: 'b' }), heard: [heard('a'), heard('b')] },
      ['b', undefined],
    ],
    [
      'the total less tax and shipping is the shop’s amount',
      { shop: shopWord({ total: 13000, tax: 1000, shipping: 800 }), heard: [heard('b', { total: 1 }), heard('a')] },
      ['a', undefined],
    ],
    [
      'another currency is another amount',
      { shop: shopWord({ currency: 'EUR' }), heard: [heard('a'), heard('b')] },
      [undefined, 'hold'],
    ],
    [
      'a person’s decision',
      { shop: shopWord(), ruling: { credit: 'b', at: NOON, by: 'command line' }, heard: [heard('a'), heard('b')] },
      ['b', undefined],
    ],
    [
      'a person’s decision for nobody',
      { shop: shopWord(), ruling: { credit: null, at: NOON, by: 'command line' }, heard: [heard('a')] },
      [undefined, undefined],
    ],
  ])('%s', (_what, words, expected) => {
    expect(own(words)).toEqual(expected);
  });

  test('the first with the right amount is not believed where it also named orders that the shop never confirmed', () => {
    const words = { shop: shopWord(), heard: [heard('a'), heard('b')] };
    expect(own(words, { isClean: () => false })).toEqual([undefined, 'hold']);
  });

  test('another amount owns nothing where it came long after the shop, or named orders that the shop never confirmed', () => {
    const shop = shopWord({ total: 5 });
    const late = (total: number): OrderWords => ({ shop, heard: [heard('b', { total, at: shop.at + minutes(6) })] });
    expect(own(late(1))).toEqual([undefined, 'hold']);
    expect(own(late(1), { earnsNothing: () => true })).toEqual(['b', undefined]);
    expect(own(late(1), { told: true })).toEqual(['b', undefined]);
    expect(own(late(5))).toEqual(['b', undefined]);
    const soon = { shop, heard: [heard('b', { total: 1 })] };
    expect(own(soon)).toEqual(['b', undefined]);
    expect(own(soon, { isClean: () => false })).toEqual([undefined, 'hold']);
  });

  test('the right amount owns nothing where its address told three wrong ones of this order', () => {
    const from = (address: string, total: number, n: number) => heard(`b${n}`, { total, marks: { address } });
    const tries = (most: number, address = 'evil') => [1, 2, 3].slice(0, most).map((n) => from(address, n, n));
    const credits = { creditOf: () => 'impact' };
    const words = (wrong: Observation[]): OrderWords => ({
      shop: shopWord(),
      heard: [...wrong, from('evil', 11200, 4)],
    });
    expect(own(words(tries(2)), credits)).toEqual(['b4', undefined]);
    expect(own(words(tries(3)), credits)).toEqual([undefined, 'hold']);
    expect(own(words(tries(3, 'somewhere-else')), credits)).toEqual(['b4', undefined]);
  });

  test('the total without the tax and shipping that the browser itself names is the shop’s amount', () => {
    const said = { ...facts, total: 10000, tax: 700, shipping: 500 };
    expect(own({ shop: shopWord(), heard: [heard('b', { total: 1 }), heard('a', { said })] })).toEqual([
      'a',
      undefined,
    ]);
  });

  test('visitors whom a hand-over joined are one', () => {
    const words = { shop: shopWord({ total: 5 }), heard: [heard('a'), heard('b')] };
    expect(own(words, { areJoined: () => true })).toEqual(['a', undefined]);
  });
});

describe('however many lay claim', () => {
  test(`at most ${MOST_HEARD} browsers are kept beside a record, the first ones and the signed one among them`, () => {
    let words: OrderWords = { heard: [] };
    for (let n = 1; n <= 300; n += 1)
      words = addObservation(words, heard(`v${n}`, n === 20 ? { proof: { fields: ['total'], at: NOON } } : {}));
    expect(words.heard).toHaveLength(MOST_HEARD);
    expect(words.heard.slice(0, 4).map(({ id }) => id)).toEqual(['v1', 'v2', 'v3', 'v4']);
    expect(words.heard.map(({ id }) => id)).toContain('v20');
    expect(words.dropped).toBe(300 - MOST_HEARD);
  });

  test(`a decision considers the newest ${MOST_CONSIDERED} touches, and says that it left any out`, async () => {
    const shop = await openShop({ file: join(folder(), 'clickthread.db'), connections: [IMPACT] });
    for (let batch = 0; batch < 4; batch += 1) {
      const touches = Array.from({ length: 40 }, (_, n) => ({
        ...{ param: 'irclickid', value: `click-${batch}-${n}`, at: shop.clock.now() + n * 100 },
      }));
      await shop.browser('touch', { visitor: 'visitor-1', touches, now: shop.clock.now() });
      shop.clock.pass(minutes(2));
    }
    await shop.browser('conversion', { orderId: 'O1', total: '5', visitor: 'visitor-1' });
    const { touches, leftOut } = (await shop.store.order('shop', 'O1'))!.attribution;
    expect(touches).toHaveLength(MOST_CONSIDERED);
    expect(leftOut).toBeGreaterThan(0);
    expect((await shop.of('conversion'))[0]?.report.click?.value).toMatch(/^click-3-/);
    await shop.store.close();
  });
});
