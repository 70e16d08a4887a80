/** Between the HTTP lane and ingest: one answer for all that a page said which may be an order. Pure. */
import type { ConversionReply } from '../../wire/messages.ts';
import type { Problem } from '../../wire/problem.ts';
import type { OrderReply } from '../intake/command.ts';
import type { ReadFound } from '../intake/read-request.ts';

export type { OrderReply } from '../intake/command.ts';

/** `replies` to the orders that were read. What couldn't be read is refused only where nothing else was taken: it is kept either way. */
export function answerFound(
  replies: readonly OrderReply[],
  { refuseWith, ignored }: ReadFound,
): { status: number; body: ConversionReply | { errors: Problem[] } } {
  const taken = replies.filter(({ result }) => result !== 'invalid');
  const errors = [
    ...replies.flatMap((reply) => reply.errors ?? []),
    ...refuseWith.flatMap((command) => command.errors),
  ];
  if (taken.length === 0 && errors.length > 0) return { status: refuseWith.length > 0 ? 422 : 409, body: { errors } };
  const result = (['accepted', 'updated', 'duplicate'] as const).find((one) =>
    taken.some((reply) => reply.result === one),
  );
  const warnings = [...taken.flatMap((reply) => reply.warnings), ...errors, ...ignored];
  const fire = taken.flatMap((reply) => reply.fire.map((task) => ({ ...task, orderId: reply.orderId })));
  const orders = taken.map(({ orderId, result: each }) => ({ orderId, result: each }));
  return {
    status: 200,
    body: {
      orderId: taken[0]?.orderId ?? '',
      result: result ?? 'ignored',
      ...(orders.length > 1 ? { orders } : {}),
      ...(warnings.length > 0 ? { warnings } : {}),
      ...(fire.length > 0 ? { fire } : {}),
    },
  };
}
