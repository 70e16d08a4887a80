/** What a list's numbers are made of, for every engine: from the counts that it has read. Pure. */
import type { ListMetrics } from '../list-store.ts';

export type ListPeople = Record<'contacts' | 'buyers' | 'again' | 'never' | 'lapsed' | 'big', number>;
export type ListOrders = Pick<ListMetrics, 'orders' | 'revenue' | 'lastOrderAt'>;

/** How many buyers stand before the last one of the tenth that spends most. */
export const buyersBefore = (buyers: number): number => Math.max(0, Math.ceil(buyers / 10) - 1);

export function listMetricsOf(people: ListPeople, paid: ListOrders, bigSpenderFrom: number | null): ListMetrics {
  const { contacts, buyers, again, never, lapsed, big } = people;
  return {
    contacts,
    buyers,
    ...paid,
    averageOrderValue: paid.orders === 0 ? 0 : Math.round(paid.revenue / paid.orders),
    repeatRate: buyers === 0 ? 0 : again / buyers,
    segments: { buyers, 'never-bought': never, lapsed, 'big-spenders': big },
    bigSpenderFrom,
  };
}
