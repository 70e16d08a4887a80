/** Before the relay sends: the one request that a report becomes, or why it becomes none. Pure. */
import type { Report } from './event.ts';
import type { Destination, HttpRequest, Outcome, Settings } from './destinations/destination.ts';

export type Prepared = { request: HttpRequest } | { outcome: Extract<Outcome, { state: 'rejected' }> };

export function prepare({
  definition,
  report,
  settings,
}: {
  definition: Destination;
  report: Report;
  settings: Settings;
}): Prepared {
  const refused = definition.refuse?.(report, settings);
  if (refused !== undefined) return rejected(refused);
  const request = definition[report.kind]?.(report, settings);
  return request === undefined ? rejected(`${definition.title} has no request for a ${report.kind}`) : { request };
}

const rejected = (reason: string): Prepared => ({ outcome: { state: 'rejected', reason } });
