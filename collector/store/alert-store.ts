/** What alerts ask of the store: what needs a person, how lively a site usually is, which conditions are known, which messages wait. */
import type { Alert, AlertMessage } from '../model/alerts/alert.ts';

/** Counted up to a bound, so that looking costs the same however much is stored. */
export interface Attention {
  /** Reports that wait for a person, by connection. */
  held: ConnectionCount[];
  /** Reports that a network refused since a moment. */
  rejected: ConnectionCount[];
  /** Orders that were refused since a moment, by site. */
  refused: { site: string; count: number }[];
  /** Orders that several browsers lay claim to. */
  contested: { site: string; kind: 'hold' | 'alert'; count: number }[];
}

export interface ConnectionCount {
  site: string;
  connection: string;
  count: number;
}

/** How a message's sending went. */
export type SettledMessage = Pick<AlertMessage, 'id' | 'state' | 'nextAt' | 'attempts' | 'reason' | 'settledAt'>;

/** The names are unique among all stores, because one object may carry them all. */
export interface AlertStore {
  /** Of these sites; `since` bounds what is rejected and refused, `most` each count. */
  attention(want: { sites: readonly string[]; since: number; most: number }): Promise<Attention>;
  /** The latest hour in which a new order came (hours since the epoch), and the first that is known; null where none is. */
  orderHours(site: string): Promise<{ first: number; last: number } | null>;
  /** New orders of the hours from `from` up to, and without, `until`. */
  ordersBetween(site: string, from: number, until: number): Promise<number>;

  /** Conditions that hold, and those that cleared a short while ago. */
  alerts(): Promise<Alert[]>;
  /** Messages about an alert since a moment, of every state. */
  messagesOfAlert(key: string, since: number): Promise<AlertMessage[]>;
  /** One transaction. What is put replaces what was known under its key. */
  noteAlerts(change: {
    put: readonly Alert[];
    forget: readonly string[];
    messages: readonly AlertMessage[];
    dropMessages: readonly string[];
    now: number;
  }): Promise<void>;
  /** Those that may be tried now, the oldest first. */
  dueAlertMessages(now: number, limit: number): Promise<AlertMessage[]>;
  settleAlertMessages(settled: readonly SettledMessage[]): Promise<void>;
  /** Those that have failed at least once and are not sent: waiting ones, and ones given up since a moment. */
  troubledAlertMessages(since: number): Promise<AlertMessage[]>;
}
