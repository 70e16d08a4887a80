/** Ticks off reports that a network has no way to be told: a person did it there. Audited with who said so. */
import type { Delivery } from '../model/delivery.ts';
import type { Store } from '../store/store.ts';

export interface FinishDeps {
  store: Pick<Store, 'finishByHand'>;
  now: number;
  /** Who did it, for the story and the audit log. */
  actor: string;
}

/** Returns those that still waited to be done. */
export function finishByHand(deliveries: readonly Delivery[], deps: FinishDeps): Promise<Delivery[]> {
  const { store, now, actor } = deps;
  const deed = { at: now, actor, action: 'deliveries done', detail: {} };
  return store.finishByHand(
    deliveries.map(({ id }) => id),
    { reason: `done there by hand (${actor})`, now, deed },
  );
}
