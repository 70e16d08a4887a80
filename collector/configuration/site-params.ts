/** Landing parameters that a site's tag captures. */
import { clickParamsOf } from '../kit/destination.ts';
import type { Site } from './sites.ts';

/** Landing parameters that the tag of this site captures, lower-case; those of paused connections, too: their clicks count when the pause is over. */
export function capturedParams(site: Site): string[] {
  const fromConnections = site.connections.flatMap(({ destination, settings }) =>
    destination ? clickParamsOf(destination, settings) : [],
  );
  return [...new Set(fromConnections)];
}
