/** Answers of the admin API about connections, what can be connected, and the reports that they owe. Times are ISO 8601. */

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
  findings: { area: string; level: 'ok' | 'warn' | 'fail'; message: string; fix?: string }[];
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
