/** A person takes the machine's clock for right: what deletes or gives up goes by it from now on. */
import type { Deed } from '../model/upkeep/deed.ts';

export async function agreeOnTime(given: {
  store: { agreeOnTime(at: number, deed: Deed): Promise<void> };
  now: number;
  actor: string;
}): Promise<void> {
  const { store, now, actor } = given;
  await store.agreeOnTime(now, { at: now, actor, action: 'agree on time', detail: {} });
}
