/** Composition of synchronization: the engine, its clock, and the lists that follow. Used by `serve` and by the command line. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Work } from './command.ts';
import type { Ingest } from './ingest.ts';
import type { Clock } from './lib/clock.ts';
import type { Seal } from './lib/seal.ts';
import { pushList, type PushDeps } from './list-push.ts';
import type { Sender } from './send.ts';
import type { Sites } from './sites.ts';
import type { Stores } from './store/sqlite/store.ts';
import { createSync, type Sync } from './sync.ts';
import { listConnections, syncConnections } from './sync-connections.ts';
import { createSchedule, type Schedule } from './sync-schedule.ts';

export interface SyncService {
  sync: Sync;
  schedule: Schedule;
  /** What `pushList` and `registerHooks` need. */
  deps: PushDeps;
}

export function createSyncService(given: {
  store: Stores;
  ingest: Ingest['ingest'];
  sites: () => Promise<Sites>;
  sender: Sender;
  seal: Seal;
  clock: Clock;
  owner: string;
  wake: (work: readonly Work[]) => void;
  log?: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}): SyncService {
  const { store, sites, sender, seal, clock, owner, wake } = given;
  const log = given.log ? { log: given.log } : {};
  const deps = {
    store,
    seal,
    clock,
    owner,
    send: sender.send,
    sleep: (milliseconds: number) => pause(milliseconds),
    random: Math.random,
    ...log,
  };
  const sync = createSync({
    ...deps,
    async tell(commands) {
      const { replies, work } = await given.ingest(commands);
      wake(work);
      return replies;
    },
  });
  const schedule = createSchedule({
    sync,
    store,
    sources: async () => syncConnections(await sites()),
    lists: async () => listConnections(await sites()),
    push: (list, options) => pushList(list, deps, options),
    clock,
    ...log,
  });
  return { sync, schedule, deps };
}
