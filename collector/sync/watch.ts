/** Follows a synchronization that runs anywhere, in this process or another: what a stream of the dashboard and a progress bar show. */
import { allowedActions, type SyncAction, type SyncState } from '../model/sync-state.ts';
import type { SyncKey, SyncRow, SyncStore } from '../store/sync-store.ts';
import { type ProgressView, viewProgress } from './progress.ts';

export interface SyncView {
  state: SyncState;
  reason: string;
  /** What a person may do now. */
  actions: readonly SyncAction[];
  progress: ProgressView | null;
  /** Rows that could not be read, the first few in words. */
  problems: readonly string[];
  succeededAt: number | null;
}

export function viewSync(row: SyncRow): SyncView {
  const { state, reason, progress, succeededAt } = row;
  return {
    state,
    reason,
    actions: allowedActions(state),
    progress: progress && viewProgress(progress),
    problems: progress?.problems ?? [],
    succeededAt,
  };
}

const EVERY = 500;

/** Yields whenever something has changed, and ends when nothing is running any more. */
export async function* watchSync(
  key: SyncKey,
  deps: { store: Pick<SyncStore, 'sync'>; sleep(milliseconds: number): Promise<void> },
  signal?: AbortSignal,
): AsyncGenerator<SyncView> {
  let last = '';
  while (!signal?.aborted) {
    const row = await deps.store.sync(key);
    if (!row) return;
    const view = viewSync(row);
    const text = JSON.stringify(view);
    if (text !== last) yield view;
    last = text;
    if (row.state !== 'syncing') return;
    await deps.sleep(EVERY);
  }
}
