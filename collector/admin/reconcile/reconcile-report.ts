/** A network's own report beside what it was told, and, where it is wanted, the verdicts that it holds taken over. For command line and dashboard alike. */
import type { ReconcileShown } from '../../../wire/admin/reconcile.ts';
import type { Cell } from '../../lib/text/csv.ts';
import { csvLine } from '../../lib/text/csv.ts';
import type { Store } from '../../store/store.ts';
import { compareReport } from './compare-report.ts';
import { settleByReport } from './settle-by-report.ts';

type Asked = Omit<Parameters<typeof compareReport>[0], 'store'>;

export async function reconcileReport(
  asked: Asked & { settles: boolean },
  { store, now, actor }: { store: Pick<Store, 'deliveryPage' | 'judge'>; now: number; actor: string },
): Promise<ReconcileShown> {
  const { settles, ...report } = asked;
  const { verdicts, ...compared } = await compareReport({ ...report, store });
  const settled = settles ? await settleByReport(verdicts, { store, now, actor }) : 0;
  return { ...compared, verdicts: verdicts.length, settled };
}

const COLUMNS = ['orderId', 'problem', 'ours', 'theirs', 'note'] as const;

/** The differences as a file for a spreadsheet. */
export const differenceLines = ({ differences }: ReconcileShown): string =>
  [COLUMNS, ...differences.map((row) => COLUMNS.map((name): Cell => row[name]))]
    .map((cells) => `${csvLine(cells)}\r\n`)
    .join('');
