/** What a person may do to an order now, for whoever shows it with buttons. Pure: the deeds themselves refuse what is not allowed any more. */
import type { OrderAction } from '../../../wire/admin/orders.ts';
import { waitsForResume } from '../../model/paused.ts';
import { mayFinishByHand, mayReplay } from '../../model/upkeep/replay-rule.ts';
import type { OrderView } from '../order-view.ts';

export function actionsFor({
  deliveries,
  contest,
  status,
}: Pick<OrderView, 'deliveries' | 'contest' | 'status'>): OrderAction[] {
  const named = (some: OrderView['deliveries']) => some.map(({ id, connection, kind }) => ({ id, connection, kind }));
  // What is due goes by itself, and needs nobody.
  const again = deliveries.filter((one) => (mayReplay(one) && one.state !== 'due') || waitsForResume(one));
  const byHand = deliveries.filter(mayFinishByHand);
  const stands = status === 'approved' || status === 'pending';
  return [
    ...(contest === null ? [] : [{ name: 'credit' as const }]),
    ...(again.length > 0 ? [{ name: 'replay' as const, deliveries: named(again) }] : []),
    ...(byHand.length > 0 ? [{ name: 'done' as const, deliveries: named(byHand) }] : []),
    ...(stands ? (['refund', 'cancel', 'correct'] as const).map((name) => ({ name })) : []),
  ];
}
