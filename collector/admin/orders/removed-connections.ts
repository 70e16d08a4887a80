/** Says of reports that are on their way to a connection which is no more that they stand still: they go on where one of that id is set up again. */
import type { Sites } from '../../configuration/sites.ts';
import type { Delivery } from '../../model/delivery.ts';

const UNDER_WAY: readonly Delivery['state'][] = ['waiting', 'due', 'sending', 'held', 'delivered'];

export function withoutConnection<T extends Delivery>(delivery: T, sites: Pick<Sites, 'byId'>): T {
  const { site, connection, state, reason } = delivery;
  const stands = sites.byId.get(site)?.connections.some(({ id }) => id === connection) ?? false;
  const awaits = state !== 'delivered' || delivery.confirmAt !== null;
  if (stands || !awaits || !UNDER_WAY.includes(state)) return delivery;
  const still = `the connection ${connection} was removed, and nothing goes on unless one of that id is set up again`;
  return { ...delivery, reason: `${reason}; ${still}`, nextAt: null, confirmAt: null };
}
