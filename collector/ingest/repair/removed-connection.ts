/**
 * Step 4 of 5. What a network that was told of an order must learn although its connection was removed: nobody here can tell it any more, so it is a
 * person's to-do. Pure.
 */
import { amountsDiffer, partsDiffer } from '../../model/amounts/differ.ts';
import { worthOf } from '../../model/amounts/ledger.ts';
import type { Delivery } from '../../model/delivery.ts';
import type { Order } from '../../model/order.ts';

/** States in which the network knows nothing of the sale. */
const UNHEARD: readonly Delivery['state'][] = ['skipped', 'declined', 'rejected', 'no_match', 'by_hand'];

export const removedReason = (connection: string): string =>
  `the connection ${connection} was removed before this was told`;

/** `order`: as it stands, `before`: as it was. What an earlier change left to be done is overtaken by the next one. */
export function owedByHand(given: {
  order: Order;
  before: Order;
  /** The last report of the sale to that network. */
  conversion: Delivery;
  /** All reports of the order to it. */
  chain: readonly Delivery[];
  isUndone: (order: Order) => boolean;
  now: number;
  newId: () => string;
}): Delivery[] {
  const { order, before, conversion, chain, isUndone, now, newId } = given;
  const undone = isUndone(order);
  const changes =
    undone !== isUndone(before) || (!undone && (amountsDiffer(before, order) || partsDiffer(before, order)));
  if (!changes || UNHEARD.includes(conversion.state)) return [];
  const overtaken = chain
    .filter(({ kind, state }) => kind !== 'conversion' && state === 'by_hand')
    .map((one) => ({
      ...one,
      state: 'skipped' as const,
      reason: 'overtaken by the next change of the order',
      updatedAt: now,
    }));
  const kind = undone ? 'reversal' : 'modification';
  const { basis } = conversion.report.amount ?? {};
  const { amount: _told, ...report } = conversion.report;
  return [
    ...overtaken,
    {
      ...conversion,
      ...{ id: newId(), kind, seq: 1 + Math.max(0, ...chain.filter((one) => one.kind === kind).map(({ seq }) => seq)) },
      ...{ state: 'by_hand', reason: `the connection ${conversion.connection} was removed: change it there by hand` },
      report: {
        ...report,
        kind,
        order: { ...order, personal: {} },
        ...(basis === undefined ? {} : { amount: { basis, minor: worthOf(order, basis) } }),
        at: now,
      },
      ...{ nextAt: null, after: null, reference: null, confirmAt: null },
      ...{ attempts: 0, polls: 0, ambiguous: false, createdAt: now, updatedAt: now },
    },
  ];
}
