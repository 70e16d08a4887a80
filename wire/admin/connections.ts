/** Answers of the admin API about connections, what can be connected, and the reports that they owe. Times are ISO 8601. */
import type { Saying } from './saying.ts';

export type SettingContent = string | number | boolean | string[] | Record<string, string>;

/** A connection with its secrets masked. */
export interface ConnectionShown {
  site: string;
  id: string;
  type: string;
  title: string;
  role: 'destination' | 'source' | 'list' | 'unknown';
  /** False while it is paused. */
  enabled: boolean;
  settings: Record<string, SettingContent | undefined>;
  /** Parameters under which its clicks arrive, where it is told of them. */
  clickParams?: string[];
  /** Why nothing is sent at the moment, or null. */
  paused: { kind: string; reason: string; since: string; probeAt: string } | null;
  /** What is wrong with the webhooks that a shop should post, or null. */
  trouble: string | null;
  /** Reports by state. */
  deliveries: Partial<Record<string, number>>;
  updatedAt: string;
}

export interface SettingShown {
  name: string;
  label: string;
  help?: string;
  secret?: boolean;
  required?: boolean;
  /** Part of the usual set-up, though it may be left out. */
  usual?: boolean;
  default?: string | number | boolean;
  pattern?: string;
  patternHelp?: string;
  options?: readonly string[];
  kind: 'text' | 'number' | 'boolean' | 'map' | 'list' | 'url' | 'template';
}

/** What can be connected. */
export interface TypeShown {
  type: string;
  role: string;
  title: string;
  docs?: string;
  settings: SettingShown[];
}

export interface TestShown {
  ok: boolean;
  /** `note`: nothing was asked, and the message says why. */
  stages: { name: string; title: string; ok: boolean; message: string; note?: boolean }[];
  advice?: string | null;
}

/**
 * What a connection does at the moment, the first that is true: `off` a person paused it, `held` a person must mend it, `outage` it does not
 * answer, `asked` it asked to be left alone for a while, `full` its hour or minute is used up, `retry` what is owed is tried again later,
 * `late` it should have left and has not, `moving` it is being told, `idle` it is owed nothing.
 */
export type QueueState = 'off' | 'held' | 'outage' | 'asked' | 'full' | 'retry' | 'late' | 'moving' | 'idle';

/** `GET /queues`: what a connection is still owed, and what holds it up. */
export interface QueueShown {
  site: string;
  connection: string;
  title: string;
  state: QueueState;
  /** In the words of the vendor, or of whoever found out. */
  reason: string | null;
  /** When it goes on by itself; null where it does, or where a person must act. */
  until: string | null;
  /** Reports that are due or being sent. */
  owed: number;
  /** Reports that go on only if a person does something. */
  held: number;
  /** Reports that wait for consent, the shop’s word, an earlier report or the end of a pause. */
  waiting: number;
  /** When the oldest that is owed or held was made; while it is paused, of those that wait, too. */
  oldestAt: string | null;
  /** Requests that may still be made now, and of how many; null where the vendor names no limit. */
  budget: { left: number; of: number; per: 'hour' | 'minute' } | null;
}

/** A report as a row of a list. */
export interface DeliveryRow {
  id: string;
  site: string;
  orderId: string;
  connection: string;
  kind: string;
  state: string;
  reason: string;
  nextAt: string | null;
  createdAt: string | null;
  updatedAt: string | null;
  attempts: number;
}

/** A refused order; `body` where one alone is asked for. */
export interface RefusedOrder {
  id: string;
  site: string;
  route: string;
  at: string;
  /** How often the same was sent. */
  seen: number;
  errors: { field: string; message: string }[];
  body?: string;
}

export interface AuditRow {
  id: string;
  at: string;
  actor: string;
  action: string;
  detail: string;
}

export interface KeyRow {
  id: string;
  kind: string;
  sites: string[];
  label: string;
  createdAt: string;
  revokedAt: string | null;
}

/** What the doctor found. */
export interface StatusShown {
  version: string;
  well: boolean;
  findings: FindingShown[];
}

/** `message` and `fix` in the words of the command line; `said` and `mend` the same as codes. */
export interface FindingShown {
  area: string;
  level: 'ok' | 'warn' | 'fail';
  message: string;
  fix?: string;
  said: readonly Saying[];
  mend?: Saying;
}

/** `GET …/connections/:id/sync`: a shop that is kept in step. */
export interface SyncShown {
  state: string;
  reason: string;
  /** What a person may do now: `start`, `resync` among them. */
  actions: readonly string[];
  progress: {
    phase: string;
    done: number;
    total: number | null;
    share: number | null;
    secondsLeft: number | null;
  } | null;
  /** Rows that could not be read, the first few. */
  problems: readonly string[];
  /** Epoch milliseconds. */
  succeededAt: number | null;
  /** Where the shop tells of new orders, secret included. */
  hook: string | null;
}

/** `GET …/connections/:id/list`: a shop's customers in numbers. */
export interface ListShown {
  name: string;
  currency: string;
  contacts: number;
  buyers: number;
  orders: number;
  revenue: string;
  averageOrderValue: string;
  /** Of the buyers, 0 to 1. */
  repeatRate: number;
  segments: Record<string, number>;
}
