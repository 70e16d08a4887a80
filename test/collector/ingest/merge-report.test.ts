/** What the words of shop and browsers make together; who may say what is walked cell by cell in model/authority.test.ts. */
import { describe, expect, test } from 'vitest';
import type { Command } from '../../../collector/intake/command.ts';
import { hearBrowser, hearChange, hearShop, type Heard } from '../../../collector/ingest/hear-report.ts';
import { itemsAddUp, mergeReport } from '../../../collector/ingest/merge-report.ts';
import { readOrder } from '../../../collector/intake/validate-order.ts';
import { applyPatch, readPatch } from '../../../collector/intake/validate-patch.ts';
import { NOON } from '../store/rows.ts';

type Report = Extract<Command, { type: 'order' }>;
type Word = (heard: Heard, now: number) => Heard;

const LATER = NOON + 60_000;
const command = (input: object, more: Partial<Report>, now: number): Report => {
  const { valid } = readOrder({ orderId: 'O1', total: '112.00', currency: 'USD', ...input }, { now });
  return { type: 'order', site: 'shop', reporter: 'shop', valid: valid!, warnings: [], touches: [], ...more };
};
const shop =
  (input: object = {}, kept = {}): Word =>
  ({ words, personal }, now) =>
    hearShop({ words, personal, command: command(input, {}, now), kept, now, nameOf: (text) => text });
const browser =
  (input: object = {}, more: Partial<Report> = {}, kept = {}): Word =>
  ({ words, personal }, now) => {
    const report = command(input, { reporter: 'browser', visitor: 'visitor-1', ...more }, now);
    return hearBrowser({ words, personal, command: report, kept, now, nameOf: () => 'n', marks: {}, signedKeys: [] });
  };
const patch =
  (input: object): Word =>
  (heard, now) => {
    const change = readPatch(input).patch!;
    const { after } = applyPatch({ orderId: 'O1', currency: 'USD' }, change, now);
    return { ...heard, words: hearChange({ words: heard.words, patch: change, after: after!, now }).words };
  };

function hearAll(...said: Word[]): Heard {
  const nothing: Heard = { words: { heard: [] }, personal: {}, notes: [], news: false };
  return said.reduce((heard, word, index) => word(heard, NOON + index * 60_000), nothing);
}

function merged(...said: Word[]) {
  const { words, personal } = hearAll(...said);
  return mergeReport({ orderId: 'O1', words, personal, owner: words.heard[0], told: false });
}

describe("the shop's report", () => {
  const lines = [{ sku: 'A', quantity: 2, price: '56.00' }];
  test.each<[string, Word[], object]>([
    [
      'replaces money, and parts of another sum',
      [browser({ tax: '9.00' }), shop({ total: '100.00' })],
      { total: 10000 },
    ],
    ['replaces codes by none', [browser({ coupons: ['A'] }), shop()], { coupons: [] }],
    ['is approved unless it says otherwise', [browser({ status: 'pending' }), shop()], { status: 'approved' }],
    ['has its own status', [browser(), shop({ status: 'pending' })], { status: 'pending' }],
    [
      'takes lines that add up',
      [browser({ items: lines }), shop()],
      { items: [{ sku: 'A', quantity: 2, price: 5600 }] },
    ],
    ["leaves out lines that don't", [browser({ items: lines }), shop({ total: '111.99' })], { items: [] }],
    ['has its own lines, also none', [browser({ items: lines }), shop({ items: [] })], { items: [] }],
    [
      'is dated when its browser was first heard',
      [browser({ placedAt: '2001-01-01T00:00:00Z' }), shop()],
      { placedAt: NOON },
    ],
    [
      'has its own time',
      [browser(), shop({ placedAt: '2026-11-01T00:00:00Z' })],
      { placedAt: Date.parse('2026-11-01T00:00:00Z') },
    ],
  ])('%s', (_name, said, expected) => {
    expect(merged(...said).order).toMatchObject(expected);
  });

  test('drops the parts of a sum that it replaces', () => {
    expect(merged(browser({ tax: '9.00', subtotal: '103.00' }), shop({ total: '100.00' })).order).not.toMatchObject({
      tax: expect.anything(),
    });
  });
  test('made again keeps what it leaves out, and what the shop undid', () => {
    const again = merged(
      shop({ coupons: ['A'], tax: '9.00', status: 'pending' }),
      patch({ status: 'cancelled' }),
      shop(),
    );
    expect(again.order).toMatchObject({ status: 'cancelled', coupons: ['A'], tax: 900 });
  });
  test('that says approved revives what was cancelled before: the newest word stands', () => {
    expect(merged(patch({ status: 'cancelled' }), shop({ status: 'approved' })).order.status).toBe('approved');
    expect(merged(patch({ status: 'cancelled' }), shop()).order.status).toBe('cancelled');
  });
  test("has the credited browser's e-mail where it names none, and its own where it does", () => {
    const [theirs, ours] = [{ email: 'page@example.com', phone: '1' }, { email: 'shop@example.com' }];
    expect(merged(browser({}, {}, theirs), shop()).personal).toEqual(theirs);
    expect(merged(browser({}, {}, theirs), shop({}, ours)).personal).toEqual({ ...theirs, ...ours });
  });
});

describe("the browser's later report", () => {
  test('changes neither money nor lines nor a status that stands', () => {
    const first = { items: [{ sku: 'A', price: '112.00' }], coupons: ['A'] };
    const again = { total: '1.00', items: [{ sku: 'B', price: 1 }], coupons: ['B'], status: 'pending' };
    expect(merged(browser(first), browser(again)).order).toEqual(merged(browser(first)).order);
  });
  test('adds what was missing', () => {
    expect(merged(browser(), browser({ tax: '3.00' })).order).toMatchObject({ total: 11200, tax: 300 });
  });
  test('approves what was pending, and can undo nothing', () => {
    expect(merged(browser({ status: 'pending' }), browser({ status: 'approved' })).order.status).toBe('approved');
    for (const status of ['cancelled', 'refunded']) {
      expect(merged(browser(), browser({ status })).order.status).toBe('approved');
      expect(merged(browser({ status })).order.status).toBe('pending');
      expect(hearAll(browser(), browser({ status })).notes).toEqual([
        expect.stringContaining(`called it ${status}: ignored`),
      ]);
    }
  });
});

describe('a signature', () => {
  const proof = (at: number | null, ...more: string[]) => ({ proof: { fields: ['total', 'currency', ...more], at } });
  test('proves the amount: lines that make up another one are left out', () => {
    const items = [{ sku: 'A', price: '9999.00' }];
    const { order, notes } = merged(browser({ items }, proof(null)));
    expect(order).toMatchObject({ total: 11200, items: [] });
    expect(notes).toEqual([expect.stringContaining('left out')]);
    expect(merged(browser({ items }, proof(null, 'items'))).order.items).toHaveLength(1);
  });
  test("ends with the shop's next word", () => {
    const old = browser({ total: '112.00' }, proof(NOON));
    expect(merged(old, patch({ total: '12.00' }), old).order.total).toBe(1200);
    const again = hearAll(
      old,
      patch({ total: '12.00' }),
      browser({ total: '112.00' }, { ...proof(NOON + 1), visitor: 'v-2' }),
    );
    expect(again.notes).toEqual([expect.stringContaining('the shop has spoken since')]);
  });
  // A clock that runs ahead by minutes, or a server that writes its local time for that of Greenwich.
  const HOUR = 3_600_000;
  test.each<[string, string]>([
    ['by the same browser', 'visitor-1'],
    ['by another one', 'visitor-2'],
  ])('of a clock that runs ahead grows no younger when its page is opened again %s', (_by, visitor) => {
    const signed =
      (total: string, stated: number, who = 'visitor-1'): Word =>
      (heard, now) => {
        const at = Math.min(stated, now);
        const more = at < stated ? { stated } : {};
        const proof = { fields: ['total', 'currency'], at, ...more };
        return browser({ total }, { proof, visitor: who })(heard, now);
      };
    const old = (who?: string) => signed('112.00', NOON + HOUR, who);
    expect(merged(old(), patch({ total: '12.00' }), old(visitor)).order.total).toBe(1200);
    expect(merged(old(), signed('90.00', NOON + HOUR + 1), old(visitor)).order.total).toBe(9000);
    const late = Array.from({ length: 70 }, () => old(visitor));
    expect(merged(old(), patch({ total: '12.00' }), ...late).order.total).toBe(1200);
  });
  test('that was made since counts again', () => {
    const fresh = browser({ total: '90.00' }, proof(LATER + 1));
    expect(merged(browser(), shop({ total: '100.00' }), fresh).order.total).toBe(9000);
  });
  test('without a time proves a first report only', () => {
    const fresh = browser({ total: '90.00' }, { ...proof(null), visitor: 'visitor-2' });
    expect(merged(browser({}, proof(null)), fresh).order.total).toBe(11200);
    expect(merged(shop({ total: '100.00' }), browser({ total: '90.00' }, proof(null))).order.total).toBe(10000);
  });
});

test.each<[string, number, object, boolean]>([
  ['alone', 12700, {}, true],
  ['less the discount', 11200, { discount: 1500 }, true],
  ['with shipping', 11700, { discount: 1500, shipping: 500 }, true],
  ['with tax on top', 13970, { tax: 1270 }, true],
  ['with tax inside', 12700, { tax: 2000 }, true],
  ['a cent off', 12701, {}, false],
  ['a discount of more than the difference', 11200, { discount: 1600 }, false],
])('lines of 127.00 add up %s to %i with %j: %s', (_name, total, parts, expected) => {
  const items = [
    { sku: 'A', quantity: 2, price: 1400 },
    { sku: 'B', quantity: 3, price: 3300 },
  ];
  expect(itemsAddUp({ items }, { total, ...parts })).toBe(expected);
});
