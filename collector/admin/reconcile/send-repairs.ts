/** Tells a network again what its own report has otherwise. Each order once: what has moved since the comparison is left alone. */
import type { ReportDifference } from '../../../wire/admin/reconcile.ts';
import type { Connection } from '../../configuration/sites.ts';
import type { Ingest } from '../../ingest/ingest.ts';
import type { Command, Work } from '../../intake/command.ts';
import type { Seen } from './read-told.ts';

export interface RepairDeps {
  ingest: Ingest['ingest'];
  /** Told what got something to send. */
  wake: (work: readonly Work[]) => void;
}

/** Orders in one transaction: others want to write meanwhile. */
const AT_ONCE = 100;

/** Returns how many are told, or wait to be. */
export async function sendRepairs(
  differences: readonly (ReportDifference & { seen?: Seen })[],
  { site, id }: Pick<Connection, 'site' | 'id'>,
  { ingest, wake, actor }: RepairDeps & { actor: string },
): Promise<number> {
  const commands = differences.flatMap(({ orderId, repair, seen }): Command[] =>
    repair === null || seen === undefined
      ? []
      : [{ type: 'repair', site, orderId, connection: id, kind: repair, seen, by: actor }],
  );
  let sent = 0;
  for (let first = 0; first < commands.length; first += AT_ONCE) {
    const { replies, work } = await ingest(commands.slice(first, first + AT_ONCE));
    wake(work);
    sent += replies.filter((reply) => reply.type === 'repair' && reply.result === 'told').length;
  }
  return sent;
}
