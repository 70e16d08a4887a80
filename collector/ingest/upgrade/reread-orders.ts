/** Step 4 of 5, once after an upgrade. Reads waiting orders again that were recorded before it was kept who said what of them. */
import type { Command, CommandReply } from '../../intake/command.ts';
import type { Store } from '../../store/store.ts';
import { type Draft, orderKey, recordEvent } from '../draft.ts';
import { heardPersonalOf, reckonOrder, saveReckoned } from '../reckon-order.ts';

/** Orders of one transaction: reports of browsers come between two. */
const SLICE = 100;

type RereadCommand = Extract<Command, { type: 'reread' }>;

/** By the words that are left of the record; what follows from them is credited, told and shown as if it were reported now. */
export function rereadOrder({ site: siteId, orderId }: RereadCommand, batch: Draft): CommandReply {
  const existing = batch.known.orders.get(orderKey(siteId, orderId));
  const site = batch.sites.byId.get(siteId);
  if (!existing || !site) return { type: 'reread', news: false };
  const { words, reporter } = existing;
  const personal = heardPersonalOf(existing, batch);
  const { stored, changed, news, text } = reckonOrder({ site, orderId, words, personal, existing, reporter, batch });
  saveReckoned({ stored, changed }, batch);
  if (news) recordEvent(stored, 'reread', `read again by the rules of whose word counts: ${text}`, batch);
  return { type: 'reread', news };
}

/** Before anything is told. Returns how many were read, and of how many record, credit or reports became different. */
export async function rereadOrders(deps: {
  store: Pick<Store, 'ordersToRead'>;
  ingest: (commands: Command[]) => Promise<{ replies: CommandReply[] }>;
}): Promise<{ read: number; changed: number }> {
  const total = { read: 0, changed: 0 };
  let after: { site: string; orderId: string } | null = null;
  for (;;) {
    const orders: { site: string; orderId: string }[] = await deps.store.ordersToRead({ after, limit: SLICE });
    if (orders.length === 0) return total;
    const { replies } = await deps.ingest(orders.map((order) => ({ type: 'reread', ...order })));
    total.read += orders.length;
    total.changed += replies.filter((reply) => reply.type === 'reread' && reply.news).length;
    // Those of a site that is no longer configured stay where they are.
    after = orders.at(-1)!;
  }
}
