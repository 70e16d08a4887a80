/** The ledger of an order in words, for `explain`: what its amounts add up to, and what was taken for what. Pure. */
import { decimalsOf, formatMoney } from '../../lib/money.ts';
import { layOutOrder } from './ledger.ts';
import type { Order } from '../order.ts';

/** One sentence an entry: first what the order is made of, then each decision that was taken about its amounts. */
export function describeAmounts(order: Order): string[] {
  const ledger = layOutOrder(order);
  const money = (minor: number): string => formatMoney({ minor, currency: order.currency, digits: decimalsOf(order) });
  const { goods, tax, taxInside, shipping, other, unnamed, refunded, added, discountInside } = ledger;
  const parts = [
    `goods ${money(goods)}`,
    ...(tax > 0 ? [`tax ${money(tax)}${taxInside ? ' inside the prices' : ''}`] : []),
    ...(shipping > 0 ? [`shipping ${money(shipping)}`] : []),
    ...(other > 0 ? [`${money(other)} that is none of these`] : []),
  ];
  const notes: [boolean, string][] = [
    [
      discountInside,
      `the discount of ${money(order.discount ?? 0)} stands in the prices already: nothing goes off for it`,
    ],
    [unnamed > 0, `${money(unnamed)} less was paid than the goods cost, and no discount says why: counted as one`],
    [refunded > 0, `${money(refunded)} was paid back without saying for what: spread over the lines by what they cost`],
    [added > 0, `${money(added)} was added without saying for what: spread over the lines by what they cost`],
    [other < 0, `the total is older than its parts: it lacks ${money(-other)}`],
  ];
  return [parts.join(', '), ...notes.filter(([holds]) => holds).map(([, words]) => words)];
}
