/** What a person did, on its way into the audit log: written in the transaction that does it, whoever asked. */

export interface Deed {
  at: number;
  /** `command line`, `admin API`, later a person's name. */
  actor: string;
  action: string;
  /** What it was done to; never a secret, never personal. The store adds how much it came to. */
  detail: Record<string, unknown>;
}
