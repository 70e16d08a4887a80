/** `POST /sites/:site/connections/:id/reconcile`: a network's own report beside what it was told. Amounts are decimal texts. */

export interface ReportDifference {
  orderId: string;
  problem:
    | 'missing there'
    | 'missing here'
    | 'different amount'
    | 'credited there, undone here'
    | 'undone there, credited here';
  ours: string | null;
  theirs: string | null;
  note: string;
}

export interface ReconcileShown {
  /** Which of the report's columns was taken for what. */
  columns: { order?: string; amount?: string; status?: string };
  /** What of an order the network's amounts are. */
  basis: string;
  rows: number;
  compared: number;
  agree: number;
  differences: ReportDifference[];
  /** Reports told without an answer of which the file holds the verdict. */
  verdicts: number;
  /** How many of them have it now. */
  settled: number;
}
