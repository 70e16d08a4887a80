/** Step 1 of 5. What the readers of requests need of one, as plain data: the readers run in the store's thread, where no request can go. */
import type { IncomingMessage } from 'node:http';
import type { IntakeRequest } from '../../intake/read-request.ts';
import { readCookies } from './cookies.ts';

export interface IntakeDeps {
  /** Which cookies may hold a click of a network of the site, by their names. */
  vendorCookies?: (site: string) => Promise<(name: string) => boolean>;
  /** Hosts that the browser may have asked, the likeliest first. */
  hostsOf: (request: IncomingMessage) => string[];
  /** The visitor's address as far as the operator lets us believe it. */
  addressOf: (request: IncomingMessage) => string | undefined;
}

export async function readIntake(
  request: IncomingMessage,
  given: Pick<IntakeRequest, 'route' | 'site' | 'body'>,
  deps: IntakeDeps,
): Promise<IntakeRequest> {
  const { route, site } = given;
  const { origin, cookie, referer, 'sec-fetch-site': fetchSite, 'sec-gpc': gpc } = request.headers;
  const isOrder = route === 'conversion' || route === 'sale';
  const intake: IntakeRequest = { ...given, hosts: deps.hostsOf(request) };
  if (origin !== undefined) intake.origin = origin;
  if (typeof fetchSite === 'string') intake.fetchSite = fetchSite;
  // Needed only where no origin says which page speaks.
  if (origin === undefined && referer !== undefined) intake.referer = referer;
  if (cookie !== undefined) {
    const { visitor, journey, vendors } = readCookies(cookie, isOrder ? await deps.vendorCookies?.(site) : undefined);
    if (vendors.length > 0) intake.cookies = vendors;
    if (visitor !== undefined) intake.visitor = visitor;
    if (journey !== undefined) intake.journey = journey;
  }
  if (gpc === '1') intake.gpc = true;
  // By its address an order is counted, and whoever names several, by whichever door.
  if (isOrder) {
    const ip = deps.addressOf(request);
    if (ip !== undefined) intake.ip = ip;
    const agent = request.headers['user-agent'];
    if (agent !== undefined) intake.userAgent = agent.slice(0, 255);
  }
  return intake;
}
