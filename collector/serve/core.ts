/** What every part of a running collector stands on: its engine, its sites, its doors to the world, its name among several, its time. */
import type { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { cachedSites, type Sites } from '../configuration/sites.ts';
import type { Environment } from '../environment.ts';
import { rereadOrders } from '../ingest/upgrade/reread-orders.ts';
import { type Clock, monotonicClock } from '../lib/clock.ts';
import { newId } from '../lib/id.ts';
import { createQuietLog, type ErrorLog } from '../lib/quiet-log.ts';
import { createSender, type Sender } from '../outbound/send.ts';
import { keepAgreedTime } from '../privacy/keep-agreed-time.ts';
import { createLaneKeeper, type LaneKeeper } from '../relay/lane/keep-lanes.ts';
import { type Engine, openEngine } from '../writer/open-engine.ts';

export interface StartOptions {
  environment: Environment;
  clock: Clock;
  log: Logger;
  /** Told when the store's thread is gone: nothing can be acknowledged any more and the process should end. */
  onFault: (reason: string) => void;
  tagFolder?: string;
  /** The writer's thread, where it was started beside the imports; it is ended with the collector. */
  thread?: Worker;
  /** Milliseconds that another collector on the same folder gets to end; none unless given. */
  takeOver?: number;
  /** Told when it has to wait for that. */
  tell?: (message: string) => void;
}

/** Collects what ends each started part, the newest first. */
export type AtEnd = (end: () => Promise<void> | void) => void;

export interface Core extends Engine {
  environment: Environment;
  clock: Clock;
  /** What deadlines go by: of several collectors one time. */
  agreed: Clock;
  log: Logger;
  /** For what a broken store would say again and again. */
  quiet: ErrorLog;
  sites: () => Promise<Sites>;
  sender: Sender;
  /** Asks our own address: it is the operator's word, wherever it lies. */
  self: Sender;
  /** Names this process. */
  owner: string;
  lanes: LaneKeeper;
  /** Whether this process is the one of several that does the named work. */
  mayDo: (work: string) => () => Promise<boolean>;
}

export async function openCore(options: StartOptions, atEnd: AtEnd): Promise<Core> {
  const { environment, clock, log, onFault, thread, takeOver = 0, tell = () => undefined } = options;
  const engine = await openEngine({ environment, clock, onFault, thread, takeOver, tell, atEnd });
  const { writer, reader, seal } = engine;
  await writer.probe(clock());
  const sites = cachedSites({ store: reader, seal });
  await sites();
  const sender = createSender({ allowPrivate: environment.allowPrivate, clock, log });
  const self = createSender({ allowPrivate: true, clock });
  atEnd(async () => void (await Promise.all([sender.close(), self.close()])));
  const { read, changed } = await rereadOrders({ store: writer, ingest: (commands) => writer.ingest(commands) });
  if (read > 0) log.info({ read, changed }, 'waiting orders of an older version were read again');
  const owner = newId(clock());
  const lanes = createLaneKeeper({ store: writer, owner, clock, monotonic: monotonicClock });
  const mayDo = (work: string) => async (): Promise<boolean> => (await lanes.hold(work)) !== undefined;
  const agreed = await keepAgreedTime({
    ...{ store: writer, clock, monotonic: monotonicClock, mayRun: mayDo('agreed time'), log },
  });
  atEnd(() => agreed.end());
  const quiet = createQuietLog(log, monotonicClock);
  return { ...engine, environment, clock, agreed: agreed.now, log, quiet, sites, sender, self, owner, lanes, mayDo };
}
