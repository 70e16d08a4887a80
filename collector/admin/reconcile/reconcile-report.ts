/** A network's own report beside what it was told, and, where it is wanted, its verdicts taken over and repairs told. For command line and dashboard alike. */
import type { ReconcileShown } from '../../../wire/admin/reconcile.ts';
import type { Connection } from '../../configuration/sites.ts';
import type { Cell } from '../../lib/text/csv.ts';
import { csvLine } from '../../lib/text/csv.ts';
import type { ComparisonStore } from '../../store/figures-store.ts';
import type { Store } from '../../store/store.ts';
import { compareReport } from './compare-report.ts';
import { fetchReport, type ReportDeps } from './fetch-report.ts';
import { type Columns, readReport } from './read-report.ts';
import { rememberComparison } from './remember-comparison.ts';
import { type RepairDeps, sendRepairs } from './send-repairs.ts';
import { settleByReport } from './settle-by-report.ts';

export interface ReconcileAsked {
  connection: Connection;
  from?: number;
  until?: number;
  /** Unverified reports get the verdicts that it holds. */
  settles: boolean;
  /** What the network has otherwise is told to it again. */
  sends: boolean;
}

export interface ReconcileDeps extends RepairDeps {
  store: Pick<Store, 'deliveryPage' | 'judge'> & Pick<ComparisonStore, 'keepComparison'>;
  now: number;
  actor: string;
}

/** A report that somebody downloaded, as the text of its file. */
export async function reconcileFile(
  { report, columns, ...asked }: ReconcileAsked & { report: string; columns: Columns },
  deps: ReconcileDeps,
): Promise<ReconcileShown> {
  const read = readReport(report, columns);
  return reconcile({ ...asked, rows: read.rows, freshFrom: Infinity }, { columns: read.columns }, deps);
}

/** The report that the network gives now. */
export async function reconcileFetched(
  asked: ReconcileAsked & { from: number },
  deps: ReconcileDeps & { fetching: ReportDeps },
): Promise<ReconcileShown> {
  const { connection, from, until = deps.now } = asked;
  const { rows, requests } = await fetchReport(connection, { from, until }, deps.fetching);
  const fetched = { from: new Date(from).toISOString(), until: new Date(until).toISOString(), requests };
  const freshFrom = deps.now - connection.destination!.ownReport!.lag;
  return reconcile({ ...asked, until, rows, freshFrom }, { columns: {}, fetched }, deps);
}

async function reconcile(
  { settles, sends, ...given }: ReconcileAsked & Omit<Parameters<typeof compareReport>[0], 'store'>,
  shown: Pick<ReconcileShown, 'columns' | 'fetched'>,
  deps: ReconcileDeps,
): Promise<ReconcileShown> {
  const { store, now, actor } = deps;
  const { verdicts, differences, ...compared } = await compareReport({ ...given, store });
  // Before the verdicts, which move what was compared.
  const sent = sends ? await sendRepairs(differences, given.connection, deps) : 0;
  const settled = settles ? await settleByReport(verdicts, { store, now, actor }) : 0;
  const found = {
    ...shown,
    ...compared,
    rows: given.rows.length,
    differences: differences.map(({ seen: _seen, ...difference }) => difference),
    verdicts: verdicts.length,
    settled,
    sent,
  };
  return { ...found, comparison: await rememberComparison(found, given.connection, deps) };
}

const COLUMNS = ['orderId', 'problem', 'ours', 'theirs', 'note', 'repair'] as const;

/** The differences as a file for a spreadsheet. */
export const differenceLines = ({ differences }: Pick<ReconcileShown, 'differences'>): string =>
  [COLUMNS, ...differences.map((row) => COLUMNS.map((name): Cell => row[name]))]
    .map((cells) => `${csvLine(cells)}\r\n`)
    .join('');
