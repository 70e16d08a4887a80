/** How far a synchronization is: share, rate and time left. Pure; read by the progress bar and by the dashboard's stream alike. */
import type { SyncProgress } from '../store/sync-store.ts';

export interface ProgressView {
  phase: SyncProgress['phase'];
  done: number;
  total: number | null;
  /** 0 to 1; null where the shop has not said how much there is. */
  share: number | null;
  /** Rows a second of this run. */
  rate: number;
  secondsLeft: number | null;
  requests: number;
  text: string;
}

const PHASES: Record<SyncProgress['phase'], string> = {
  statuses: 'Reading statuses',
  customers: 'Customers',
  orders: 'Orders',
  changes: 'Changes',
  hints: 'Announced orders',
  done: 'Finished',
};

export function viewProgress(progress: SyncProgress): ProgressView {
  const { phase, done, total, startedAt, startedDone, at, requests } = progress;
  const elapsed = (at - startedAt) / 1000;
  const rate = elapsed > 0 ? (done - startedDone) / elapsed : 0;
  const left = total === null ? null : Math.max(0, total - done);
  const secondsLeft = left === null || rate <= 0 ? null : Math.ceil(left / rate);
  const share = total === null || total === 0 ? null : Math.min(1, done / total);
  const of = total === null ? '' : ` of ${total}`;
  const remaining = secondsLeft === null || phase === 'done' ? '' : `, ${duration(secondsLeft)} left`;
  const text = `${PHASES[phase]}: ${done}${of}, ${Math.round(rate)} a second${remaining}`;
  return { phase, done, total, share, rate, secondsLeft, requests, text };
}

function duration(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
