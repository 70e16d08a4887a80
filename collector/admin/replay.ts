/** A person sends reports again. The deed stands in the audit log with what it did, whoever asked. */
import type { Delivery } from '../model/delivery.ts';
import type { DeliveryFilter, Store } from '../store/store.ts';

/** The deliveries as they were before; with `dryRun` nothing changes and nothing is logged. `asked` is the filter in the asker's words. */
export function replayDeliveries(
  replay: { filter: DeliveryFilter; asked: Record<string, unknown>; dryRun: boolean; actor: string },
  { store, now }: { store: Pick<Store, 'replay'>; now: number },
): Promise<Delivery[]> {
  const { filter, asked, dryRun, actor } = replay;
  return store.replay(filter, { now, dryRun, deed: { at: now, actor, action: 'replay', detail: { filter: asked } } });
}
