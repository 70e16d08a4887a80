/** An alert's words: a condition that needs a person, what is kept of it until it clears, and the messages that tell of it. */

/** What alerts may be about, in the order in which they are listed. */
export const ALERT_KINDS = [
  ...(['held', 'outage', 'rejected', 'quarantine', 'contested', 'silence'] as const),
  ...(['webhooks', 'budget', 'disk', 'clock'] as const),
] as const;

export type AlertKind = (typeof ALERT_KINDS)[number];

/** What holds now. Never anything personal: it is told by e-mail. */
export interface Condition {
  /** The same as long as the same thing is wrong: `held shop/impact`. */
  key: string;
  kind: AlertKind;
  /** Null where it is about the whole installation. */
  site: string | null;
  /** What is wrong, in a line. */
  title: string;
  /** What to do about it. */
  text: string;
  /** The line that says that it is over. */
  over: string;
}

/** A condition as it is kept. `absentSince` → null → `clearedAt`: it is over only once it has been away for a while. */
export interface Alert extends Condition {
  raisedAt: number;
  absentSince: number | null;
  clearedAt: number | null;
  /** How often it came back shortly after it had cleared. */
  returns: number;
}

/** `over`: all right again. */
export type AlertPhase = 'raised' | 'over' | 'test';

/**
 * One message to one channel. `waiting` → `sent`, or → `failed` when it was tried for days, or → `dropped` when there is nothing to
 * tell any more: its channel is gone, or the condition cleared before it was told.
 */
export interface AlertMessage {
  id: string;
  channel: string;
  alert: string;
  kind: AlertKind;
  phase: AlertPhase;
  site: string | null;
  title: string;
  text: string;
  /** When the condition began. */
  since: number;
  state: 'waiting' | 'sent' | 'failed' | 'dropped';
  /** When it is tried next, while it waits. */
  nextAt: number;
  attempts: number;
  /** Why the latest try failed; empty where none did. */
  reason: string;
  createdAt: number;
  settledAt: number | null;
}
