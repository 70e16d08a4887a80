/** Random lives of an order: whatever a shop says of it in turn, what its networks were told is what the shop says in the end. */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Delivery } from '../../../collector/model/delivery.ts';
import { withComposition } from '../../../collector/model/amounts/composition.ts';
import { BASES, type Basis, worthOf } from '../../../collector/model/amounts/ledger.ts';
import { applyPatch, readPatch } from '../../../collector/intake/validate-patch.ts';
import { readOrder } from '../../../collector/intake/validate-order.ts';
import type { Order } from '../../../collector/model/order.ts';
import { actionItems, orderAmount } from '../../../sandbox/vendors/impact/amounts.ts';
import { temporaryFolders } from '../../harness/folder.ts';
import { openShop } from '../../harness/shop-front.ts';
import { CARTSTACK, IMPACT } from '../../harness/sites.ts';
import { connect } from '../destinations/seed-report.ts';

const folder = temporaryFolders();
type Shop = Awaited<ReturnType<typeof openShop>>;
let open: Shop | undefined;
afterEach(() => open?.store.close());

const SEED = 20_261_126;

/** How a shop prices: what its fields mean, of which it says nothing. */
interface Style {
  taxInside: boolean;
  discount: 'none' | 'off' | 'inside' | 'unnamed';
}

interface Life {
  style: Style;
  /** Unit prices in hundredths of a cent. */
  lines: { price: number; quantity: number }[];
  discount: number;
  tax: number;
  shipping: number;
  withItems: boolean;
  deeds: { deed: Deed; share: number }[];
}

const DEEDS = ['amount', 'shipping', 'tax', 'line', 'cancel', 'approve', 'relay', 'again'] as const;
type Deed = (typeof DEEDS)[number];

const lives: fc.Arbitrary<Life> = fc.record({
  style: fc.record({
    taxInside: fc.boolean(),
    discount: fc.constantFrom<Style['discount']>('none', 'off', 'inside', 'unnamed'),
  }),
  lines: fc.array(
    fc.record({ price: fc.integer({ min: 10_000, max: 2_000_000 }), quantity: fc.integer({ min: 1, max: 4 }) }),
    { minLength: 1, maxLength: 4 },
  ),
  discount: fc.integer({ min: 1, max: 90 }),
  tax: fc.integer({ min: 0, max: 15 }),
  shipping: fc.integer({ min: 0, max: 1500 }),
  withItems: fc.boolean(),
  deeds: fc.array(fc.record({ deed: fc.constantFrom<Deed>(...DEEDS), share: fc.integer({ min: 1, max: 100 }) }), {
    maxLength: 8,
  }),
});

/** The truth, kept apart from everything that is tested: cents throughout. */
function createBooks(life: Life) {
  const lineOf = ({ price, quantity }: Life['lines'][number]): number => Math.floor((price * quantity + 50) / 100);
  let lines = life.lines;
  const list = (): number => lines.reduce((sum, line) => sum + lineOf(line), 0);
  const named = life.style.discount === 'off' || life.style.discount === 'inside';
  const discount = life.style.discount === 'none' ? 0 : Math.max(1, Math.floor((list() * life.discount) / 100));
  const off = life.style.discount === 'inside' ? 0 : discount;
  // A discount as large as the tax may be read as either: no reckoning can tell.
  const wanted = Math.floor(((list() - off) * life.tax) / 100);
  let tax = wanted === discount || (life.style.taxInside && life.style.discount === 'unnamed') ? 0 : wanted;
  let shipping = life.shipping;
  let refunded = 0;
  let undone = false;
  const stated = (): number => list() - off;
  const goods = (): number => stated() - refunded;
  const onTop = (): number => (life.style.taxInside ? 0 : tax);
  const total = (): number => goods() + onTop() + shipping;
  const decimal = (cents: number): string => (cents / 100).toFixed(2);
  const items = () =>
    life.withItems
      ? {
          items: lines.map(({ price, quantity }, n) => ({
            sku: `S${n}`,
            quantity,
            price: (price / 10_000).toFixed(4),
          })),
        }
      : { subtotal: decimal(list()) };
  return {
    order: () => ({
      ...{ orderId: 'O1', total: decimal(total()), currency: 'USD', clicks: { irclickid: 'click-1' } },
      ...{ tax: decimal(tax), shipping: decimal(shipping), customer: { email: 'jane@example.com' } },
      ...(named ? { discount: decimal(discount) } : {}),
      ...items(),
    }),
    /** What the shop says after a deed; undefined where it can't do it now. */
    change(deed: Deed, share: number): object | undefined {
      if (undone && deed !== 'approve') return undefined;
      switch (deed) {
        case 'amount': {
          refunded += Math.ceil((goods() * share) / 100);
          return { total: decimal(total()) };
        }
        case 'shipping':
          shipping = 0;
          return { shipping: '0.00', total: decimal(total()) };
        case 'tax':
          if (life.style.taxInside) return undefined;
          tax = 0;
          return { tax: '0.00', total: decimal(total()) };
        case 'line': {
          if (!life.withItems || lines.length < 2 || refunded > 0 || discount > 0) return undefined;
          lines = lines.slice(1);
          tax = Math.floor((list() * life.tax) / 100);
          return { ...items(), tax: decimal(tax), total: decimal(total()) };
        }
        case 'cancel':
          undone = true;
          return { status: 'cancelled' };
        case 'approve':
          undone = false;
          return { status: 'approved' };
        case 'relay':
        case 'again':
          return undefined;
      }
    },
    /** What the order is worth, and by how much rounding of a share may differ. */
    worth(basis: Basis): { cents: number; slack: number } {
      if (undone) return { cents: 0, slack: 0 };
      const part = stated() === 0 ? 0 : goods() / stated();
      switch (basis) {
        case 'goods':
          return { cents: goods(), slack: 0 };
        case 'total':
          return { cents: total(), slack: 0 };
        case 'net':
          return life.style.taxInside
            ? { cents: Math.round(goods() - tax * part), slack: part === 1 ? 0 : 1 }
            : { cents: goods(), slack: 0 };
        case 'list':
          return { cents: Math.round(list() * part), slack: part === 1 ? 0 : 1 };
      }
    },
  };
}

/** What impact.com has in its books after the reports that reached it, by its own arithmetic. Cents. */
function toldTo(reports: readonly Delivery[], basis: Basis): number {
  const { definition, settings } = connect('impact', { amountBasis: basis });
  let cents = 0;
  for (const { kind, report } of reports) {
    if (kind === 'reversal') {
      cents = 0;
      continue;
    }
    const { body } = definition[kind]!(report, settings);
    const fields = new Map(new URLSearchParams(body));
    if (kind === 'modification') cents = Math.round(Number(fields.get('Amount')) * 100);
    else {
      const items = actionItems(fields);
      cents = items.length > 0 ? items.reduce((sum, { amount }) => sum + amount, 0) : orderAmount(fields);
    }
  }
  return cents;
}

const readWhole = (order: object): Order => readOrder(order, { now: 0 }).valid!.order;

async function live(life: Life, basis: Basis): Promise<void> {
  await open?.store.close();
  const impact = IMPACT.replace('actionTrackerId', `amountBasis: ${basis}, actionTrackerId`);
  const shop = await openShop({ file: join(folder(), 'clickthread.db'), connections: [impact, CARTSTACK] });
  open = shop;
  const books = createBooks(life);
  const settle = async (): Promise<void> => {
    while ((await shop.relayed({ state: 'confirmed' })).length > 0) shop.clock.pass(1000);
  };
  await shop.shop(books.order());
  let reversed = false;
  for (const { deed, share } of life.deeds) {
    shop.clock.pass(1000);
    if (deed === 'relay') await settle();
    // The same report once more, as a webhook repeats it, where nothing has changed since.
    if (deed === 'again' && life.deeds[0]?.deed === 'again') await shop.shop(books.order());
    reversed ||= (await shop.of('reversal')).some(({ state }) => state === 'confirmed');
    // A reversal that has arrived is restored by hand: the network's, and no more ours.
    if (reversed) break;
    const change = books.change(deed, share);
    if (change) expect(await shop.patch(change)).toMatchObject({ result: expect.stringMatching(/updated|duplicate/) });
  }
  await settle();
  const arrived = (await shop.deliveries()).filter(
    ({ connection, state }) => connection === 'impact' && state === 'confirmed',
  );
  const { cents, slack } = books.worth(basis);
  expect(
    Math.abs(toldTo(arrived, basis) - cents),
    `told ${toldTo(arrived, basis)}, worth ${cents}`,
  ).toBeLessThanOrEqual(slack);
}

describe('whatever a shop says in turn, impact.com has in the end what the shop says now', () => {
  test.each(BASES)('by the basis %s', async (basis) => {
    await fc.assert(
      fc.asyncProperty(lives, (life) => live(life, basis)),
      { seed: SEED, numRuns: 12, verbose: true },
    );
  });
});

test('by every basis, over many more lives, without a network', () => {
  fc.assert(
    fc.property(lives, (life) => {
      const books = createBooks(life);
      let order = readWhole(books.order());
      for (const { deed, share } of life.deeds) {
        const change = books.change(deed, share);
        const { patch } = change ? readPatch(change) : {};
        if (!patch) continue;
        const { after } = applyPatch(order, patch, 0);
        const changed = { ...order, ...after };
        // A total that is stated alone leaves the subtotal of before behind.
        if ('total' in patch.amounts) delete changed.subtotal;
        order = withComposition(changed, order, new Set(Object.keys(patch.amounts)));
      }
      for (const basis of BASES) {
        const { cents, slack } = books.worth(basis);
        expect(
          Math.abs(worthOf(order, basis) - cents),
          `${basis} ${worthOf(order, basis)}, right ${cents}`,
        ).toBeLessThanOrEqual(slack);
      }
    }),
    { seed: SEED, numRuns: 3000, verbose: true },
  );
}, 60_000);

test('what CartStack is told of a sale is what it is worth, by each of its settings', () => {
  const bases: Record<string, Basis> = { total: 'total', net: 'net' };
  fc.assert(
    fc.property(lives, (life) => {
      const books = createBooks(life);
      const order = readWhole(books.order());
      for (const [totalBasis, basis] of Object.entries(bases)) {
        const { definition, settings } = connect('cartstack', { totalBasis });
        const { url } = definition.conversion!(
          { kind: 'conversion', order, credited: true, channel: 'x', at: 0 },
          settings,
        );
        expect(Math.round(Number(new URL(url).searchParams.get('total')) * 100)).toBe(books.worth(basis).cents);
      }
    }),
    { seed: SEED, numRuns: 200, verbose: true },
  );
});
