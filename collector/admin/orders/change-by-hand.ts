/** A person refunds, cancels or corrects an order in the shop's name. It is the shop's word on what it names, and stands in the audit log with its reason. */
import type { Problem } from '../../../wire/problem.ts';
import type { Ingest } from '../../ingest/ingest.ts';
import type { ChangeReply, Work } from '../../intake/command.ts';
import { readPatch } from '../../intake/validate-patch.ts';

export interface ChangeDeps {
  ingest: Ingest['ingest'];
  /** Told what got something to send. */
  wake: (work: readonly Work[]) => void;
}

/** `change` is a change of an order as `PATCH /v1/orders/ORDERID` takes it; here its reason is a must. */
export async function changeByHand(
  { site, orderId, change, actor }: { site: string; orderId: string; change: unknown; actor: string },
  { ingest, wake }: ChangeDeps,
): Promise<{ result: 'updated' | 'duplicate' } | { problems: Problem[] }> {
  const { patch, problems, warnings } = readPatch(change);
  const unasked = (patch?.reason ?? '').trim() === '' ? [{ field: 'reason', message: 'is missing: say why' }] : [];
  // A field that is left out with a warning elsewhere was meant by the person who sits here.
  const wrong = [...problems, ...warnings, ...unasked];
  if (!patch || wrong.length > 0) return { problems: wrong };
  const { replies, work } = await ingest([{ type: 'change', site, orderId, patch, by: actor }]);
  const reply = replies[0] as ChangeReply;
  if (reply.result === 'updated' || reply.result === 'duplicate') {
    wake(work);
    return { result: reply.result };
  }
  return { problems: reply.errors ?? [{ field: 'orderId', message: 'is no order of this site' }] };
}
