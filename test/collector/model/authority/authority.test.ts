/** The table of authority, walked cell by cell: what the table says, and what a real store holds after that reporter has spoken. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signedText } from '../../../../collector/intake/order-signature.ts';
import { hmacSha256 } from '../../../../collector/lib/hash.ts';
import {
  type AuthorityField,
  type Effect,
  effectOf,
  FIELDS,
  type Phase,
  type ReporterKind,
  REPORTERS,
} from '../../../../collector/model/authority/authority.ts';
import type { StoredOrder } from '../../../../collector/model/stored-order.ts';
import { temporaryFolders } from '../../../harness/folder.ts';
import { openShop } from '../../../harness/shop-front.ts';
import { CARTSTACK, IMPACT, testSeal } from '../../../harness/sites.ts';

const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;
let shop: Shop;
beforeAll(async () => {
  shop = await openShop({ file: join(folder(), 'clickthread.db'), connections: [IMPACT, CARTSTACK] });
  await addOrderKey();
});
afterAll(() => shop.store.close());

const KEY = 'ctord_invented-for-the-table';
async function addOrderKey(): Promise<void> {
  const secret = testSeal.seal(KEY);
  const row = { id: 'k1', kind: 'order' as const, hash: 'h', secret, sites: ['shop'], label: '' };
  const deed = { at: 0, actor: 'test', action: 'key create', detail: {} };
  await shop.store.addApiKey({ ...row, createdAt: 0, revokedAt: null }, deed);
  // A key counts from the next version of the configuration.
  await shop.apply([IMPACT, CARTSTACK]);
}

/** Four letters a cell: shop, proven, owner, other, foreign; first before the shop has spoken of the field, then after. */
const TABLE: Record<AuthorityField, [unspoken: string, spoken: string]> = {
  currency: ['R R F O F', 'R R O O O'],
  amounts: ['R R F O F', 'R R O O O'],
  status: ['R R R O F', 'R R O O O'],
  coupons: ['R R F O F', 'R R O O O'],
  time: ['R R F O F', 'R R F O F'],
  items: ['R R F O F', 'R R F O F'],
  customer: ['R R F O F', 'R R F O F'],
  contact: ['R R F O F', 'R R F O F'],
  consent: ['R R F O F', 'R F F O F'],
  journey: ['R R F O F', 'R F F O F'],
  identity: ['R R I I I', 'R R I I I'],
};
const EFFECTS: Record<string, Effect> = { R: 'replaces', F: 'fills', O: 'observed', I: 'ignored' };

const cells = FIELDS.flatMap((field) =>
  (['unspoken', 'spoken'] as const).flatMap((phase) =>
    REPORTERS.map((reporter, index) => {
      const letter = TABLE[field][phase === 'unspoken' ? 0 : 1].split(' ')[index]!;
      return { field, phase, reporter, effect: EFFECTS[letter]! };
    }),
  ),
);

test.each(cells)('$field, $phase, by $reporter: $effect', ({ field, phase, reporter, effect }) => {
  expect(effectOf(field, reporter, phase)).toBe(effect);
});

interface Probe {
  /** The field as the first word has it, and as the word under test has it. */
  a: object;
  b: object;
  /** What the record holds of it: `a`, `b`, or something else. */
  read: (stored: StoredOrder) => unknown;
  values: [a: unknown, b: unknown];
  /** A report can't leave it out. */
  always?: true;
}

const click = (value: string): object => ({ clicks: { irclickid: value } });
const items = (sku: string): object => ({ items: [{ sku, price: '112.00' }] });
const PROBES: Record<Exclude<AuthorityField, 'identity'>, Probe> = {
  currency: {
    a: { currency: 'USD' },
    b: { currency: 'EUR' },
    read: ({ order }) => order.currency,
    values: ['USD', 'EUR'],
    always: true,
  },
  amounts: {
    a: { total: '112.00' },
    b: { total: '90.00' },
    read: ({ order }) => order.total,
    values: [11200, 9000],
    always: true,
  },
  status: {
    a: { status: 'pending' },
    b: { status: 'approved' },
    read: ({ order }) => order.status,
    values: ['pending', 'approved'],
    always: true,
  },
  coupons: { a: { coupons: ['A'] }, b: { coupons: ['B'] }, read: ({ order }) => order.coupons[0], values: ['A', 'B'] },
  time: {
    a: { placedAt: '2026-11-20T11:59:00Z' },
    b: { placedAt: '2026-11-20T11:58:00Z' },
    read: ({ order }) => new Date(order.placedAt).toISOString().slice(14, 16),
    values: ['59', '58'],
  },
  items: { a: items('A'), b: items('B'), read: ({ order }) => order.items[0]?.sku, values: ['A', 'B'] },
  customer: {
    a: { customer: { id: 'A1' } },
    b: { customer: { id: 'B1' } },
    read: ({ order }) => order.customerId,
    values: ['A1', 'B1'],
  },
  contact: {
    a: { customer: { email: 'a@example.com' } },
    b: { customer: { email: 'b@example.com' } },
    read: ({ personal }) => personal && (JSON.parse(testSeal.open(personal)) as { email?: string }).email,
    values: ['a@example.com', 'b@example.com'],
  },
  consent: {
    a: { consent: { marketing: 'granted', source: 'a' } },
    b: { consent: { marketing: 'granted', source: 'b' } },
    read: ({ consent }) => consent?.source,
    values: ['a', 'b'],
  },
  journey: {
    a: click('click-a'),
    b: click('click-b'),
    read: ({ attribution }) => attribution.winner?.value,
    values: ['click-a', 'click-b'],
  },
};

let serial = 0;
const SIGNED = [
  'orderId',
  'total',
  'currency',
  'status',
  'coupons',
  'placedAt',
  'items',
  'customer.id',
  'customer.email',
];

/** Visitors of one cell alone: who named other orders is another matter. */
const visitorOf = (name: string): string => `visitor-${name}-${serial}`;

/** One word about an order, by that reporter. The owner is the visitor who spoke first. */
async function speak(reporter: ReporterKind, orderId: string, word: object): Promise<void> {
  const report: Record<string, unknown> = { orderId, total: '112.00', currency: 'USD', ...word };
  shop.clock.pass(1000);
  if (reporter === 'shop') return void (await shop.shop(report));
  if (reporter === 'proven') {
    const has = (name: string): boolean =>
      name.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], report) !==
      undefined;
    const signed = SIGNED.filter(has);
    const sent: Record<string, unknown> = { ...report, signed, signedAt: new Date(shop.clock.now()).toISOString() };
    const signature = hmacSha256(KEY, signedText(sent) ?? '');
    const { status, body } = await shop.browser('conversion', { ...sent, signature, visitor: visitorOf('signed') });
    expect(status, JSON.stringify(body)).toBe(200);
    return;
  }
  if (reporter === 'foreign') await shop.report(report, { page: 'foreign' });
  else await shop.report({ ...report, visitor: visitorOf(reporter) });
}

/** Says the first word, if any, then the one under test; answers what the record then holds. */
async function after(given: { probe: Probe; reporter: ReporterKind; phase: Phase; first: object | undefined }) {
  const { probe, reporter, phase, first } = given;
  const orderId = `CELL${(serial += 1)}`;
  const isFirst = reporter === 'foreign' || (reporter === 'shop' && phase === 'unspoken');
  if (phase === 'spoken') {
    // Whose order it is, is known; what the shop has said of the field is the first word.
    if (!isFirst) await speak('owner', orderId, {});
    await speak('shop', orderId, first ?? {});
  } else if (!(isFirst && first === undefined)) await speak('owner', orderId, first ?? {});
  await speak(reporter, orderId, probe.b);
  return (await shop.store.order('shop', orderId))!;
}

describe.each(cells.filter(({ field }) => field !== 'identity'))(
  '$field, $phase, by $reporter',
  ({ field, phase, reporter, effect }) => {
    const probe = PROBES[field as keyof typeof PROBES];
    const [a, b] = probe.values;

    test(`${effect} what was said before`, async () => {
      const stored = await after({ probe, reporter, phase, first: probe.a });
      expect(probe.read(stored)).toEqual(effect === 'replaces' ? b : a);
      if (effect === 'observed') expect(stored.words.heard.length).toBeGreaterThan(0);
    });

    if (probe.always) return;
    test(`${effect === 'replaces' || effect === 'fills' ? 'is' : 'is not'} the record's where nobody said it`, async () => {
      const stored = await after({ probe, reporter, phase, first: undefined });
      const [one] = stored.words.heard;
      // Left out by the shop, the time is when the browser was first heard of, whatever its page says.
      if (field === 'time' && effect === 'fills' && phase === 'spoken')
        expect(stored.order.placedAt).toBe(Math.min(one!.at, stored.words.shop!.firstAt));
      else if (effect === 'replaces' || effect === 'fills') expect(probe.read(stored)).toEqual(b);
      else expect(probe.read(stored)).not.toEqual(b);
    });
  },
);

describe('identity', () => {
  const ties = async (reporter: ReporterKind, phase: Phase): Promise<boolean> => {
    const [orderId, id] = [`WHO${(serial += 1)}`, `customer-${serial}`];
    for (const name of ['owner', 'other', 'signed']) {
      const touches = [{ param: 'irclickid', value: `${name}-${serial}`, at: shop.clock.now() }];
      await shop.browser('touch', { visitor: visitorOf(name), touches });
    }
    await speak('owner', orderId, {});
    if (phase === 'spoken') await speak('shop', orderId, {});
    await speak(reporter, orderId, { customer: { id } });
    await speak('shop', `NEXT${serial}`, { customer: { id } });
    return (await shop.store.order('shop', `NEXT${serial}`))!.attribution.winner !== null;
  };
  test.each(cells.filter(({ field }) => field === 'identity'))(
    '$phase, by $reporter: $effect',
    async ({ phase, reporter, effect }) => {
      expect(await ties(reporter, phase)).toBe(effect === 'replaces');
    },
  );
});
