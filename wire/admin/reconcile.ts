/** `POST /sites/:site/connections/:id/reconcile`: a network's own report beside what it was told. Amounts are decimal texts. */

export interface ReportDifference {
  orderId: string;
  problem:
    | 'missing there'
    | 'missing here'
    | 'different amount'
    | 'other currency'
    | 'credited there, undone here'
    | 'undone there, credited here';
  ours: string | null;
  theirs: string | null;
  note: string;
  /** What could be told so that the network has it as it stands here; null where nothing can. */
  repair: 'conversion' | 'modification' | 'reversal' | null;
}

export interface ReconcileShown {
  /** Which of the report's columns was taken for what; none where it was fetched. */
  columns: { order?: string; amount?: string; status?: string };
  /** Where the network was asked for its report: for which time, and in how many requests. */
  fetched?: { from: string; until: string; requests: number };
  /** What of an order the network's amounts are. */
  basis: string;
  rows: number;
  compared: number;
  agree: number;
  /** Orders that differ and were told of so lately that the report may not show it yet. */
  fresh: number;
  /** Orders that the network has in another currency: their amounts were not compared. */
  converted: number;
  /** Orders that are paid out there. */
  paid: number;
  differences: ReportDifference[];
  /** Reports told without an answer of which the report holds the verdict. */
  verdicts: number;
  /** How many of them have it now. */
  settled: number;
  /** Repairs that were told, or wait to be. */
  sent: number;
  /** Under which it is remembered. */
  comparison: string;
}

/** `GET /sites/:site/connections/:id/comparisons`: what was found before, newest first. Without its differences. */
export interface ComparisonShown extends Omit<ReconcileShown, 'differences' | 'comparison'> {
  id: string;
  at: string;
  by: string;
  /** How many there were. */
  differing: number;
  /** Of those how many could be told again. */
  repairs: number;
}

/** One of them, with its differences: the first 10,000. */
export interface RememberedComparison extends ComparisonShown {
  differences: ReportDifference[];
}
