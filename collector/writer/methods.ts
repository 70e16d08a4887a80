/** What a writer does, over a store that is open: reads requests, commits them in groups, and whatever the store can. */
import { cachedSites } from '../configuration/sites.ts';
import { createFrontDoor, type FrontDoor } from '../ingest/front-door.ts';
import { createIngest, type Ingest } from '../ingest/ingest.ts';
import { createReportLimits } from '../intake/limit-reports.ts';
import { monotonicClock, type Clock } from '../lib/clock.ts';
import type { RequestLimits } from '../lib/limits/request-limits.ts';
import type { Seal } from '../lib/seal.ts';
import { createPersonEraser, type PersonEraser } from '../privacy/erase.ts';
import type { Stores } from '../store/store.ts';
import { createBatches } from '../lib/batches.ts';
import { createGroupCommit } from './group-commit.ts';
import { createReportCommit, type ReportCommit } from './report-commit.ts';

export type Writer = Stores & Ingest & ReportCommit & FrontDoor & PersonEraser;

export function createWriter({
  store,
  seal,
  limits,
  clock,
}: {
  store: Stores;
  seal: Seal;
  limits: RequestLimits;
  clock: Clock;
}): Writer {
  const sites = cachedSites({ store, seal });
  const ingest = createIngest({ store, sites, seal, clock });
  const reportLimits = createReportLimits({ limits, store, clock, monotonic: monotonicClock });
  const door = createFrontDoor({ ingest, sites, clock, limits: reportLimits });
  const eraser = createPersonEraser({ store, seal });
  const remember = createBatches(store.rememberMessages);
  return {
    ...{ ...store, ...ingest, ...eraser },
    receive: createGroupCommit(door.receive),
    ...createReportCommit(ingest),
    rememberMessage: (site, id, at) => remember({ site, id, at }),
  };
}
