/** What was reported while a connection was paused: it waits, says so, and is sent by a replay once the connection is on again. Pure. */
import type { Delivery } from './delivery.ts';

/** The reason that such a report carries; its state is `waiting`. */
export const pausedReason = (connection: string): string => `${connection} was paused then`;

/** Whether the report waits for nothing but a person's replay after the pause. */
export function waitsForResume({
  state,
  connection,
  reason,
}: Pick<Delivery, 'state' | 'connection' | 'reason'>): boolean {
  return state === 'waiting' && reason === pausedReason(connection);
}
