/** Gives what was told without an answer the verdict that the network's own report holds. Audited with who read it. */
import type { Store } from '../../store/store.ts';
import type { ReportVerdict } from './compare-report.ts';

/** Returns how many were settled: those that were still unverified. */
export function settleByReport(
  verdicts: readonly ReportVerdict[],
  { store, now, actor }: { store: Pick<Store, 'judge'>; now: number; actor: string },
): Promise<number> {
  if (verdicts.length === 0) return Promise.resolve(0);
  return store.judge(verdicts, { now, deed: { at: now, actor, action: 'reconcile', detail: {} } });
}
