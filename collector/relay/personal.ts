/** Before the relay sends: the one request that a report becomes, or why it becomes none. Pure. */
import type { Destination, Outcome } from '../kit/destination.ts';
import type { Settings } from '../kit/setting.ts';
import type { HttpRequest } from '../model/http.ts';
import type { Report } from '../model/report.ts';

type Rejected = Extract<Outcome, { state: 'rejected' }>;

export type Prepared = { request: HttpRequest } | { outcome: Rejected };

interface Telling {
  definition: Destination;
  report: Report;
  settings: Settings;
}

export function prepareReport(telling: Telling): Prepared {
  const { definition, report, settings } = telling;
  const refused = refusalOf(telling);
  if (refused) return { outcome: refused };
  const request = definition[report.kind]?.(report, settings);
  return request === undefined
    ? { outcome: rejected(`${definition.title} has no request for a ${report.kind}`) }
    : { request };
}

/** What the definition can't tell as it stands; asked before anything is looked up for it. */
export function refusalOf({ definition, report, settings }: Telling): Rejected | undefined {
  const refused = definition.refuse?.(report, settings);
  return refused === undefined ? undefined : rejected(refused);
}

const rejected = (reason: string): Rejected => ({ state: 'rejected', reason });
