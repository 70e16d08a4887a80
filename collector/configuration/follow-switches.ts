/** The configuration is the one switch of a connection: off there means Disabled here, and a running synchronization stops at its next page. */
import { actionRefusal, statesFor, type SyncState } from '../model/sync-state.ts';
import type { Catalogue } from '../catalogue.ts';
import type { ConnectionRow } from '../store/configuration-store.ts';
import type { SyncStore } from '../store/sync-store.ts';

/** To be called after `rows` were saved. What is switched on again is not started by that: a person does, and it goes on from what is stored. */
export async function followSwitches(
  rows: readonly Pick<ConnectionRow, 'site' | 'id' | 'type' | 'config'>[],
  {
    store,
    catalogue,
    now,
  }: { store: Pick<SyncStore, 'sync' | 'createSync' | 'changeSync'>; catalogue: Catalogue; now: number },
): Promise<void> {
  for (const { site, id, type, config } of rows) {
    if (!catalogue.findSource(type)?.sync) continue;
    const key = { site, connection: id };
    const { enabled } = JSON.parse(config) as { enabled: boolean };
    if (!enabled) await store.createSync(key, now);
    const row = await store.sync(key);
    const action = enabled ? 'enable' : 'disable';
    if (!row || actionRefusal(row.state, action) !== undefined) continue;
    await store.changeSync(key, { from: statesFor(action), to: stateAfter(enabled, row.tested), reason: '', now });
  }
}

/** Whether the test still holds for these settings is looked at whenever the state is asked for. */
function stateAfter(enabled: boolean, tested: string | null): SyncState {
  if (!enabled) return 'disabled';
  return tested === null ? 'untested' : 'tested';
}
