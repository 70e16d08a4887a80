/**
 * What synchronization asks of the store: state and lease of a connection, pages of customers and orders, what ingest was told. Times are epoch
 * milliseconds.
 */
import type { SourceStatus, StatusMap, StatusMeaning } from '../kit/source.ts';
import type { HookHealth } from '../model/shop/hook-health.ts';
import type { SyncState } from '../model/sync-state.ts';

export interface SyncKey {
  site: string;
  connection: string;
}

/** The right to synchronize a connection. A write with an outdated fence is refused with {@link LeaseLost}. */
export interface Lease extends SyncKey {
  owner: string;
  fence: number;
  /** Milliseconds that every write extends it by. */
  ttl: number;
}

const LEASE_LOST = 'LEASE_LOST';

export const isLeaseLost = (error: unknown): boolean =>
  error instanceof Error && (error as Error & { code?: string }).code === LEASE_LOST;

/** Thrown when somebody else holds the lease, or a person has stopped or removed the connection. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
  /** Survives the way between threads, where the class does not. */
  code = LEASE_LOST;
  constructor(key: SyncKey) {
    super(`The synchronization of ${key.connection} was stopped or taken over.`);
  }
}

/** How far the first run has come, and what later runs start from. */
export interface Checkpoint {
  phase: 'customers' | 'orders' | 'done';
  /** Rank of the first row of the phase that was not read. */
  next: number;
  /** Highest id that was read in the phase. */
  last: number | null;
  /** Everything that the shop changed before this moment is known; null before the first run. */
  watermark: number | null;
  /** Highest customer id that is known. */
  newestCustomer: number;
  /** Rank from which the next run looks again at a page of old customers. */
  sweep: number;
  /** What the shop does not say, or nobody can read, in the words of the last asking; the first few. */
  problems?: readonly string[];
  /** How the shop's webhooks stood when it was last asked; absent before that. */
  hooks?: HookHealth;
}

export interface SyncProgress {
  phase: 'statuses' | 'customers' | 'orders' | 'changes' | 'hints' | 'done';
  done: number;
  /** Null until the shop has said. */
  total: number | null;
  /** When this run began, and how far the phase was then: what a rate is computed from. */
  startedAt: number;
  startedDone: number;
  at: number;
  requests: number;
  customers: number;
  orders: number;
  told: number;
  /** Rows that could not be read, the first few in words. */
  problems: string[];
}

export interface SyncRow extends SyncKey {
  state: SyncState;
  /** Why it is in this state, in words for a shop owner; empty where there is nothing to say. */
  reason: string;
  /** The failure may pass by itself. */
  temporary: boolean;
  /** Keyed hash of the settings that passed the test. */
  tested: string | null;
  checkpoint: Checkpoint;
  progress: SyncProgress | null;
  statuses: SourceStatus[];
  map: StatusMap;
  succeededAt: number | null;
  /** When the latest run ended, however. */
  endedAt: number | null;
  leaseUntil: number;
  createdAt: number;
  updatedAt: number;
}

/** A contact as it is written: personal fields are sealed, the e-mail is a keyed hash for matching. */
export interface ContactRow {
  /** Empty for a guest, who is known by e-mail alone. */
  customerId: string;
  emailHash: string | null;
  customerHash: string | null;
  personal: Buffer | null;
  /** Keyed hash of everything that was said about the contact: an unchanged one is not written again. */
  digest: string;
  active: boolean;
  agreed: boolean | null;
  joinedAt: number;
  /** When the shop last saw the person: the latest sign-in of an account, a guest's order. */
  seenAt: number;
}

export interface HistoryRow {
  orderId: string;
  parentId: string | null;
  status: string;
  state: StatusMeaning;
  total: number;
  placedAt: number;
  /** Who ordered, as far as the order says; an account that is already known keeps its own fields. */
  contact: ContactRow | null;
}

/** What ingest was last told of an order. */
export interface IngestedOrder {
  orderId: string;
  status: StatusMeaning;
  total: number;
}

/** An order that may have changed. Done with, it goes only if no newer hint has come meanwhile. */
export interface Hint {
  orderId: string;
  at: number;
}

/** How a run ended; null where it was only a part of one, or goes on elsewhere. */
export type RunEnd = 'well' | 'badly' | null;

export interface SyncPage {
  now: number;
  customers?: readonly ContactRow[];
  orders?: readonly HistoryRow[];
  told?: readonly IngestedOrder[];
  hintsDone?: readonly Hint[];
  checkpoint?: Checkpoint;
  progress?: SyncProgress;
  statuses?: SourceStatus[];
  map?: StatusMap;
}

/** The names are unique among all stores, because one object may carry them all. */
export interface SyncStore {
  sync(key: SyncKey): Promise<SyncRow | undefined>;
  syncs(): Promise<SyncRow[]>;
  /** Makes the row in state `untested`; leaves one that exists. */
  createSync(key: SyncKey, now: number): Promise<void>;
  /** Compare and set; false where the state is none of `from`. Takes the lease away from a running synchronization. */
  changeSync(
    key: SyncKey,
    change: { from: readonly SyncState[]; to: SyncState; reason: string; now: number; tested?: string | null },
  ): Promise<boolean>;
  /** Takes the lease where the state is one of `from` and nobody holds it. */
  acquireSync(
    key: SyncKey,
    want: { from: readonly SyncState[]; to: SyncState; owner: string; now: number; ttl: number },
  ): Promise<Lease | undefined>;
  /** One transaction; extends the lease. Throws {@link LeaseLost}, and then nothing was written. */
  saveSync(lease: Lease, page: SyncPage): Promise<void>;
  /** Ends a run and gives the lease back. */
  finishSync(
    lease: Lease,
    end: { state: SyncState; reason: string; temporary: boolean; now: number; ended: RunEnd },
  ): Promise<void>;
  toldOrders(key: SyncKey, orderIds: readonly string[]): Promise<IngestedOrder[]>;
  /**
   * Gives a batch of stored orders, those behind `after`, the meanings of a changed map; those placed since `since` become hints,
   * so that ingest hears of it. `next` is absent after the last batch.
   */
  remapOrders(
    lease: Lease,
    want: { map: StatusMap; after: string; since: number; now: number },
  ): Promise<{ changed: number; next?: string }>;
  /** Remembers that an order may have changed. Bounded: beyond 10,000 a hint is dropped and the hourly run finds the order. */
  addHints(key: SyncKey, orderIds: readonly string[], now: number): Promise<void>;
  hints(key: SyncKey, limit: number): Promise<Hint[]>;
  /** Everything of the connection: state, history, contacts, list. Irrevocable. */
  removeSync(key: SyncKey): Promise<void>;
}
