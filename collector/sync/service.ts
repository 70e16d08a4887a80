/** Composition of synchronization: the engine, its clock, and the lists that follow. Used by `serve` and by the command line. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Sites } from '../configuration/sites.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Command, CommandReply, Work } from '../intake/command.ts';
import type { Clock } from '../lib/clock.ts';
import type { Seal } from '../lib/seal.ts';
import type { PushDeps } from '../lists/push-context.ts';
import { pushList } from '../lists/push.ts';
import type { Sender } from '../outbound/send.ts';
import type { Stores } from '../store/store.ts';
import { type CatchUpService, createCatchUp } from './catch-up.ts';
import { listConnections, syncConnections } from './connections.ts';
import { shopHookAddress } from './hooks.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import { createSync, type Sync } from './sync.ts';

export interface SyncService {
  sync: Sync;
  schedule: Schedule;
  catchUp: CatchUpService;
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
  /** Between requests; by the machine's own clock unless given. */
  sleep?: (milliseconds: number) => Promise<void>;
  owner: string;
  /** Address of the whole collector, as the world reaches it. */
  publicUrl: () => string;
  wake: (work: readonly Work[]) => void;
  log?: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
}): SyncService {
  const { store, sites, sender, seal, clock, owner, publicUrl, wake } = given;
  const log = given.log ? { log: given.log } : {};
  const deps = {
    store,
    seal,
    clock,
    owner,
    send: sender.send,
    sleep: given.sleep ?? ((milliseconds: number) => pause(milliseconds)),
    random: Math.random,
    ...log,
  };
  const tell = async (commands: Command[]): Promise<CommandReply[]> => {
    const { replies, work } = await given.ingest(commands);
    wake(work);
    return replies;
  };
  const sync = createSync({ ...deps, tell });
  const catchUp = createCatchUp({
    ...{ ...deps, sites, tell },
    hookOf: (connection) => shopHookAddress(publicUrl(), connection, seal),
  });
  const schedule = createSchedule({
    sync,
    store,
    sources: async () => syncConnections(await sites()),
    lists: async () => listConnections(await sites()),
    push: (list, options) => pushList(list, deps, options),
    catchUp,
    clock,
    ...log,
  });
  return { sync, schedule, catchUp, deps };
}
