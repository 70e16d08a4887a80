/** What the steps of carrying a list share: the list, where it goes, the call, and the report. */
import type { ListPlatform } from '../kit/platform.ts';
import type { Settings } from '../kit/setting.ts';
import type { Seal } from '../lib/seal.ts';
import type { FetchDeps } from '../outbound/polite.ts';
import type { ListStore, Subscriber } from '../store/list-store.ts';
import type { Lease, SyncKey, SyncStore } from '../store/sync-store.ts';
import type { WithdrawalStore } from '../store/upkeep-store.ts';
import type { PlatformCall } from './call.ts';

/** A list and where it is carried to. */
export interface ListConnection {
  site: string;
  id: string;
  platform: ListPlatform;
  settings: Settings;
  /** The connection whose contacts these are. */
  from: { id: string; listName: string; currency: string };
}

export interface PushDeps extends FetchDeps {
  store: SyncStore & ListStore & Pick<WithdrawalStore, 'withdrawn'>;
  seal: Seal;
  owner: string;
  log?: { warn(fields: object, message: string): void };
}

export interface PushReport {
  result: 'done' | 'failed' | 'refused' | 'stopped';
  reason: string;
  counts: Record<Carried['did'], number>;
  /** Blocked and rejected contacts in the platform's words, the first few; never an address. */
  problems: string[];
}

export interface Push {
  key: SyncKey;
  from: SyncKey;
  connection: ListConnection;
  deps: PushDeps;
  call: PlatformCall;
  lease: Lease;
  report: PushReport;
}

export interface Carried {
  did: 'created' | 'updated' | 'unsubscribed' | 'unchanged' | 'skipped' | 'blocked' | 'rejected' | 'removed';
  /** To be remembered. */
  subscriber?: Subscriber;
}
