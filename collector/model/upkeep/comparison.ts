/** A network's own report beside what it was told, as it is remembered. */
export interface Comparison {
  site: string;
  connection: string;
  id: string;
  /** Epoch milliseconds. */
  at: number;
  /** Who compared. */
  actor: string;
  /** JSON: what was counted, and what was done about it. */
  summary: string;
  /** JSON: a list of what differs. */
  differences: string;
}

/** Of each connection; older ones go. */
export const REMEMBERED_COMPARISONS = 20;
